// A share of the greatest, drawn behind or below a number in a table. The number says the same, so nothing is read out.

import { draw } from "./element.js";

/** A bar of `value` where `greatest` fills the width. */
export function bar(value, greatest) {
  const share = greatest > 0 ? Math.max(0, Math.min(1, value / greatest)) * 100 : 0;
  return draw("svg", { class: "bar", width: "100%", height: "6", "aria-hidden": "true", focusable: "false" },
    draw("rect", { class: "track", width: "100%", height: "6", rx: "3" }),
    share > 0 && draw("rect", { class: "fill", width: `${share.toFixed(2)}%`, height: "6", rx: "3" }));
}
