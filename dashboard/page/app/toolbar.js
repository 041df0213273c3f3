// What stands above every page: the tabs, the choice of pixel and days, light or dark.

import { choose, make } from "./element.js";
import { LONGEST_DAYS, PRESETS, countDays, isDay } from "./range.js";
import { PAGES, turnTo, writeState } from "./state.js";
import { clean } from "./text.js";

/** The tabs; real links, so that a page opens in a tab of its own too. */
export const drawNav = ({ state }) => make("ul", {}, PAGES.map(([name, label]) => make("li", {},
  make("a", { id: `tab-${name}`, href: writeState(turnTo(state, name)), "aria-current": name === state.page ? "page" : null }, label))));

/** Pixel, days, comparison. */
export function drawBar(context) {
  const said = make("span", { class: "said", role: "status" });
  const { state, store, named } = context;
  const { pixels } = store.index;
  const isCustom = named.includes("..");
  return make("div", { class: "controls" },
    field("Pixel", choose({ id: "pixel", onchange: (event) => context.go({ pixel: event.target.value }) },
      [...(pixels.length === 1 ? [] : [["", "All pixels"]]), ...pixels.map(({ id, name }) => [id, clean(name, 60)])], context.chosen?.id ?? "")),
    field("Days", choose({ id: "range", onchange: (event) => pick(context, event.target.value) },
      [...PRESETS, ["custom", "From … to …"]], isCustom ? "custom" : named)),
    isCustom && drawDays(context, said),
    make("label", { class: "check" }, make("input", {
      id: "compare", type: "checkbox", ...(state.compare === "1" ? { checked: true } : {}), onchange: (event) => context.go({ compare: event.target.checked ? "1" : "0" }),
    }), make("span", {}, "Compare with the days before")), said);
}

const field = (label, control) => make("label", { class: "field" }, make("span", {}, label), control);

function pick(context, value) {
  const { from, to } = context.range;
  context.go({ range: value === "custom" ? `${from}..${to}` : value });
}

function drawDays(context, said) {
  const { range } = context;
  const inputs = ["from", "to"].map((name) => make("input", { id: name, type: "date", value: range[name], max: context.today, required: true }));
  const apply = () => {
    const [from, to] = inputs.map((input) => input.value);
    if (!isDay(from) || !isDay(to)) return;
    if (from > to) said.textContent = "The first day is after the last.";
    else if (countDays({ from, to }) > LONGEST_DAYS) said.textContent = `At most ${LONGEST_DAYS} days.`;
    else if (from !== range.from || to !== range.to) context.go({ range: `${from}..${to}` });
  };
  for (const input of inputs) input.addEventListener("change", apply);
  return [field("From", inputs[0]), field("To", inputs[1])];
}

const THEMES = [["", "Auto colours"], ["light", "Light"], ["dark", "Dark"]];

/** Light, dark, or as the system has it; kept in this browser. */
export function drawTheme() {
  const root = document.documentElement;
  const change = ({ target: { value } }) => {
    if (value) root.dataset.theme = value;
    else delete root.dataset.theme;
    try {
      localStorage.setItem("theme", value);
    } catch {
      // No storage: it holds until the page is left.
    }
  };
  return field("Colours", choose({ id: "colours", onchange: change }, THEMES, root.dataset.theme ?? ""));
}
