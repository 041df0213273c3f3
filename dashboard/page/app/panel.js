// A part of a page that loads by itself: what it needs, what could not be had, and how fresh it is. A failing panel blanks no other.

import { make } from "./element.js";
import { clean, writeDay, writeMoment, writeMonth } from "./text.js";
import { isDay } from "./range.js";
import { isOpen } from "./store.js";

/** A section. `load(take)` gives the model, `take(part)` resolves to {now, before}, slices of the range and of the period before (null: none);
 `draw(model)` gives nodes. */
export function panel(context, { id, title, parts, load, draw, about }) {
  const body = make("div", { class: "panel-body", "aria-busy": "true" }, make("p", { class: "loading" }, "Loading…"));
  const { notices, foot, tell } = makeTeller(context, parts);
  const section = make("section", { class: "panel", id, "aria-labelledby": `${id}-title` },
    make("h2", { id: `${id}-title` }, title), about && make("p", { class: "about" }, about), notices, body, foot);
  const { take, slices } = makeTaker(context);
  load(take).then(draw).catch((error) => [tellFailure(context, error)]).then((nodes) => {
    body.setAttribute("aria-busy", "false");
    body.replaceChildren(...[nodes].flat(Infinity).filter(Boolean));
    tell(slices);
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
    // Half of what was is nothing to compare with, nor is half of what is; of today everybody knows that it is not over.
    const { today, range } = context;
    const isHalf = before?.problems.size || (now.through !== range.to && !(range.to === today && now.through?.startsWith(today)));
    return { now, before: isHalf ? null : before };
  };
  return { take, slices };
}

function tellFailure(context, error) {
  return make("div", { class: "problem", role: "alert" },
    make("p", {}, `This cannot be shown: ${clean(error.message, 200)}.`), retry(context));
}

const retry = (context) => make("button", { type: "button", class: "quiet", onclick: () => context.again() }, "Try again");

/** Where it is told what is wrong with these parts and their documents, above the numbers, and how fresh they are, below. `tell(slices)` fills both. */
export function makeTeller(context, parts) {
  const notices = make("div", { class: "notices" });
  const foot = make("footer", { class: "fresh" });
  const tell = (slices) => {
    notices.replaceChildren(...tellParts(context, parts), ...tellDocuments(context, slices));
    foot.replaceChildren(...tellFreshness(context, parts));
  };
  return { notices, foot, tell };
}

function tellParts(context, parts) {
  const lines = [];
  const { range, today, previous } = context;
  // Day or moment up to which numbers go → the parts of which: told once, however many these are.
  const late = new Map();
  const begun = new Map();
  const note = (map, key, part) => map.set(key, [...(map.get(key) ?? []), part]);
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
    if (!isDay(told.through)) continue;
    if (told.through < range.to) note(late, told.through, part);
    else if (range.to < today && isOpen(range.to, told.computedAt)) note(begun, told.computedAt, part);
  }
  const tellWhose = (names) => (names.length < parts.length ? ` of ${names.map((name) => `«${name}»`).join(", ")}` : "");
  const end = previous ? ", so these are not compared" : "";
  const tell = (text) => lines.push(make("p", { class: "note" }, `${text}${end}.`));
  for (const [day, names] of late) tell(`Days after ${writeDay(day)} are not in the numbers${tellWhose(names)} yet`);
  for (const [moment, names] of begun) tell(`Of ${writeDay(range.to)} the numbers${tellWhose(names)} are those up to ${writeMoment(moment)}`);
  return lines;
}

function tellDocuments(context, slices) {
  const lines = [];
  // Both periods may read one document: what is wrong with it is told once.
  const problems = [...new Map(slices.flatMap((slice) => [...slice.problems])).values()];
  if (problems.length) lines.push(tellProblems(context, problems));
  const unread = [...new Map(slices.flatMap((slice) => [...slice.unread])).values()].reduce((sum, rows) => sum + rows, 0);
  if (unread) lines.push(make("p", { class: "problem" }, `${unread} ${unread === 1 ? "row" : "rows"} cannot be read and ${unread === 1 ? "is" : "are"} left out.`));
  return lines;
}

function tellFreshness(context, parts) {
  const fresh = new Map();
  for (const part of parts) {
    const told = context.store.index.parts.get(part);
    if (!told) continue;
    const text = `as of ${told.computedAt ? writeMoment(told.computedAt) : "an unknown time"}, through ${isDay(told.through) ? writeDay(told.through) : "no day"}`;
    fresh.set(text, [...(fresh.get(text) ?? []), part]);
  }
  const said = [...fresh].map(([text, names]) => (fresh.size > 1 ? `${names.join(", ")}: ${text}` : text)).join("; ");
  return said ? [make("p", {}, `${said[0].toUpperCase()}${said.slice(1)}.`)] : [];
}

const SOME = 4;

function tellProblems(context, problems) {
  const told = problems.slice(0, SOME).map(({ pixel, month, part, reason }) =>
    make("li", {}, `${clean(pixel.name, 60)}, ${writeMonth(`${month}-01`)}, ${part}: ${clean(reason, 120)}`));
  return make("div", { class: "problem", role: "alert" },
    make("p", {}, "Some documents could not be read; their days are missing here:"),
    make("ul", {}, told, problems.length > SOME ? make("li", {}, `and ${problems.length - SOME} more`) : null), retry(context));
}
