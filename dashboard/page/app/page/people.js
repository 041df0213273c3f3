// People: how many are known, and how sound identity is. No person is on this page: it holds nothing personal.

import { card, tellChange, tellShift } from "../card.js";
import { changeColumns, countColumn, groupTable, partColumn } from "../column.js";
import { choose, make, show } from "../element.js";
import { compareGroups, findGreatest, groupRows } from "../group.js";
import { panel } from "../panel.js";
import { countDaily, countReach } from "../reach.js";
import { REFUSALS, explain } from "../reason.js";
import { columnsOf } from "../schema.js";
import { COUNT, SHARE, divideDays, drawDays } from "../series.js";
import { divide, writeCount, writePercent } from "../text.js";

const IDENTITY = columnsOf("identity");
const KINDS = {
  person: "New persons", identifier: "New identifiers", merge: "Merges", refusal: "Refusals", forgotten: "Forgotten",
};

/** The page's sections. */
export function people(context) {
  return [drawKnown(context), drawIdentity(context), make("section", { class: "panel plain", id: "one-person", "aria-label": "One person" },
    make("p", { class: "about" }, "One person’s timeline is not on this page, which holds no personal data. Who may read it asks the command line: ",
      make("code", {}, "pixelweave people show ADDRESS")))];
}

function drawKnown(context) {
  const measures = { share: "Share known", known: "Known", anonymous: "Anonymous" };
  const wanted = Object.hasOwn(measures, context.state.metric) ? context.state.metric : "share";
  return panel(context, {
    id: "known", title: "Known and anonymous", parts: ["reach"],
    about: "Known: an e-mail address, a phone number or a user id is known of them.",
    load: (take) => take("reach"),
    draw: ({ now, before }) => [
      drawReach(countReach(now), before && countReach(before)),
      make("div", { class: "controls" }, make("label", { class: "field" }, make("span", {}, "By day"),
        choose({ id: "measure", onchange: (event) => context.go({ metric: event.target.value }) }, Object.entries(measures), wanted))),
      drawDays(context, "reach", {
        id: "known-chart", label: measures[wanted], form: wanted === "share" ? SHARE : COUNT, now: byDay(now, wanted), before: before && byDay(before, wanted),
      }),
    ],
  });
}

function byDay(slice, wanted) {
  if (wanted !== "share") return countDaily(slice, wanted);
  const known = countDaily(slice, "known");
  const anonymous = countDaily(slice, "anonymous");
  return divideDays(known, new Map([...known].map(([day, count]) => [day, count + (anonymous.get(day) ?? 0)])));
}

function drawReach(now, before) {
  const share = (reach) => divide(reach.known, reach.known + reach.anonymous);
  return make("div", { class: "cards" },
    card("Known", writeCount(now.known), tellChange(now.known, before?.known, writeCount)),
    card("Anonymous", writeCount(now.anonymous), tellChange(now.anonymous, before?.anonymous, writeCount)),
    card("Share known", writePercent(share(now)), tellShift(share(now), before && share(before))));
}

/** Pixels of one workspace have the same rows: of each workspace the one that is there longest, chosen or not, stands for all. A newer one has
 no documents of the months before it. */
function onePerWorkspace({ pixels, store }) {
  const nameWorkspace = (pixel) => pixel.workspace ?? `pixel ${pixel.id}`;
  const asked = new Set(pixels.map(nameWorkspace));
  const first = new Map();
  for (const pixel of store.index.pixels) {
    const workspace = nameWorkspace(pixel);
    const before = first.get(workspace);
    if (asked.has(workspace) && (!before || (pixel.firstDay ?? "9") < (before.firstDay ?? "9"))) first.set(workspace, pixel);
  }
  return [...first.values()];
}

function drawIdentity(context) {
  const asked = { ...context, pixels: onePerWorkspace(context) };
  return panel(asked, {
    id: "identity", title: "Identity", parts: ["identity"],
    about: "Of the pixel’s whole workspace, by the day on which it was learned.",
    load: (take) => take("identity"),
    draw: ({ now, before }) => {
      const keys = [IDENTITY.kind, IDENTITY.detail];
      const root = groupRows(now, keys, [IDENTITY.count]);
      const past = before && groupRows(before, keys, [IDENTITY.count]);
      if (past) compareGroups(root, past);
      const count = (from, kind) => from.children.get(kind)?.counts[0] ?? 0;
      return [
        make("div", { class: "cards" }, Object.entries(KINDS).map(([kind, label]) =>
          card(label, writeCount(count(root, kind)), tellChange(count(root, kind), past && count(past, kind), writeCount)))),
        make("div", { class: "pair" },
          drawDetails(context, root, "identifier", "New identifiers", "Type", Boolean(past)),
          drawDetails(context, root, "refusal", "Refusals", "Reason", Boolean(past))),
      ];
    },
  });
}

function drawDetails(context, root, kind, caption, label, isCompared) {
  const part = root.children.get(kind) ?? groupRows({ each: () => {} }, [], [0]);
  const write = (value) => [show(value, "not told"), kind === "refusal" && explain(REFUSALS, value)
    ? make("span", { class: "meaning" }, explain(REFUSALS, value)) : ""];
  return groupTable(context, {
    id: `${kind}-table`, caption, root: part, levels: [{ label, write, save: (value) => value }],
    columns: [countColumn("count", "Count", 0, findGreatest(part, 0)), partColumn("Share", 0, part.counts[0]),
      ...(isCompared ? changeColumns(0) : [])],
    sort: "count", empty: kind === "refusal" ? "Nothing was refused in these days." : "Nothing new in these days.",
  });
}
