namespace Magma.Browser;

/// <summary>The JavaScript that runs inside pages, kept apart because it is another language.</summary>
internal static class PageScripts
{
    /// <summary>Resolves when web fonts have loaded and two frames have been drawn.</summary>
    public const string FontsAndFrame =
        """
        () => document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))
        """;

    /// <summary>Returns [{text, x1, y1, x2, y2, size}] in CSS pixels.</summary>
    public const string TextLines =
        """
        () => {
          const pieces = [];
          const W = innerWidth, H = innerHeight;
          const clips = new Map();
          // The part of the window in which an element's content can be seen: every ancestor that clips takes its share.
          const clipOf = e => {
            if (!e || e === document.documentElement || e === document.body) return {x1: 0, y1: 0, x2: W, y2: H};
            let c = clips.get(e);
            if (c) return c;
            c = {...clipOf(e.parentElement || (e.getRootNode() && e.getRootNode().host))};
            const s = getComputedStyle(e);
            if (s.overflowX !== 'visible' || s.overflowY !== 'visible') {
              const r = e.getBoundingClientRect();
              c = {x1: Math.max(c.x1, r.left), y1: Math.max(c.y1, r.top), x2: Math.min(c.x2, r.right), y2: Math.min(c.y2, r.bottom)};
            }
            clips.set(e, c);
            return c;
          };
          const shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
          const transparent = s => /rgba\(.*, 0\)$/.test(s.color) || s.color === 'transparent';
          const covered = (e, x, y) => {
            const root = e.getRootNode();
            const top = root.elementFromPoint ? root.elementFromPoint(x, y) : document.elementFromPoint(x, y);
            if (!top) return true;
            if (top === e || e.contains(top) || top.contains(e)) return false;
            // pointer-events: none lets the hit fall through to what lies behind; that is not a cover.
            const label = e.closest('label');
            return !(label && label.contains(top)) && getComputedStyle(e).pointerEvents !== 'none';
          };
          const add = (e, text, x1, y1, x2, y2, size) => {
            const c = clipOf(e);
            const cx1 = Math.max(x1, c.x1), cy1 = Math.max(y1, c.y1), cx2 = Math.min(x2, c.x2), cy2 = Math.min(y2, c.y2);
            if (cx2 - cx1 < (x2 - x1) * 0.5 || cy2 - cy1 < (y2 - y1) * 0.6) return;
            if (covered(e, (cx1 + cx2) / 2, (cy1 + cy2) / 2)) return;
            pieces.push({text, x1, y1, x2, y2, size, block: blockOf(e)});
          };
          const blockOf = e => {
            while (e.parentElement && getComputedStyle(e).display === 'inline') e = e.parentElement;
            return e;
          };
          const transform = (s, t) => t === 'uppercase' ? s.toUpperCase() : t === 'lowercase' ? s.toLowerCase()
            : t === 'capitalize' ? s.replace(/(^|[^\p{L}\p{N}'’])(\p{L})/gu, (_, a, b) => a + b.toUpperCase()) : s;
          const range = document.createRange();
          const textNode = node => {
            const e = node.parentElement;
            if (!e || !node.data.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'TITLE', 'TEXTAREA', 'OPTION'].includes(e.tagName)) return;
            if (!shown(e)) return;
            const s = getComputedStyle(e);
            if (transparent(s)) return;
            const size = parseFloat(s.fontSize);
            const data = node.data;
            let line = null;
            const flush = () => { if (line && line.text.trim()) add(e, line.text, line.x1, line.y1, line.x2, line.y2, size); line = null; };
            let i = 0;
            for (const letter of data) {
              range.setStart(node, i);
              range.setEnd(node, i += letter.length);
              const rects = range.getClientRects();
              const r = rects[rects.length - 1];
              const blank = /\s/.test(letter);
              if (!r || r.width === 0) { if (blank && line && !line.text.endsWith(' ')) line.text += ' '; continue; }
              const shownLetter = blank ? ' ' : transform(letter, s.textTransform === 'capitalize' ? 'none' : s.textTransform);
              if (line && Math.abs(r.top - line.top) < r.height * 0.5) {
                line.text += shownLetter;
                if (!blank) {
                  line.x1 = Math.min(line.x1, r.left); line.x2 = Math.max(line.x2, r.right);
                  line.y1 = Math.min(line.y1, r.top); line.y2 = Math.max(line.y2, r.bottom);
                }
              } else {
                flush();
                if (!blank) line = {text: shownLetter, x1: r.left, y1: r.top, x2: r.right, y2: r.bottom, top: r.top};
                else line = null;
              }
            }
            if (line && s.textTransform === 'capitalize') line.text = transform(line.text, 'capitalize');
            flush();
          };
          const control = e => {
            if (!shown(e)) return;
            const s = getComputedStyle(e);
            const r = e.getBoundingClientRect();
            let text = '';
            if (e.tagName === 'SELECT') text = e.selectedOptions[0] ? e.selectedOptions[0].textContent.trim() : '';
            else if (e.tagName === 'TEXTAREA') text = '';
            else if (['text', 'search', 'email', 'url', 'tel', 'number', 'password'].includes(e.type)) {
              text = e.type === 'password' && e.value ? '' : e.value || e.placeholder || '';
            } else if (['button', 'submit', 'reset'].includes(e.type)) text = e.value;
            if (!text.trim()) return;
            // The browser gives no boxes for text inside a control; the width comes from measuring, the place from the padding.
            const canvas = document.createElement('canvas').getContext('2d');
            canvas.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
            const width = canvas.measureText(text).width;
            const left = r.left + parseFloat(s.paddingLeft) + parseFloat(s.borderLeftWidth);
            const right = r.right - parseFloat(s.paddingRight) - parseFloat(s.borderRightWidth);
            const size = parseFloat(s.fontSize);
            const middle = (r.top + r.bottom) / 2;
            const button = ['button', 'submit', 'reset'].includes(e.type);
            const x1 = button ? (left + right - width) / 2 : left;
            if (!button && width > right - left) return;
            add(e, transform(text, s.textTransform), x1, middle - size * 0.6, Math.min(x1 + width, right), middle + size * 0.6, size);
          };
          const walk = root => {
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              if (node.nodeType === 3) textNode(node);
              else if (['INPUT', 'SELECT', 'TEXTAREA'].includes(node.tagName)) control(node);
              else if (node.shadowRoot) walk(node.shadowRoot);
            }
          };
          walk(document.body || document.documentElement);
          // Neighbours on one line of one block (a link inside a sentence) are one line to a reader.
          const lines = [];
          for (const p of pieces) {
            const last = lines[lines.length - 1];
            const sameRow = last && Math.min(last.y2, p.y2) - Math.max(last.y1, p.y1) > 0.5 * Math.min(last.y2 - last.y1, p.y2 - p.y1);
            if (sameRow && last.block === p.block && p.x1 - last.x2 >= -2 && p.x1 - last.x2 < p.size) {
              last.text += (p.x1 - last.x2 > p.size * 0.15 ? ' ' : '') + p.text;
              last.x2 = Math.max(last.x2, p.x2); last.y1 = Math.min(last.y1, p.y1); last.y2 = Math.max(last.y2, p.y2);
              last.size = Math.min(last.size, p.size);
            } else lines.push({...p});
          }
          return lines
            .map(l => ({text: l.text.replace(/\s+/g, ' ').trim(), x1: l.x1, y1: l.y1, x2: l.x2, y2: l.y2, size: l.size}))
            .filter(l => l.text)
            .sort((a, b) => a.y1 - b.y1 || a.x1 - b.x1);
        }
        """;
}
