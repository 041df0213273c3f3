// Overview: the numbers of the range against the period before, one of them over time, and what brought the sessions.

import { breakdown } from "../breakdown.js";
import { tellChange } from "../card.js";
import { ratioColumn, shareColumn } from "../column.js";
import { DIMENSIONS, tellFolding } from "../dimension.js";
import { make } from "../element.js";
import { groupRows, listUnits } from "../group.js";
import { makeTaker, makeTeller, panel } from "../panel.js";
import { countDays } from "../range.js";
import { countDaily, countReach } from "../reach.js";
import { columnsOf } from "../schema.js";
import { COUNT, drawDays, drawSeries, money } from "../series.js";
import { clean, divide, writeDay, writeDuration, writeMean } from "../text.js";

const ACTIVITY = columnsOf("activity");
const GOALS = columnsOf("goals");
const SESSIONS = columnsOf("sessions");

const sumOf = (part, column) => {
  const place = columnsOf(part)[column];
  return { part, form: COUNT, total: (slice) => slice.sum(place), days: (slice) => slice.sumByDay((row) => row[place]) };
};
const actors = (kind) => ({
  part: "reach", form: COUNT, total: (slice) => countReach(slice)[kind], days: (slice) => countDaily(slice, kind),
});

const METRICS = {
  visitors: { label: "Visitors", ...actors("visitor") },
  sessions: { label: "Sessions", ...sumOf("sessions", "sessions") },
  views: { label: "Page views", ...sumOf("activity", "page_views") },
  events: { label: "Events", ...sumOf("activity", "events") },
  hits: { label: "Hits answered", ...sumOf("quality", "hits") },
  known: { label: "People known", ...actors("known") },
  anonymous: { label: "Anonymous", ...actors("anonymous") },
  conversions: { label: "Conversions", ...sumOf("goals", "conversions") },
};

// A slice's money by unit: all units come of one reading.
const monies = new WeakMap();
function sumMoney(slice) {
  if (!monies.has(slice)) monies.set(slice, groupRows(slice, [], [], GOALS));
  return monies.get(slice);
}

/** The metric of conversions' value in one unit. */
function valueIn(unit) {
  const sum = (slice) => sumMoney(slice).money.get(unit) ?? 0n;
  const days = (slice) => {
    const root = groupRows(slice, [(row, { day }) => day], [], GOALS);
    return new Map(root.list().filter((day) => day.money.has(unit)).map((day) => [day.value, day.money.get(unit)]));
  };
  return { label: unit === "points" ? "Points" : `Value, ${clean(unit, 12)}`, part: "goals", form: money(unit), total: sum, days };
}

// What the address names, else the visitors.
const findKey = ({ metric }) => (metric.startsWith("value:") || Object.hasOwn(METRICS, metric) ? metric : "visitors");
const findMetric = (key) => (key.startsWith("value:") ? valueIn(key.slice(6)) : METRICS[key]);

/** The page's sections. */
export function overview(context) {
  return [drawCards(context), drawChart(context), drawChannels(context)];
}

function drawCards(context) {
  const list = make("ul", { class: "cards", "aria-label": "Numbers", "aria-busy": "true" });
  const { take, slices } = makeTaker(context);
  const taken = new Map();
  const parts = ["activity", "reach", "quality", "sessions", "goals"];
  const { notices, foot, tell } = makeTeller(context, parts);
  for (const part of parts) taken.set(part, take(part));
  for (const [key, metric] of Object.entries(METRICS)) list.append(addCard(context, key, metric, taken.get(metric.part)));
  const units = taken.get("goals").then(({ now }) => {
    for (const unit of listUnits(sumMoney(now))) {
      list.append(addCard(context, `value:${unit}`, valueIn(unit), taken.get("goals")));
    }
  });
  Promise.allSettled([...taken.values(), units]).then(() => {
    list.setAttribute("aria-busy", "false");
    tell(slices);
  });
  return make("section", { class: "panel plain", id: "numbers", "aria-label": "Numbers of these days" }, notices, list, foot);
}

function addCard(context, key, metric, taken) {
  const number = make("span", { class: "number" }, "…");
  const below = make("span", { class: "below" }, context.previous ? "\u00a0" : "");
  const button = make("button", {
    type: "button", class: "card", id: `metric-${key}`, "aria-pressed": String(findKey(context.state) === key), onclick: () => context.go({ metric: key }),
  }, make("span", { class: "label" }, metric.label), number, below);
  taken.then(({ now, before }) => {
    const total = metric.total(now);
    number.textContent = metric.form.write(total);
    below.replaceChildren(tellChange(total, before && metric.total(before), metric.form.write) ?? "");
  }).catch(() => { number.textContent = "–"; });
  return make("li", {}, button);
}

function drawChart(context) {
  if (countDays(context.range) === 1) return drawHours(context);
  const metric = findMetric(findKey(context.state));
  const isReach = metric.part === "reach";
  return panel(context, {
    id: "over-time", title: `${metric.label} by day`, parts: [metric.part],
    about: isReach ? "Who is there on several days counts on each of them here, and once in the number above." : null,
    load: (take) => take(metric.part),
    draw: ({ now, before }) => drawDays(context, metric.part, {
      id: "over-time-chart", label: metric.label, form: metric.form, now: metric.days(now), before: before && metric.days(before),
    }),
  });
}

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

function drawHours(context) {
  const isViews = context.state.metric === "views";
  const label = isViews ? "Page views" : "Events";
  const count = isViews ? ACTIVITY.page_views : ACTIVITY.events;
  const byHour = (slice) => {
    const hours = new Map();
    slice.each((row) => hours.set(HOURS[row[ACTIVITY.hour]], (hours.get(HOURS[row[ACTIVITY.hour]]) ?? 0) + row[count]));
    return hours;
  };
  return panel(context, {
    id: "over-time", title: `${label} by hour, ${writeDay(context.range.from)}`, parts: ["activity"],
    about: "Hours are UTC. Events and page views are known by the hour; the other numbers by the day.",
    load: (take) => take("activity"),
    draw: ({ now, before }) => drawSeries(context, {
      id: "over-time-chart", label, form: COUNT, first: "Hour", xs: HOURS, now: byHour(now), before: before && byHour(before), beforeXs: HOURS,
    }),
  });
}

const perSession = (place) => ({ group: { counts } }) => divide(counts[place], counts[0]);

function drawChannels(context) {
  const level = (key) => ({ ...DIMENSIONS[key], key: SESSIONS[key] });
  return breakdown(context, {
    id: "channels", title: "What brought the sessions", part: "sessions", levels: [level("channel"), level("campaign"), level("landing")], after: tellFolding,
    about: "Engaged sessions saw more than one page, or reached a goal. Time lies between a session's first and last event.",
    counts: [
      { key: "sessions", label: "Sessions", place: SESSIONS.sessions },
      { place: SESSIONS.engaged, column: (place) => shareColumn("engaged", "Engaged", perSession(place)) },
      { place: SESSIONS.page_views, column: (place) => ratioColumn("pages", "Pages each", perSession(place), writeMean) },
      { place: SESSIONS.seconds, column: (place) => ratioColumn("time", "Time each", perSession(place), writeDuration) },
    ],
  });
}
