// The usual columns of tables whose rows are groups: {group, level, parts}.

import { bar } from "./bar.js";
import { make, show } from "./element.js";
import { listUnits } from "./group.js";
import { writeMoney, writePlain } from "./money.js";
import { dataTable, readSort } from "./table.js";
import { clean, divide, findChange, writeChange, writeCount, writePercent } from "./text.js";

/** A count of the group, with a bar below it where `greatest` is given. */
export const countColumn = (key, label, place, greatest = null) => ({
  key, label, number: true,
  value: ({ group }) => group.counts[place],
  show: ({ group }) => [writeCount(group.counts[place]), greatest !== null && bar(group.counts[place], greatest)].filter(Boolean),
});

/** What one number is of another, or null. In the CSV it is the ratio itself. */
export const ratioColumn = (key, label, value, write) => ({
  key, label, number: true, value, show: (row) => write(value(row)), save: (row) => value(row)?.toFixed(6) ?? null,
});

/** A share, 0 to 1, or null. */
export const shareColumn = (key, label, value) => ratioColumn(key, label, value, writePercent);

/** The share of all that one count of the group is. */
export const partColumn = (label, place, total) => shareColumn("share", label, ({ group }) => divide(group.counts[place], total));

/** The count of the period before and how it changed. */
export const changeColumns = (place) => [
  {
    key: "before", label: "Before", number: true,
    value: ({ group }) => group.before?.counts[place] ?? 0,
    show: ({ group }) => writeCount(group.before?.counts[place] ?? 0),
  },
  {
    key: "change", label: "Change", number: true,
    value: ({ group }) => findChange(group.counts[place], group.before?.counts[place] ?? 0),
    save: ({ group }) => findChange(group.counts[place], group.before?.counts[place] ?? 0)?.toFixed(6) ?? null,
    show: ({ group }) => writeChange(group.counts[place], group.before?.counts[place] ?? 0),
  },
];

const unitLabel = (unit) => (unit === "points" ? "Points" : `Value, ${unit}`);

/** One column a unit that there is money in. */
export const moneyColumns = (root) => listUnits(root).map((unit) => ({
  key: `value-${unit}`, label: clean(unitLabel(unit), 20), number: true,
  value: ({ group }) => group.money.get(unit) ?? null,
  show: ({ group }) => (group.money.has(unit) ? writeMoney(group.money.get(unit), unit) : "–"),
  save: ({ group }) => (group.money.has(unit) ? writePlain(group.money.get(unit), unit) : null),
}));

/** The words of a level's value where they are just themselves. */
export const asText = { write: (value) => show(value), save: (value) => value };

const listRows = (group, level) =>
  group.list().map((child) => ({ group: child, level, parts: child.children.size ? () => listRows(child, level + 1) : null }));

function listLeaves(group, path) {
  return group.list().flatMap((child) => {
    const here = [...path, child.value];
    return child.children.size ? listLeaves(child, here) : [{ group: child, level: path.length, path: here }];
  });
}

/** A table of a grouped slice: `levels` of {label, write, save} say what a value of each level is; its CSV has one line a leaf. */
export function groupTable(context, { id, caption, root, levels, columns, sort, empty, bare }) {
  const first = {
    key: "name", label: levels.map(({ label }) => label).join(" / "),
    value: ({ group, level }) => levels[level].save(group.value),
    show: ({ group, level }) => levels[level].write(group.value),
  };
  const all = [first, ...columns];
  const lines = () => [
    [...levels.map(({ label }) => label), ...columns.map(({ label }) => label)],
    ...listLeaves(root, []).map((row) => [
      ...levels.map(({ save }, level) => save(row.path[level])), ...columns.map(({ value, save }) => (save ?? value)(row)),
    ]),
  ];
  return dataTable({
    id, caption, columns: all, rows: listRows(root, 0), lines, empty, bare,
    sort: readSort(context.state.sort, id, all, { key: sort, isUp: false }),
    file: context.nameFile(id), onsort: (text) => context.note({ sort: text }),
  });
}

/** A chart's numbers as a table that opens below it: rows of {label, text, beforeLabel, beforeText, save…}. */
export function seriesTable(context, { id, caption, first, label, points }) {
  const compared = points.some(({ beforeText }) => beforeText !== null && beforeText !== undefined);
  const columns = [
    { key: "x", label: first, value: (row) => row.x, show: (row) => row.x },
    { key: "value", label, number: true, value: (row) => row.exact, show: (row) => row.text, save: (row) => row.save },
    ...(compared ? [
      { key: "x-before", label: `${first} before`, value: (row) => row.beforeX, show: (row) => row.beforeX ?? "–" },
      { key: "before", label: `${label}, before`, number: true, value: (row) => row.beforeExact, show: (row) => row.beforeText ?? "–", save: (row) => row.beforeSave },
    ] : []),
  ];
  const table = () => dataTable({
    id, caption, columns, rows: points, sort: readSort(context.state.sort, id, columns, { key: "x", isUp: true }),
    file: context.nameFile(id), onsort: (text) => context.note({ sort: text }),
  });
  const details = make("details", { class: "as-table" }, make("summary", {}, "As a table"));
  const fill = () => { if (details.open && details.childElementCount === 1) details.append(table()); };
  details.addEventListener("toggle", fill);
  details.open = context.state.sort.startsWith(`${id}.`);
  fill();
  return details;
}
