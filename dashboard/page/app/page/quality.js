// Traffic quality: what became of every hit that was answered. All of them got the GIF; not all of them count.

import { bar } from "../bar.js";
import { breakdown } from "../breakdown.js";
import { card, tellChange, tellShift } from "../card.js";
import { asText } from "../column.js";
import { pixelLevel } from "../dimension.js";
import { choose, make, show } from "../element.js";
import { panel } from "../panel.js";
import { REASONS, explain } from "../reason.js";
import { columnsOf } from "../schema.js";
import { COUNT, drawDays } from "../series.js";
import { dataTable, readSort } from "../table.js";
import { divide, writeCount, writePercent } from "../text.js";

const QUALITY = columnsOf("quality");
const counts = [
  { key: "hits", label: "Hits", place: QUALITY.hits }, { key: "duplicates", label: "Repeats", place: QUALITY.duplicates },
  { key: "late", label: "Late", place: QUALITY.late },
];
const OUTCOMES = { accepted: "Accepted", rejected: "Rejected", bot: "Bots", test: "Tests" };

/** The page's sections. */
export function quality(context) {
  const several = context.pixels.length > 1;
  const pixel = { ...pixelLevel(context), key: (row, block) => block.pixel.id };
  const dialect = { label: "Dialect", key: QUALITY.dialect, ...asText };
  const outcome = { label: "Outcome", key: QUALITY.outcome, ...asText };
  return [
    drawFate(context),
    breakdown(context, {
      id: "reasons", title: "Outcomes and reasons", part: "quality", counts, levels: [outcome, { label: "Reason", key: QUALITY.reason, ...reason }, dialect],
      about: "A rejected row has the reason for it; an accepted one may have a reason too: something optional was left out.",
    }),
    breakdown(context, {
      id: "pixels", title: several ? "Pixels and dialects" : "Dialects", part: "quality", counts, levels: [...(several ? [pixel] : []), dialect, outcome],
    }),
    breakdown(context, {
      id: "clients", title: "People, proxies and bots", part: "quality", counts, levels: [{ label: "Client", key: QUALITY.client_class, ...asText }, outcome],
      about: "Proxies are those of mail programs, which fetch an image for a reader. Late: it happened more than an hour before it was received.",
    }),
  ];
}

const reason = {
  write: (value) => [show(value, "no reason"), explain(REASONS, value) ? make("span", { class: "meaning" }, explain(REASONS, value)) : ""],
  save: (value) => value,
};

/** Sums of hits: answered, counted, and what the others were. */
function countFate(slice) {
  const fate = { answered: 0, counted: 0, repeats: 0, rejected: 0, bot: 0, test: 0, other: 0, late: 0 };
  slice.each((row) => {
    const [hits, repeats, outcome] = [row[QUALITY.hits], row[QUALITY.duplicates], row[QUALITY.outcome]];
    fate.answered += hits;
    fate.repeats += repeats;
    fate.late += row[QUALITY.late];
    const name = outcome === "accepted" ? "counted" : Object.hasOwn(OUTCOMES, outcome) ? outcome : "other";
    fate[name] += hits - repeats;
  });
  return fate;
}

const FATES = [
  ["counted", "Counted"], ["repeats", "Repeats of a hit"], ["rejected", "Rejected"], ["bot", "Bots"], ["test", "Tests"], ["other", "Of an unknown outcome"],
];

function drawFate(context) {
  const measures = { answered: "Answered", counted: "Counted", dropped: "Answered, not counted", repeats: "Repeats", late: "Late" };
  const wanted = Object.hasOwn(measures, context.state.metric) ? context.state.metric : "dropped";
  return panel(context, {
    id: "fate", title: "What became of the hits", parts: ["quality"],
    about: "Every hit of a known pixel is answered with its image and is one row of the log. Only an accepted hit counts, and once.",
    load: (take) => take("quality"),
    draw: ({ now, before }) => {
      const [fate, past] = [countFate(now), before && countFate(before)];
      return [
        drawCards(fate, past), drawTable(context, fate, past),
        make("div", { class: "controls" }, make("label", { class: "field" }, make("span", {}, "By day"),
          choose({ id: "measure", onchange: (event) => context.go({ metric: event.target.value }) }, Object.entries(measures), wanted))),
        drawDays(context, "quality", {
          id: "fate-chart", label: measures[wanted], form: COUNT, now: now.sumByDay(FATE_OF_ROW[wanted]), before: before && before.sumByDay(FATE_OF_ROW[wanted]),
        }),
      ];
    },
  });
}

const countRow = (row) => (row[QUALITY.outcome] === "accepted" ? row[QUALITY.hits] - row[QUALITY.duplicates] : 0);
const FATE_OF_ROW = {
  answered: (row) => row[QUALITY.hits], counted: countRow, dropped: (row) => row[QUALITY.hits] - countRow(row),
  repeats: (row) => row[QUALITY.duplicates], late: (row) => row[QUALITY.late],
};

function drawCards(fate, past) {
  const one = (label, read) => card(label, writeCount(read(fate)), tellChange(read(fate), past && read(past), writeCount));
  const share = (from) => divide(from.counted, from.answered);
  return make("div", { class: "cards" },
    one("Answered", (from) => from.answered), one("Counted", (from) => from.counted),
    one("Answered, not counted", (from) => from.answered - from.counted),
    card("Share counted", writePercent(share(fate)), tellShift(share(fate), past && share(past))), one("Late", (from) => from.late));
}

function drawTable(context, fate, past) {
  const rows = FATES.filter(([key]) => fate[key] || key !== "other").map(([key, label]) => ({ label, hits: fate[key], before: past?.[key] }));
  const columns = [
    { key: "fate", label: "What became of it", value: (row) => row.label, show: (row) => row.label },
    { key: "hits", label: "Hits", number: true, value: (row) => row.hits, show: (row) => [writeCount(row.hits), bar(row.hits, fate.answered)] },
    {
      key: "share", label: "Share", number: true, value: (row) => divide(row.hits, fate.answered), show: (row) => writePercent(divide(row.hits, fate.answered)),
      save: (row) => divide(row.hits, fate.answered)?.toFixed(6) ?? null,
    },
    ...(past ? [{ key: "before", label: "Before", number: true, value: (row) => row.before, show: (row) => writeCount(row.before) }] : []),
  ];
  return dataTable({
    id: "fate-table", caption: "Where the hits went", columns, rows, sort: readSort(context.state.sort, "fate-table", columns, { key: "hits", isUp: false }),
    file: context.nameFile("hits"), onsort: (text) => context.note({ sort: text }),
  });
}
