/** Small helpers around the document. Nothing here knows what the pages are about. */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

/** @param {string} id @returns {any} what a JSON script of the page holds; {} where the page has none */
export function readJson(id) {
  const script = document.getElementById(id);
  return script ? JSON.parse(script.textContent) : {};
}

/**
 * The element that a template marks with data-part. Two of one name are a mistake of ours, which the browser tests find.
 * @param {ParentNode} root @param {string} name @returns {HTMLElement}
 */
export function part(root, name) {
  const [found, another] = root.querySelectorAll(`[data-part="${name}"]`);
  if (!found) throw new Error(`no part ${name}`);
  if (another) console.error(`several parts ${name}`);
  return /** @type {HTMLElement} */ (found);
}

/** A copy of a template's content. @param {string} id @returns {DocumentFragment} */
export function stamp(id) {
  const template = /** @type {HTMLTemplateElement} */ (byId(id));
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * Make an element. Properties are set by name, so that text is always text and never markup.
 * @param {string} tag @param {Record<string, unknown>} [properties] @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** An icon of _icons.html. @param {string} name @returns {SVGElement} */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** @param {Element} element @param {boolean} shown */
export function show(element, shown) {
  /** @type {HTMLElement} */ (element).hidden = !shown;
}

/** The element in the dialog that is open, in the last one where they stand over each other. @param {string} selector */
function inDialog(selector) {
  return [...document.querySelectorAll(`dialog[open] ${selector}`)].at(-1) ?? null;
}

/**
 * Say a sentence to people who use a screen reader.
 * Everything outside an open modal dialog is inert, live regions too: so an open dialog brings its own.
 * @param {string} text
 */
export function say(text) {
  const region = inDialog("[data-live]") ?? document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  // The same sentence twice is only announced twice if the region was seen empty in between.
  setTimeout(() => {
    region.textContent = text;
  }, 60);
}

/**
 * Put up a message that stays, where a person now is.
 * @param {string} message @param {string} nextStep
 */
export function alertPerson(message, nextStep) {
  const place = inDialog(".alerts") ?? document.querySelector(".alerts");
  place?.replaceChildren(make("p", { className: "notice problem" }, make("strong", {}, message), ` ${nextStep}`));
}
