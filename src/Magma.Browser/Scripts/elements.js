// What a user sees in the window, in document order: [{tag, role, name, text, kind …, box}] in CSS pixels of the top window. An element is told when it
// can be used, shows text or a picture of its own, or is a landmark; it is left out when it is hidden, clipped away, covered or outside the window.
limit => {
  const key = Symbol.for('magma.capture');
  const found = [], nodes = [];
  const W = innerWidth, H = innerHeight;
  const squeeze = s => s.replace(/\s+/g, ' ').trim();
  const cut = s => { s = squeeze(s || ''); return s.length > 300 ? s.slice(0, 300) : s; };

  const SKIP = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'HEAD', 'META', 'LINK', 'TITLE', 'BR', 'WBR', 'OPTION', 'OPTGROUP', 'DATALIST',
    'SOURCE', 'TRACK', 'PARAM', 'COL', 'COLGROUP']);
  const PICTURES = new Set(['IMG', 'svg', 'CANVAS', 'VIDEO', 'PICTURE', 'OBJECT', 'EMBED']);
  const USABLE_ROLES = new Set(['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'option',
    'slider', 'spinbutton', 'combobox', 'searchbox', 'textbox', 'treeitem', 'listbox']);
  const LANDMARKS = {NAV: 'navigation', MAIN: 'main', HEADER: 'banner', FOOTER: 'contentinfo', ASIDE: 'complementary', FORM: 'form', DIALOG: 'dialog'};
  const LANDMARK_ROLES = new Set(['navigation', 'main', 'banner', 'contentinfo', 'complementary', 'form', 'dialog', 'alertdialog', 'search', 'toolbar',
    'tablist', 'menu', 'menubar', 'region']);
  const INPUT_ROLES = {checkbox: 'checkbox', radio: 'radio', range: 'slider', number: 'spinbutton', search: 'searchbox', button: 'button',
    submit: 'button', reset: 'button', image: 'button', color: 'button', file: 'button'};

  const implicitRole = e => {
    switch (e.tagName) {
      case 'A': case 'AREA': return e.hasAttribute('href') ? 'link' : '';
      case 'BUTTON': case 'SUMMARY': return 'button';
      case 'INPUT': return INPUT_ROLES[e.type] || (e.list ? 'combobox' : 'textbox');
      case 'TEXTAREA': return 'textbox';
      case 'SELECT': return e.multiple || e.size > 1 ? 'listbox' : 'combobox';
      case 'H1': case 'H2': case 'H3': case 'H4': case 'H5': case 'H6': return 'heading';
      case 'IMG': case 'svg': case 'CANVAS': return 'img';
      case 'VIDEO': return 'video';
      case 'PROGRESS': return 'progressbar';
      case 'METER': return 'meter';
      default: return LANDMARKS[e.tagName] || (e.isContentEditable && !(e.parentElement && e.parentElement.isContentEditable) ? 'textbox' : '');
    }
  };
  const roleOf = e => {
    const given = (e.getAttribute('role') || '').trim().split(/\s+/)[0].toLowerCase();
    return given && given !== 'presentation' && given !== 'none' ? given : implicitRole(e);
  };

  const textOf = e => e.innerText === undefined ? e.textContent : e.innerText;
  const nameOf = (e, role) => {
    const doc = e.getRootNode();
    const ids = (e.getAttribute('aria-labelledby') || '').trim();
    if (ids && doc.getElementById) {
      const named = squeeze(ids.split(/\s+/).map(id => doc.getElementById(id)).filter(Boolean).map(textOf).join(' '));
      if (named) return named;
    }
    const label = squeeze(e.getAttribute('aria-label') || '');
    if (label) return label;
    if (e.labels && e.labels.length) {
      const named = squeeze([...e.labels].map(textOf).join(' '));
      if (named) return named;
    }
    if (e.tagName === 'INPUT' && ['submit', 'reset', 'button'].includes(e.type)) return e.value || (e.type === 'button' ? '' : e.type);
    if (e.tagName === 'IMG' || (e.tagName === 'INPUT' && e.type === 'image')) { const alt = squeeze(e.alt || ''); if (alt) return alt; }
    if (e.tagName === 'svg') { const t = e.querySelector('title'); if (t && squeeze(t.textContent)) return squeeze(t.textContent); }
    if (['link', 'button', 'tab', 'menuitem', 'option', 'heading', 'checkbox', 'radio', 'switch', 'treeitem', 'clickable'].includes(role) || e.tagName === 'LABEL') {
      let content = squeeze(textOf(e) || '');
      if (!content) content = squeeze([...e.querySelectorAll('img[alt], [aria-label]')].map(i => i.getAttribute('aria-label') || i.alt || '').join(' '));
      if (content) return content;
    }
    return squeeze(e.getAttribute('title') || e.getAttribute('placeholder') || '');
  };

  // The tree as it is drawn: slotted nodes below their slot, shadow roots below their host, frames below their element.
  const parentOf = n => n.assignedSlot || n.parentNode || n.host || null;
  const up = n => {
    let p = parentOf(n);
    while (p && p.nodeType !== 1) p = p.nodeType === 9 ? null : parentOf(p);
    return p;
  };
  const contains = (e, n) => { for (; n; n = up(n)) if (n === e) return true; return false; };

  const intersect = (a, b) => ({x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1), x2: Math.min(a.x2, b.x2), y2: Math.min(a.y2, b.y2)});
  const area = r => Math.max(0, r.x2 - r.x1) * Math.max(0, r.y2 - r.y1);
  const boxOf = (r, f) => ({x1: r.left + f.x, y1: r.top + f.y, x2: r.right + f.x, y2: r.bottom + f.y});
  const union = rects => rects.reduce((a, b) => ({x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1), x2: Math.max(a.x2, b.x2), y2: Math.max(a.y2, b.y2)}));

  // The element at a point of the top window, through frames and shadow roots: null where the frame itself is covered.
  const hit = (x, y, frame) => {
    if (frame.element) {
      const outer = hit(x, y, frame.parent);
      if (outer !== frame.element) return null;
    }
    let top = frame.document.elementFromPoint(x - frame.x, y - frame.y);
    while (top && top.shadowRoot) {
      const inner = top.shadowRoot.elementFromPoint(x - frame.x, y - frame.y);
      if (!inner || inner === top) break;
      top = inner;
    }
    return top;
  };
  const GRID = [[0.5, 0.5], [0.2, 0.2], [0.8, 0.2], [0.2, 0.8], [0.8, 0.8], [0.5, 0.2], [0.5, 0.8], [0.2, 0.5], [0.8, 0.5]];
  // Whether an element can be seen at its centre, and at how many of nine points.
  const seen = (e, box, frame, style) => {
    const through = style.pointerEvents === 'none';
    let count = 0, centre = false;
    GRID.forEach(([fx, fy], index) => {
      const top = hit(box.x1 + (box.x2 - box.x1) * fx, box.y1 + (box.y2 - box.y1) * fy, frame);
      // A point falls through what takes no clicks: then what lies around it must be hit.
      if (top && (contains(e, top) || (through && contains(top, e)))) { count++; if (index === 0) centre = true; }
    });
    return {count, centre};
  };

  const listens = (e, frame) => frame.listeners && frame.listeners.has(e);
  const disabled = e => e.disabled === true || e.getAttribute('aria-disabled') === 'true' || (e.closest && e.closest('fieldset:disabled') !== null && 'disabled' in e);
  const pointer = (e, style) => {
    if (style.cursor !== 'pointer') return false;
    const p = up(e);
    return !p || p.ownerDocument.defaultView.getComputedStyle(p).cursor !== 'pointer';
  };
  const usable = (e, role, style, frame) => {
    // Frameworks disable links by letting clicks through.
    if (disabled(e) || style.pointerEvents === 'none') return false;
    if (e.tagName === 'INPUT' || e.tagName === 'SELECT' || e.tagName === 'TEXTAREA' || e.tagName === 'BUTTON' || e.tagName === 'SUMMARY') return true;
    if (role === 'link' && e.tagName === 'A') return true;
    if (USABLE_ROLES.has(role)) return true;
    if ((e.tagName === 'VIDEO' || e.tagName === 'AUDIO') && e.controls) return true;
    const doc = e.ownerDocument;
    if (e === doc.body || e === doc.documentElement) return false;
    if (e.hasAttribute('onclick')) return true;
    if (e.tabIndex >= 0 && e.hasAttribute('tabindex') && style.cursor === 'pointer') return true;
    return pointer(e, style) || (listens(e, frame) && style.cursor === 'pointer');
  };

  const ownText = e => {
    const nodes = [];
    for (const n of e.childNodes) if (n.nodeType === 3 && /\S/.test(n.data)) nodes.push(n);
    return nodes;
  };
  const textRects = nodes => {
    const rects = [];
    for (const n of nodes) {
      const range = n.ownerDocument.createRange();
      range.selectNodeContents(n);
      for (const r of range.getClientRects()) if (r.width > 0 && r.height > 0) rects.push(r);
    }
    return rects;
  };
  // A wrapped link has a box per line. Where it stands alone, its lines fill the box around them and its middle hits the link, that box is the one to point at;
  // otherwise (inside running text, or with room between the lines) the largest line is. An inline link around a picture is as large as the picture.
  const extent = (e, style, frame) => {
    const rects = [...e.getClientRects()].filter(r => r.width > 0 && r.height > 0).map(r => boxOf(r, frame));
    if (style.display !== 'inline') return rects.length ? {box: rects[0], lines: []} : null;
    const own = rects.slice();
    for (const inner of e.querySelectorAll('*')) {
      const s = inner.ownerDocument.defaultView.getComputedStyle(inner);
      if (s.display === 'none' || s.display === 'inline' && !PICTURES.has(inner.tagName)) continue;
      const r = inner.getBoundingClientRect();
      if (r.width > 0 && r.height > 0 && s.visibility === 'visible') rects.push(boxOf(r, frame));
    }
    if (!rects.length) return null;
    const all = union(rects);
    const largest = rects.reduce((a, b) => area(b) > area(a) ? b : a);
    const lines = rects.some(a => rects.some(b => b.y1 >= a.y2 - 1));
    if (!lines || e.querySelector('img, svg, canvas, video')) return {box: all, lines: []};
    const filled = !inRunningText(e) && own.reduce((sum, r) => sum + area(r), 0) > 0.6 * area(all);
    const middle = hit((all.x1 + all.x2) / 2, (all.y1 + all.y2) / 2, frame);
    return {box: filled && middle && contains(e, middle) ? all : largest, lines: own};
  };

  const isGlyph = e => {
    if (e.childElementCount || (e.tagName !== 'I' && e.tagName !== 'SPAN') || squeeze(e.textContent || '')) return false;
    const view = e.ownerDocument.defaultView;
    const drawn = p => { const c = view.getComputedStyle(e, p).content; return c && c !== 'none' && c !== 'normal' && c !== '""'; };
    return drawn('::before') || drawn('::after');
  };
  const hasBackgroundPicture = style => style.backgroundImage.includes('url(');

  const visit = (e, frame, clip, parent) => {
    if (found.length >= limit) return;
    if (SKIP.has(e.tagName)) return;
    const view = frame.document.defaultView;
    const style = view.getComputedStyle(e);
    if (style.display === 'none' || style.contentVisibility === 'hidden') return;
    if (parseFloat(style.opacity) < 0.05) return;
    const rect = e.getBoundingClientRect();
    const visible = style.visibility === 'visible';
    let me = parent;
    if (visible && style.display !== 'contents') me = tell(e, frame, clip, parent, style);

    if (e.tagName === 'svg' || e.tagName === 'SELECT') return;
    let inner = clip;
    if ((style.overflowX !== 'visible' || style.overflowY !== 'visible') && e !== frame.document.body && e !== frame.document.documentElement) {
      inner = intersect(clip, boxOf(rect, frame));
      if (area(inner) === 0) return;
    }
    if (e.tagName === 'IFRAME' || e.tagName === 'FRAME') {
      let doc = null;
      try { doc = e.contentDocument; } catch { /* another origin */ }
      if (doc && doc.documentElement && visible) {
        const s = view.getComputedStyle(e);
        const x = frame.x + rect.left + e.clientLeft + parseFloat(s.paddingLeft), y = frame.y + rect.top + e.clientTop + parseFloat(s.paddingTop);
        const own = {document: doc, x, y, element: e, parent: frame, listeners: doc.defaultView[key] ? doc.defaultView[key].listeners : null};
        visit(doc.documentElement, own, intersect(inner, {x1: x, y1: y, x2: x + e.clientWidth, y2: y + e.clientHeight}), me);
      }
      return;
    }
    if (e.shadowRoot) for (const child of e.shadowRoot.children) visit(child, frame, inner, me);
    if (e.tagName === 'SLOT' && e.assignedElements().length) for (const child of e.assignedElements()) visit(child, frame, inner, me);
    else if (!e.shadowRoot) for (const child of e.children) visit(child, frame, inner, me);
  };

  // Designers hide a check box and draw another one in its label: the label then stands for it.
  const clippedAway = s => (s.clip && s.clip.startsWith('rect(0px, 0px')) || s.clipPath === 'inset(50%)';
  const shown = e => {
    const s = e.ownerDocument.defaultView.getComputedStyle(e), r = e.getBoundingClientRect();
    return s.display !== 'none' && s.visibility === 'visible' && parseFloat(s.opacity) >= 0.05 && r.width >= 4 && r.height >= 4 && !clippedAway(s);
  };
  // A click on the words beside a check box is one on the check box.
  const labelsOf = (e, box, frame) => {
    if (e.tagName !== 'INPUT' || (e.type !== 'checkbox' && e.type !== 'radio') || e.disabled) return [];
    const labels = [...(e.labels || [])].filter(l => shown(l)).map(l => {
      const range = l.ownerDocument.createRange();
      range.selectNodeContents(l);
      return range.getBoundingClientRect();
    }).filter(r => r.width > 0 && r.height > 0);
    return labels.length ? [box, ...labels.map(r => boxOf(r, frame))] : [];
  };
  const FIELDS = new Set(['INPUT', 'TEXTAREA', 'SELECT']);
  const TEXTLESS = new Set(['checkbox', 'radio', 'range', 'color', 'file', 'image']);
  const fieldText = f => {
    if (f.tagName === 'SELECT') return f.selectedOptions.length ? f.selectedOptions[0].textContent : '';
    if (TEXTLESS.has(f.type)) return '';
    return f.type === 'password' && f.value ? '' : f.value || f.placeholder || '';
  };
  const fieldValue = f => {
    if (f.type === 'checkbox' || f.type === 'radio') return f.checked ? 'checked' : 'unchecked';
    if (f.type === 'password') return '\u2022'.repeat(f.value.length);
    return f.tagName === 'SELECT' ? fieldText(f) : f.type === 'file' || f.type === 'image' ? '' : f.value;
  };
  const inRunningText = e => {
    for (let p = up(e), depth = 0; p && depth < 3; p = up(p), depth++) {
      if (ownText(p).some(n => squeeze(n.data).length > 2)) return true;
      if (p.ownerDocument.defaultView.getComputedStyle(p).display !== 'inline') return false;
    }
    return false;
  };

  const inControl = index => {
    for (; index !== null; index = found[index].parent) if (found[index].interactable) return true;
    return false;
  };

  // Adds an element if it is to be told and can be seen; gives the index that its children hang on.
  const tell = (e, frame, clip, parent, style) => {
    const control = e.tagName === 'LABEL' && e.control && e.control !== e && !shown(e.control) ? e.control : null;
    const subject = control || e;
    if (e.tagName === 'INPUT' && e.type === 'hidden' || clippedAway(style)) return parent;
    const field = FIELDS.has(subject.tagName);
    let role = roleOf(subject);
    const interactable = control ? !disabled(control) : usable(e, role, style, frame);
    // A sign or text that lets clicks through to the control around it is that control.
    if (style.pointerEvents === 'none' && inControl(parent)) return parent;
    const texts = ownText(e);
    const landmark = LANDMARK_ROLES.has(role), heading = role === 'heading', picture = PICTURES.has(e.tagName) && e.tagName !== 'PICTURE';
    const glyph = !interactable && !picture && !texts.length && (isGlyph(e) || (hasBackgroundPicture(style) && !e.childElementCount));
    // A link without an address is drawn as a link is.
    const solid = interactable || landmark || picture || glyph || field || e.tagName === 'BUTTON' || e.tagName === 'A';
    if (!solid && !heading && !texts.length) return parent;

    const rects = solid ? null : textRects(heading ? [e] : texts).map(r => boxOf(r, frame));
    const wrapped = style.display === 'inline' && rects && rects.length > 1;
    const reach = solid ? extent(e, style, frame) : null;
    const whole = solid ? reach && reach.box : !rects.length ? null
      : wrapped ? rects.reduce((a, b) => area(b) > area(a) ? b : a) : union(rects);
    if (!whole) return parent;
    const box = intersect(whole, clip);
    const least = Math.min(box.x2 - box.x1, box.y2 - box.y1);
    if (least < 3 || area(box) < 0.3 * area(whole) && least < 24) return parent;
    const view = seen(e, box, frame, style);
    if (!view.centre || view.count < (landmark ? 2 : 3)) return parent;

    let text = '';
    if (field) text = control ? textOf(e) : fieldText(subject);
    else if (interactable || heading || e.tagName === 'BUTTON' || e.tagName === 'A') text = textOf(e);
    else if (texts.length) text = texts.map(n => n.data).join(' ');
    if (style.textTransform === 'uppercase' && !interactable && !heading) text = text.toUpperCase();
    if (interactable && !role) role = 'clickable';
    const parts = (reach ? [...reach.lines, ...labelsOf(e, box, frame)] : []).map(p => intersect(p, clip)).filter(p => area(p) > 0);
    nodes.push(e);
    found.push({
      tag: e.tagName.toLowerCase(), role, name: cut(nameOf(subject, role)), text: cut(text), interactable,
      input: field ? (subject.tagName === 'INPUT' ? subject.type : subject.tagName.toLowerCase()) : null,
      value: field ? cut(fieldValue(subject)) : null,
      inline: interactable && style.display === 'inline' && inRunningText(e), picture: picture || glyph, parent, box: [box.x1, box.y1, box.x2, box.y2],
      parts: parts.length > 1 ? parts.map(p => [p.x1, p.y1, p.x2, p.y2]) : [],
      options: subject.tagName === 'SELECT' && !disabled(subject) ? [...subject.options].filter(o => !o.disabled).slice(0, 50).map(o => cut(o.textContent)) : [],
    });
    return found.length - 1;
  };

  const top = {document, x: 0, y: 0, element: null, parent: null, listeners: window[key] ? window[key].listeners : null};
  visit(document.documentElement, top, {x1: 0, y1: 0, x2: W, y2: H}, null);
  if (window[key]) window[key].nodes = nodes;
  return {elements: found, complete: found.length < limit, title: document.title};
}
