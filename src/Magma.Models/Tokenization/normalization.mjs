// Writes Normalization.txt, the tables of normalization form C, from the Unicode data inside Node (ICU):
//
//   node normalization.mjs > Normalization.txt
//
// Node of any version does; the first line says which Unicode it knows. Decompositions are asked for directly. Combining classes are not
// given away, but they decide how marks are sorted: beside a mark of each class, a mark shows which class it has.

// A mark of every combining class there is (the classes themselves are fixed for ever by Unicode's stability policy).
const marks = new Map([
  [1, 0x0334], [6, 0x16FF0], [7, 0x093C], [8, 0x3099], [9, 0x094D], [10, 0x05B0], [11, 0x05B1], [12, 0x05B2], [13, 0x05B3], [14, 0x05B4],
  [15, 0x05B5], [16, 0x05B6], [17, 0x05B7], [18, 0x05B8], [19, 0x05B9], [20, 0x05BB], [21, 0x05BC], [22, 0x05BD], [23, 0x05BF],
  [24, 0x05C1], [25, 0x05C2], [26, 0xFB1E], [27, 0x064B], [28, 0x064C], [29, 0x064D], [30, 0x0618], [31, 0x0619], [32, 0x061A],
  [33, 0x0651], [34, 0x0652], [35, 0x0670], [36, 0x0711], [84, 0x0C55], [91, 0x0C56], [103, 0x0E38], [107, 0x0E48], [118, 0x0EB8],
  [122, 0x0EC8], [129, 0x0F71], [130, 0x0F72], [132, 0x0F74], [202, 0x0321], [214, 0x1DCE], [216, 0x031B], [218, 0x1DFA], [220, 0x0316],
  [222, 0x059A], [224, 0x302E], [226, 0x1D16D], [228, 0x05AE], [230, 0x0300], [232, 0x0315], [233, 0x035C], [234, 0x035D], [240, 0x0345],
]);

const hex = (point) => point.toString(16).toUpperCase().padStart(4, '0');
const points = (text) => [...text].map((one) => one.codePointAt(0));
const sorts = (first, second) => {
  const text = String.fromCodePoint(first) + String.fromCodePoint(second);
  return text.normalize('NFD') !== text;
};

// 0 when it is no mark: then nothing moves over it.
function classOf(point) {
  if (String.fromCodePoint(point).normalize('NFD').length !== String.fromCodePoint(point).length) return 0;
  if (!sorts(marks.get(240), point) && !sorts(point, marks.get(1))) return 0;
  let found = 0;
  for (const [value, mark] of marks) if (!sorts(mark, point)) found = Math.max(found, value);
  return found;
}

const classes = [], decompositions = [];
for (let point = 0x80; point < 0x110000; point++) {
  if ((point >= 0xD800 && point < 0xE000) || (point >= 0xAC00 && point < 0xD7A4)) continue;
  const text = String.fromCodePoint(point), parts = text.normalize('NFD');
  if (parts !== text) decompositions.push(`${hex(point)} ${text.normalize('NFC') === text ? '=' : '!'} ${points(parts).map(hex).join(' ')}`);
  const value = classOf(point);
  const last = classes.at(-1);
  if (value !== 0 && last?.last === point - 1 && last.value === value) last.last = point;
  else if (value !== 0) classes.push({ first: point, last: point, value });
}

console.log(`# Canonical combining classes and decompositions of Unicode ${process.versions.unicode}, Hangul left out; made by normalization.mjs.`);
console.log('# class: FIRST-LAST CLASS; full decomposition that composes again: POINT = PARTS; one that does not: POINT ! PARTS.');
for (const { first, last, value } of classes) console.log(`${hex(first)}-${hex(last)} ${value}`);
for (const line of decompositions) console.log(line);
