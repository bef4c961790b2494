/** Elements from a tag (`div.card.wide`), attributes and children. Text is always text, never markup. */
const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag name with optional classes
 * @param {object} [attributes] `on…` functions listen, `style` is an object, true/false/null toggle
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 */
export function h(tag, attributes = {}, ...children) {
  return build((name) => document.createElement(name), tag, attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return build((name) => document.createElementNS(SVG, name), tag, attributes, children);
}

function build(create, tag, attributes, children) {
  const [name, ...classes] = tag.split('.');
  const element = create(name);
  if (classes.length > 0) element.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) assign(element, key, value);
  append(element, children);
  return element;
}

function assign(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
  else if (key === 'style') for (const [name, part] of Object.entries(value)) element.style.setProperty(name, part);
  else if (key === 'value') element.value = value;
  else if (key === 'class') element.classList.add(...value.split(' ').filter(Boolean));
  else element.setAttribute(key, value === true ? '' : String(value));
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts new children in place of the old ones. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Writes text only when it differs, so that nothing is announced or painted twice. */
export function setText(element, text) {
  const next = String(text);
  if (element.textContent !== next) element.textContent = next;
}

export function icon(name) {
  return svg('svg.icon', { 'aria-hidden': 'true' }, svg('use', { href: `/admin/icons.svg#${name}` }));
}

let ids = 0;
/** An id that no other element of the page has. */
export function freshId(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}
