// A number with what it was before.

import { make } from "./element.js";
import { findChange, writeChange } from "./text.js";

/** What stands below a number: the change and the number before; nothing where there is no comparison. */
export function tellChange(now, before, write) {
  if (before === null || before === undefined) return make("span", { class: "was" }, "\u00a0");
  const change = findChange(now, before);
  const way = change === null || change === 0 ? "" : change > 0 ? "▲ " : "▼ ";
  return make("span", { class: "was" },
    make("span", { class: "change" }, make("span", { "aria-hidden": "true" }, way), writeChange(now, before)), ` from ${write(before)}`);
}

/** A plain card: label, number, what it was. */
export const card = (label, number, below) =>
  make("div", { class: "card" }, make("span", { class: "label" }, label), make("span", { class: "number" }, number), below);
