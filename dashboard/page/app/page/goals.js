// Goals: how often each was reached, by how many sessions, worth what; by up to three dimensions, and one goal over time.

import { card, tellChange, tellShift } from "../card.js";
import { changeColumns, countColumn, groupTable, moneyColumns, shareColumn } from "../column.js";
import { DIMENSIONS, pixelLevel, tellFolding } from "../dimension.js";
import { choose, make, show } from "../element.js";
import { compareGroups, findGreatest, groupRows, listUnits } from "../group.js";
import { writeMoney } from "../money.js";
import { panel } from "../panel.js";
import { setRates, unfold } from "../rate.js";
import { columnsOf } from "../schema.js";
import { COUNT, SHARE, divideDays, drawDays, money } from "../series.js";
import { clean, findShare, writeCount, writePercent } from "../text.js";

const GOALS = columnsOf("goals");
const SESSIONS = columnsOf("sessions");
const COUNTS = [GOALS.conversions, GOALS.sessions];
const LEVELS = 3;
// What a goal is counted under: its name and its source. The separator is in no source.
const keyOf = (row) => JSON.stringify([row[GOALS.source], row[GOALS.goal]]);
const SOURCES = { defined: "defined", hit: "named in the hit", "built-in": "built in" };
const nameSource = (source) => (Object.hasOwn(SOURCES, source) ? SOURCES[source] : clean(source ?? "unknown", 20));
const MEASURES = [["conversions", "Conversions"], ["sessions", "Sessions with it"], ["rate", "Conversion rate"]];

/** The page's sections. */
export function goals(context) {
  const chosen = readGoal(context.state.goal);
  return chosen ? [drawGoal(context, chosen), drawTable(context, chosen)] : [drawTable(context, null)];
}

function readGoal(text) {
  try {
    const [source, name] = JSON.parse(text);
    return { key: text, source, name };
  } catch {
    return null;
  }
}

/** The dimensions that the address asks for, each once, at most three. */
function readLevels(context) {
  const known = listDimensions(context);
  return [...new Set(context.state.by.split(","))].filter((key) => Object.hasOwn(known, key)).slice(0, LEVELS);
}

const listDimensions = (context) => (context.pixels.length > 1 ? { ...DIMENSIONS, pixel: pixelLevel(context) } : DIMENSIONS);
const reader = (columns, key) => (key === "pixel" ? (row, { pixel }) => pixel.id : columns[key]);

function drawControls(context) {
  const chosen = readLevels(context);
  const known = listDimensions(context);
  const selects = Array.from({ length: Math.min(chosen.length + 1, LEVELS) }, (_, level) => {
    const pairs = Object.entries(known).filter(([key]) => key === chosen[level] || !chosen.includes(key)).map(([key, { label }]) => [key, label]);
    const change = (event) => context.go({ by: [...chosen.slice(0, level), event.target.value, ...chosen.slice(level + 1)].filter(Boolean).join(",") });
    return make("label", { class: "field" }, make("span", {}, ["Group by", "then by", "then by"][level]),
      choose({ id: `by-${level}`, onchange: change }, [["", level ? "nothing more" : "nothing"], ...pairs], chosen[level] ?? ""));
  });
  return make("div", { class: "controls", role: "group", "aria-label": "Grouping" }, selects);
}

function drawTable(context, chosen) {
  return panel(context, {
    id: "goals", title: chosen ? "By dimension" : "Goals", parts: ["goals", "sessions", "dimensions"],
    load: async (take) => {
      const [reached, sessions, shares] = await Promise.all([take("goals"), take("sessions"), take("dimensions")]);
      return { reached, sessions, shares };
    },
    draw: (model) => [drawControls(context), drawGroups(context, chosen, model)],
  });
}

function drawGroups(context, chosen, { reached, sessions, shares }) {
  const by = readLevels(context);
  const group = (slice) => groupRows(slice, [keyOf, ...by.map((key) => reader(GOALS, key))], COUNTS, GOALS);
  const root = group(reached.now);
  if (reached.before) compareGroups(root, group(reached.before));
  if (chosen) {
    root.money = root.children.get(chosen.key)?.money ?? new Map();
    root.children = new Map([...root.children].filter(([key]) => key === chosen.key));
  }
  const all = groupRows(sessions.now, by.map((key) => reader(SESSIONS, key)), [SESSIONS.sessions]);
  if (isEven(sessions.now, shares.now)) unfold(all, shares.now, by[0]);
  setRates(root.list(), isEven(reached.now, sessions.now) ? all : null);
  const known = listDimensions(context);
  const table = groupTable(context, {
    id: "goals-table", caption: chosen ? `${clean(chosen.name ?? "", 60)} by dimension` : "Goals", root,
    levels: [goalLevel(context, chosen), ...by.map((key) => known[key])],
    columns: [
      countColumn("conversions", "Conversions", 0, findGreatest(root, 0)),
      ...(reached.before ? changeColumns(0) : []),
      countColumn("sessions", "Unique sessions", 1), shareColumn("rate", "Conversion rate", (row) => row.group.rate), ...moneyColumns(root),
    ],
    sort: "conversions", bare: true, empty: "No goal was reached in these days.",
  });
  return [table, make("p", { class: "about" },
    "The rate is of sessions that reached the goal to all sessions, of the same group. «–»: the group's sessions are not known by themselves."),
    tellFolding(root) || tellFolding(all)];
}

