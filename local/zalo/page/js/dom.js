// Building elements without markup strings: what people write never becomes HTML.
import { PATHS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button.pill", {onclick, "aria-label": "…"}, child, …)`. Empty children are left out. */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  return filled(element, attributes, children);
}

/** The same for drawings. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** An icon by name, decorative unless it gets a label. */
export function icon(name, attributes = {}) {
  const drawing = s("svg", {
    viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.9,
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", ...attributes,
  });
  drawing.append(...PATHS[name].map((d) => s("path", { d })));
  return drawing;
}

/** A round button with an icon; the label is read aloud and shown as a tip. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.filter(Boolean));
}

let fading;
export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.classList.add("on");
  clearTimeout(fading);
  fading = setTimeout(() => place.classList.remove("on"), 2600);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
