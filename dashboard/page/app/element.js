// Makes elements. Text goes in as text nodes only: nothing that was published is ever parsed as HTML.

import { clean } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element; an attribute `onclick` takes a function, true makes it empty, null leaves it out. */
export const make = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

/** An SVG element. */
export const draw = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/** A published text, kept apart from the direction of the words around it; null is «unknown». */
export function show(text, unknown = "unknown", limit = undefined) {
  return text === null || text === undefined || text === ""
    ? make("span", { class: "unknown" }, unknown)
    : make("bdi", {}, clean(text, limit));
}

/** A select of [value, label] pairs. */
export function choose(attributes, pairs, chosen) {
  const options = pairs.map(([value, label]) => {
    const option = make("option", { value }, label);
    option.selected = value === chosen;
    return option;
  });
  return make("select", attributes, options);
}
