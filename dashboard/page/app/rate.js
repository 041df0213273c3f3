// Rates of goals: of the sessions of the same group, and none where these, or those that reached the goal, are not known by themselves.

import { FOLDED } from "./dimension.js";
import { groupRows } from "./group.js";
import { columnsOf } from "./schema.js";
import { findShare } from "./text.js";

const SHARES = columnsOf("dimensions");

/** Sessions by one dimension are published by themselves: what is folded among those by all dimensions is known there. */
export function unfold(sessions, slice, dimension) {
  const whole = groupRows(slice, [SHARES.dimension, SHARES.value], [SHARES.sessions]).children.get(dimension);
  if (!whole || whole.children.has(FOLDED)) return;
  for (const [value, { counts }] of whole.children) [sessions.at(value).counts[0]] = counts;
  sessions.children.delete(FOLDED);
}

/** The rate of each group: against the sessions of the same dimension values. Where some of either are folded nobody knows of which values those are, and there
 is no rate: it would be one of too few. */
export function setRates(groups, sessions) {
  for (const each of groups) {
    const isWhole = sessions && !sessions.children.has(FOLDED) && !each.children.has(FOLDED);
    each.rate = findShare(each.counts[1], sessions?.counts[0] ?? 0);
    for (const [value, child] of each.children) setRates([child], isWhole ? sessions.children.get(value) ?? null : null);
  }
}
