// Funnels: how many of those who began reached each step, and the audience that dropped off, ready to be made.

import { drawAudience } from "../audience.js";
import { bar } from "../bar.js";
import { choose, make, show } from "../element.js";
import { panel } from "../panel.js";
import { columnsOf } from "../schema.js";
import { COUNT, drawDays } from "../series.js";
import { dataTable, readSort } from "../table.js";
import { clean, divide, findChange, writeChange, writeCount, writePercent } from "../text.js";

const FUNNELS = columnsOf("funnels");

/** The page's sections. */
export function funnels(context) {
  const defined = context.pixels.flatMap((pixel) => pixel.funnels.map((funnel) => ({ pixel, ...funnel, key: `${pixel.id}/${funnel.name}` })));
  if (!defined.length) {
    return [make("section", { class: "panel empty-page" }, make("h2", {}, "No funnel is defined"),
      make("p", {}, "A funnel is a list of goals in their order. Define one, and the next publication has it:"),
      make("pre", {}, "pixelweave funnels add --help"))];
  }
  return [drawFunnel(context, defined)];
}

/** The first funnel that somebody entered in these days, else the first. */
const findEntered = (defined, slice) => defined.find((funnel) => countEntries(slice, isOf(funnel, 1))) ?? defined[0];

const writeWithin = (ms) => {
  const [unit, length] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]].find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
  const count = ms / length;
  return `${writeCount(count)} ${unit}${count === 1 || unit === "ms" ? "" : "s"}`;
};

function tellWho({ by, within }) {
  const who = by === "person" ? "A person, over all their sessions," : "A session";
  return `${who} reaches these goals in this order${within ? `, the last within ${writeWithin(within)} of the first` : ""}. An entry counts on the day it began.`;
}

function drawFunnel(context, defined) {
  const several = context.pixels.length > 1;
  const pairs = defined.map(({ key, name, pixel }) => [key, several ? `${clean(name, 60)} – ${clean(pixel.name, 40)}` : clean(name, 60)]);
  const named = defined.find(({ key }) => key === context.state.funnel);
  const title = make("span", {}, clean((named ?? defined[0]).name, 100));
  const about = make("span", {}, tellWho(named ?? defined[0]));
  // If the address names one, nobody else's documents are needed.
  const pixels = named ? [named.pixel] : [...new Set(defined.map(({ pixel }) => pixel))];
  return panel({ ...context, pixels }, {
    id: "funnel", title, parts: ["funnels"], about,
    load: (take) => take("funnels"),
    draw: ({ now, before }) => {
      const chosen = named ?? findEntered(defined, now);
      title.textContent = clean(chosen.name, 100);
      about.textContent = tellWho(chosen);
      const steps = listSteps(chosen, now, before);
      return [
        defined.length > 1 && make("div", { class: "controls" }, make("label", { class: "field" }, make("span", {}, "Funnel"),
          choose({ id: "which-funnel", onchange: (event) => context.go({ funnel: event.target.value, reached: "", missed: "" }) }, pairs, chosen.key))),
        drawSteps(steps), drawTable(context, steps, before),
        make("h3", {}, "Entries and completions by day"), drawTimes(context, chosen, now, before),
        drawAudience(context, chosen),
      ];
    },
  });
}

// A day that lies too far back to be computed again has the goals that the funnel had then: those rows are another funnel's.
const isOf = (chosen, step) => (row, pixel) => pixel.id === chosen.pixel.id && row[FUNNELS.funnel] === chosen.name
  && row[FUNNELS.step] === step && row[FUNNELS.goal] === chosen.steps[step - 1];

function countEntries(slice, is) {
  let entries = 0;
  slice.each((row, { pixel }) => { if (is(row, pixel)) entries += row[FUNNELS.entries]; });
  return entries;
}

function listSteps(chosen, now, before) {
  const steps = chosen.steps.map((goal, place) => ({
    goal, step: place + 1, entries: countEntries(now, isOf(chosen, place + 1)), before: before && countEntries(before, isOf(chosen, place + 1)),
  }));
  return steps.map((each, place) => ({
    ...each,
    fromFirst: divide(each.entries, steps[0].entries),
    fromPrevious: place ? divide(each.entries, steps[place - 1].entries) : null,
    lost: place ? steps[place - 1].entries - each.entries : null,
  }));
}

function drawSteps(steps) {
  return make("ol", { class: "steps" }, steps.map(({ goal, entries, fromFirst, fromPrevious, lost }) => make("li", {},
    lost !== null && make("p", { class: "drop" }, `${writeCount(lost)} dropped off`, fromPrevious === null ? "" : ` (${writePercent(1 - fromPrevious)})`),
    make("div", { class: "step" },
      make("span", { class: "goal" }, show(goal)), make("span", { class: "number" }, writeCount(entries)),
      make("span", { class: "share" }, writePercent(fromFirst)), bar(entries, steps[0].entries)))));
}

function drawTable(context, steps, before) {
  const share = (key, label) => ({
    key, label, number: true, value: (row) => row[key], show: (row) => writePercent(row[key]), save: (row) => row[key]?.toFixed(6) ?? null,
  });
  const columns = [
    { key: "step", label: "Step", value: (row) => row.step, show: (row) => String(row.step) },
    { key: "goal", label: "Goal", value: (row) => row.goal, show: (row) => show(row.goal) },
    { key: "entries", label: "Entries", number: true, value: (row) => row.entries, show: (row) => writeCount(row.entries) },
    share("fromPrevious", "Of the step before"), share("fromFirst", "Of the first step"),
    { key: "lost", label: "Dropped off", number: true, value: (row) => row.lost, show: (row) => (row.lost === null ? "–" : writeCount(row.lost)) },
    ...(before ? [
      { key: "before", label: "Before", number: true, value: (row) => row.before, show: (row) => writeCount(row.before) },
      {
        key: "change", label: "Change", number: true, value: (row) => findChange(row.entries, row.before), show: (row) => writeChange(row.entries, row.before),
        save: (row) => findChange(row.entries, row.before)?.toFixed(6) ?? null,
      },
    ] : []),
  ];
  return dataTable({
    id: "steps-table", caption: "Steps", columns, rows: steps, sort: readSort(context.state.sort, "steps-table", columns, { key: "step", isUp: true }),
    file: context.nameFile("funnel"), onsort: (text) => context.note({ sort: text }),
  });
}

function drawTimes(context, chosen, now, before) {
  const last = chosen.steps.length;
  const wanted = context.state.metric === "completed" ? "completed" : "begun";
  const is = isOf(chosen, wanted === "begun" ? 1 : last);
  const byDay = (slice) => {
    const days = new Map();
    slice.each((row, { day, pixel }) => { if (is(row, pixel)) days.set(day, (days.get(day) ?? 0) + row[FUNNELS.entries]); });
    return days;
  };
  const pairs = [["begun", "Began"], ["completed", "Completed, by the day they began"]];
  return [
    make("div", { class: "controls" }, make("label", { class: "field" }, make("span", {}, "Show"),
      choose({ id: "measure", onchange: (event) => context.go({ metric: event.target.value }) }, pairs, wanted))),
    drawDays(context, "funnels", {
      id: "funnel-chart", label: wanted === "begun" ? "Entries" : "Completions", form: COUNT, now: byDay(now), before: before && byDay(before),
    }),
  ];
}
