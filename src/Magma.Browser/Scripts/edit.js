// Gives a field that was listed last a value and tells the page, as typing and choosing do; false where it takes none.
({element, value}) => {
  const node = window[Symbol.for('magma.capture')].nodes[element];
  if (!node) return false;
  const view = node.ownerDocument.defaultView;
  if (node instanceof view.HTMLSelectElement) {
    const option = [...node.options].find(o => !o.disabled && o.textContent.replace(/\s+/g, ' ').trim() === value);
    if (!option) return false;
    node.value = option.value;
    option.selected = true;
  } else if (node instanceof view.HTMLInputElement || node instanceof view.HTMLTextAreaElement) {
    // The prototype's setter: libraries put one of their own on the element, to which a value set by a script is no news.
    const kind = node instanceof view.HTMLInputElement ? view.HTMLInputElement : view.HTMLTextAreaElement;
    Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(node, value);
    if (node.value !== value) return false;
  } else return false;
  node.dispatchEvent(new view.Event('input', {bubbles: true}));
  node.dispatchEvent(new view.Event('change', {bubbles: true}));
  return true;
}
