// A number by day (or by hour) as a chart and its table: these days, and beneath each the day as far into the period before.

import { lineChart } from "./chart.js";
import { seriesTable } from "./column.js";
import { make } from "./element.js";
import { toHeight, writeMoney, writePlain } from "./money.js";
import { listDays } from "./range.js";
import { findShare, writeCount, writePercent } from "./text.js";

/** How a kind of number is written, drawn and saved. */
export const COUNT = { zero: 0, write: writeCount, height: (value) => value, save: (value) => value, whole: true };
export const SHARE = {
  zero: null, write: (value) => writePercent(value), height: (value) => (value === null ? null : value * 100),
  save: (value) => value?.toFixed(6) ?? null, whole: false, sign: "%",
};
export const money = (unit) => ({
  zero: 0n, write: (value) => writeMoney(value, unit), height: toHeight, save: (value) => writePlain(value, unit), whole: false,
});

/** Shares by day from parts and wholes by day. */
export const divideDays = (parts, wholes) => new Map([...wholes].map(([day, whole]) => [day, findShare(parts.get(day) ?? 0, whole)]));

/** A chart and its table. `now` and `before` are maps by x; `before` null: not compared. `xs` are the days (or hours) of each. `known(x)` false: not published yet. */
export function drawSeries(context, { id, label, form, first = "Day", xs, now, before, beforeXs, known = () => true }) {
  const points = xs.map((x, place) => {
    const exact = known(x) ? now.get(x) ?? form.zero : null;
    const beforeX = before ? beforeXs[place] ?? null : null;
    const beforeExact = beforeX === null ? null : before.get(beforeX) ?? form.zero;
    const put = (value, how) => (value === null ? null : how(value));
    return {
      x, exact, text: exact === null ? "no number" : form.write(exact), save: put(exact, form.save), value: put(exact, form.height),
      beforeX, beforeExact, beforeText: put(beforeExact, form.write), beforeSave: put(beforeExact, form.save), before: put(beforeExact, form.height),
    };
  });
  return make("figure", { class: "series" },
    lineChart({ id, label: `${label}, by ${first.toLowerCase()}`, points, days: first === "Day", whole: form.whole, sign: form.sign }),
    seriesTable(context, { id: `${id}-table`, caption: `${label} by ${first.toLowerCase()}`, first, label, points }));
}

/** The same by day over the context's range. Days after what is published of `part` have no number. */
export function drawDays(context, part, options) {
  const through = context.store.index.parts.get(part)?.through;
  return drawSeries(context, {
    ...options, xs: listDays(context.range), beforeXs: context.previous ? listDays(context.previous) : [],
    known: (day) => Boolean(through) && day <= through,
  });
}
