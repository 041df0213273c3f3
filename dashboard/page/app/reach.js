// How many different actors: exact for any range, without a list of them.
//
// Each day says of its actors how many days ago they were last there (`gap`, null: never). In a range that begins on day a, an actor is counted on
// their first day of it: the one before whose gap reaches back to before a.

import { daysBetween } from "./range.js";
import { columnsOf } from "./schema.js";

const { kind, gap, actors } = columnsOf("reach");

/** Different actors of each kind over the slice's whole range: {visitor, known, anonymous}. */
export function countReach(slice) {
  const reach = { visitor: 0, known: 0, anonymous: 0 };
  for (const { day, rows } of slice.blocks) {
    // Once a day, not once a row: reading a date takes longer than all the rest.
    const since = daysBetween(slice.range.from, day);
    for (const row of rows) {
      if (Object.hasOwn(reach, row[kind]) && (row[gap] === null || row[gap] > since)) reach[row[kind]] += row[actors];
    }
  }
  return reach;
}

/** Actors of one kind by day: each counts on every day that they were there. */
export const countDaily = (slice, wanted) => slice.sumByDay((row) => (row[kind] === wanted ? row[actors] : 0));
