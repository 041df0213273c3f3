// A number with what it was before.

import { make } from "./element.js";
import { findChange, writeChange, writePercent, writeShift } from "./text.js";

/** What stands below a number: the change and the number before; null where there is no comparison. */
export function tellChange(now, before, write) {
  if (before === null || before === undefined) return null;
  return tell(findChange(now, before), writeChange(now, before), write(before));
}

/** The same of a share: by how many percentage points it moved. */
export function tellShift(now, before) {
  if (before === null || before === undefined || now === null) return null;
  return tell(now - before, writeShift(now - before), writePercent(before));
}

function tell(change, text, before) {
  const way = !change ? "" : change > 0 ? "▲ " : "▼ ";
  return make("span", { class: "was" },
    make("span", { class: "change" }, make("span", { "aria-hidden": "true" }, way), text), ` from ${before}`);
}

/** A plain card: label, number, what it was. */
export const card = (label, number, below) =>
  make("div", { class: "card" }, make("span", { class: "label" }, label), make("span", { class: "number" }, number), below ?? "");
