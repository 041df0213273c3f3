// A part of a page that loads by itself: what it needs, what could not be had, and how fresh it is. A failing panel blanks no other.

import { make } from "./element.js";
import { clean, writeDay, writeMoment, writeMonth } from "./text.js";
import { isDay } from "./range.js";

/** A section. `load(take)` gives the model, `take(part)` resolves to {now, before}, slices of the range and of the period before (null: none);
 `draw(model)` gives nodes. */
export function panel(context, { id, title, parts, load, draw, about }) {
  const body = make("div", { class: "panel-body", "aria-busy": "true" }, make("p", { class: "loading" }, "Loading…"));
  const foot = make("footer", { class: "fresh" });
  const section = make("section", { class: "panel", id, "aria-labelledby": `${id}-title` },
    make("h2", { id: `${id}-title` }, title), about && make("p", { class: "about" }, about), body, foot);
  const { take, slices } = makeTaker(context);
  load(take).then(draw).catch((error) => [tellFailure(context, error)]).then((nodes) => {
    body.setAttribute("aria-busy", "false");
    body.replaceChildren(...[nodes].flat(Infinity).filter(Boolean));
    foot.replaceChildren(...tellFreshness(context, parts, slices));
  });
  return section;
}

/** Loads slices, and remembers them. */
export function makeTaker(context) {
  const slices = [];
  const load = async (part, range) => {
    const slice = await context.store.load(part, context.pixels, range);
    slices.push(slice);
    return slice;
  };
  const take = async (part) => {
    const [now, before] = await Promise.all([load(part, context.range), context.previous ? load(part, context.previous) : null]);
    return { now, before };
  };
  return { take, slices };
}

function tellFailure(context, error) {
  return make("div", { class: "problem", role: "alert" },
    make("p", {}, `This cannot be shown: ${clean(error.message, 200)}.`), retry(context));
}

const retry = (context) => make("button", { type: "button", class: "quiet", onclick: () => context.again() }, "Try again");

/** What is wrong with the parts and documents, and how fresh they are. */
export function tellFreshness(context, parts, slices) {
  const fresh = new Map();
  const lines = [];
  for (const part of parts) {
    const told = context.store.index.parts.get(part);
    if (!told) {
      lines.push(make("p", { class: "problem" }, `«${part}» has not been published yet.`));
      continue;
    }
    if (told.error) {
      lines.push(make("p", { class: "problem" }, `«${part}» could not be computed`,
        told.error.since ? ` since ${writeMoment(told.error.since)}` : "", `: ${clean(told.error.reason, 200)}. What is shown is older.`));
    }
    const text = `as of ${told.computedAt ? writeMoment(told.computedAt) : "an unknown time"}, through ${isDay(told.through) ? writeDay(told.through) : "no day"}`;
    fresh.set(text, [...(fresh.get(text) ?? []), part]);
  }
  // Both periods may read one document: what is wrong with it is told once.
  const problems = [...new Map(slices.flatMap((slice) => [...slice.problems])).values()];
  if (problems.length) lines.push(tellProblems(context, problems));
  const unread = [...new Map(slices.flatMap((slice) => [...slice.unread])).values()].reduce((sum, rows) => sum + rows, 0);
  if (unread) lines.push(make("p", { class: "problem" }, `${unread} ${unread === 1 ? "row" : "rows"} cannot be read and ${unread === 1 ? "is" : "are"} left out.`));
  const said = [...fresh].map(([text, names]) => (fresh.size > 1 ? `${names.join(", ")}: ${text}` : text)).join("; ");
  if (said) lines.push(make("p", {}, `${said[0].toUpperCase()}${said.slice(1)}.`));
  return lines;
}

const SOME = 4;

function tellProblems(context, problems) {
  const told = problems.slice(0, SOME).map(({ pixel, month, part, reason }) =>
    make("li", {}, `${clean(pixel.name, 60)}, ${writeMonth(`${month}-01`)}, ${part}: ${clean(reason, 120)}`));
  return make("div", { class: "problem", role: "alert" },
    make("p", {}, "Some documents could not be read; their days are missing here:"),
    make("ul", {}, told, problems.length > SOME ? make("li", {}, `and ${problems.length - SOME} more`) : null), retry(context));
}
