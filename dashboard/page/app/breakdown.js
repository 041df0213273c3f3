// A panel that is one table of groups: what most of the pages about content and technology are.

import { changeColumns, countColumn, groupTable, partColumn } from "./column.js";
import { compareGroups, findGreatest, groupRows } from "./group.js";
import { panel } from "./panel.js";

/** A panel with the groups of `part` by `levels` of {label, key, write, save}.

 `counts` are {key, label, place}: the first one has the bar, the share and the comparison; a later one may make another `column(place)` of itself, its place
 being that among the group's counts. `share` false: the first does not add up to a whole. */
export function breakdown(context, { id, title, part, about, levels, counts, share = true, after = () => null }) {
  const places = counts.map(({ place }) => place);
  const group = (slice) => groupRows(slice, levels.map(({ key }) => key), places);
  return panel(context, {
    id, title, parts: [part], about,
    load: (take) => take(part),
    draw: ({ now, before }) => {
      const root = group(now);
      if (before) compareGroups(root, group(before));
      const greatest = findGreatest(root, 0);
      const columns = counts.map(({ key, label, column }, place) => column?.(place) ?? countColumn(key, label, place, place ? null : greatest));
      columns.splice(1, 0, ...(share ? [partColumn("Share", 0, root.counts[0])] : []), ...(before ? changeColumns(0) : []));
      return [groupTable(context, { id: `${id}-table`, caption: title, root, levels, columns, sort: counts[0].key, bare: true }), after(root)];
    },
  });
}