/** Whether two slices know of the same days: where one is late, what one divides by the other is no share. */
const isEven = (one, other) => one.through === other.through;

const goalLevel = (context, chosen) => ({
  label: "Goal",
  write: (key) => {
    const { source, name } = readGoal(key);
    const told = [show(name), " ", make("span", { class: "tag" }, nameSource(source))];
    // A name that no address could hold leads nowhere.
    return chosen || key.length > 1_000 ? told : [make("a", { href: context.link({ goal: key, sort: "" }) }, told[0]), ...told.slice(1)];
  },
  save: (key) => readGoal(key).name,
});

function drawGoal(context, { key, source, name }) {
  const measures = new Map(MEASURES);
  const back = make("a", { href: context.link({ goal: "", metric: "" }) }, "All goals");
  return panel(context, {
    id: "goal", title: clean(name ?? "unknown", 100), parts: ["goals", "sessions"],
    load: async (take) => {
      const [reached, sessions] = await Promise.all([take("goals"), take("sessions")]);
      const only = (slice) => slice && groupRows(slice, [keyOf, (row, { day }) => day], COUNTS, GOALS).at(key);
      return { now: only(reached.now), before: reached.before && sessions.before && only(reached.before), sessions, isShare: isEven(reached.now, sessions.now) };
    },
    draw: ({ now, before, sessions, isShare }) => {
      const units = listUnits(now);
      const pairs = [...MEASURES, ...units.map((unit) => [`value:${unit}`, unit === "points" ? "Points" : `Value, ${clean(unit, 12)}`])];
      const wanted = pairs.some(([each]) => each === context.state.metric) ? context.state.metric : "conversions";
      return [
        make("p", { class: "about" }, back, ` · ${nameSource(source)}`),
        drawCards(now, before, sessions, units, isShare),
        make("div", { class: "controls" }, make("label", { class: "field" }, make("span", {}, "Over time"),
          choose({ id: "measure", onchange: (event) => context.go({ metric: event.target.value }) }, pairs, wanted))),
        drawDays(context, "goals", {
          id: "goal-chart", label: measures.get(wanted) ?? pairs.find(([each]) => each === wanted)[1],
          ...measure(wanted, now, sessions.now), before: before && measure(wanted, before, sessions.before).now,
        }),
      ];
    },
  });
}

function drawCards(now, before, sessions, units, isShare) {
  const whole = isShare ? sessions.now.sum(SESSIONS.sessions) : 0;
  const rate = findShare(now.counts[1], whole);
  const rateBefore = before && findShare(before.counts[1], sessions.before.sum(SESSIONS.sessions));
  return make("div", { class: "cards" },
    card("Conversions", writeCount(now.counts[0]), tellChange(now.counts[0], before?.counts[0], writeCount)),
    card("Unique sessions", writeCount(now.counts[1]), tellChange(now.counts[1], before?.counts[1], writeCount)),
    card("Conversion rate", writePercent(rate), tellShift(rate, rateBefore)),
    units.map((unit) => card(unit === "points" ? "Points" : `Value, ${clean(unit, 12)}`, writeMoney(now.money.get(unit), unit),
      tellChange(now.money.get(unit), before && (before.money.get(unit) ?? 0n), (amount) => writeMoney(amount, unit)))));
}

/** The form and the numbers by day of what is drawn of one goal. */
function measure(wanted, group, sessions) {
  const byDay = (read) => new Map(group.list().map((day) => [day.value, read(day)]));
  if (wanted === "rate") {
    return { form: SHARE, now: divideDays(byDay((day) => day.counts[1]), sessions.sumByDay((row) => row[SESSIONS.sessions])) };
  }
  if (wanted.startsWith("value:")) {
    const unit = wanted.slice(6);
    return { form: money(unit), now: byDay((day) => day.money.get(unit) ?? 0n) };
  }
  return { form: COUNT, now: byDay((day) => day.counts[wanted === "sessions" ? 1 : 0]) };
}
