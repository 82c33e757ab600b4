// Runs in every frame before the page's own scripts: the real frame clock is kept (the page's is halted), chance is made repeatable, and it is
// noted which elements listen for clicks and how often the document changed; the elements that were listed last stay at hand.
(() => {
  const key = Symbol.for('magma.capture');
  if (window[key]) return;
  const state = {frame: window.requestAnimationFrame.bind(window), listeners: new WeakSet(), changes: 0, nodes: []};
  Object.defineProperty(window, key, {value: state});

  // Mulberry32 from a fixed start: charts of random figures come out the same every time.
  let seed = 0x9E3779B9;
  Math.random = () => {
    seed = (seed + 0x6D2B79F5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  const clicks = new Set(['click', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend']);
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    if (clicks.has(type) && this instanceof Element) state.listeners.add(this);
    return listen.call(this, type, ...rest);
  };

  const observer = new MutationObserver(records => { state.changes += records.length; });
  const options = {subtree: true, childList: true, attributes: true, characterData: true};
  observer.observe(document, options);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    observer.observe(root, options);
    return root;
  };
})();
