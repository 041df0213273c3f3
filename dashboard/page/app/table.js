// A table that sorts by its columns, opens rows that have parts, and is saved as CSV.
//
// A column: {key, label, value(row), show(row) → node or text, cells: save(row) → text}. `number` aligns to the right; `save` defaults to `value`. A row may have
// `parts()`: rows below it, of the same columns.

import { saveCsv } from "./csv.js";
import { make } from "./element.js";
import { clean } from "./text.js";

// Rows that are shown at once, and at most: what is more is in the CSV.
const FIRST = 50;
const MOST = 1_000;

const compare = (one, other) => {
  if (one === other) return 0;
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  if (typeof one === "string") return one.localeCompare(String(other), "en");
  return one < other ? -1 : 1;
};

const isNothing = (value) => value === null || value === undefined;

/** What a table is sorted by: from the address «TABLE.COLUMN.up», else as the table has it. */
export function readSort(text, id, columns, fallback) {
  const [table, key, way] = text.split(".");
  const known = table === id && columns.some((column) => column.key === key);
  return known ? { key, isUp: way === "up" } : fallback;
}

export const writeSort = (id, { key, isUp }) => `${id}.${key}.${isUp ? "up" : "down"}`;

/** The table with its head line. `file` names the CSV; `lines` overrides what is saved: a function giving [[cell]]; `bare`: the caption stands above already; `onsort(text)` is told. */
export function dataTable({ id, caption, bare = false, columns, rows, sort, file, lines, onsort, empty = "Nothing in these days." }) {
  const view = { id, columns, rows, sort, limit: FIRST, open: new Set(), body: make("tbody"), head: make("tr"), more: make("p", { class: "more" }) };
  const save = make("button", {
    type: "button", class: "quiet", "aria-label": `Save CSV: ${caption}`, onclick: () => saveCsv(`${file}.csv`, lines ? lines() : listLines(view)),
  }, "Save CSV");
  const sorted = (key) => {
    const isNumber = columns.find((column) => column.key === key).number;
    view.sort = view.sort.key === key ? { key, isUp: !view.sort.isUp } : { key, isUp: !isNumber };
    fill(view, sorted);
    view.head.querySelector(`[data-key="${CSS.escape(key)}"]`).focus();
    onsort?.(writeSort(id, view.sort));
  };
  fill(view, sorted);
  const table = make("table", { id }, make("caption", { class: "unseen" }, caption), make("thead", {}, view.head), view.body);
  return make("div", { class: bare ? "table bare" : "table" },
    make("div", { class: "table-head" }, make("h3", {}, caption), rows.length > 0 && save),
    rows.length
      ? [make("div", { class: "scroll" }, table), view.more]
      : make("p", { class: "empty" }, empty));
}

function fill(view, sorted) {
  const { columns, sort } = view;
  view.head.replaceChildren(...columns.map(({ key, label, number }) => make("th", {
    scope: "col", class: number ? "number" : null, "aria-sort": sort.key === key ? (sort.isUp ? "ascending" : "descending") : null,
  }, make("button", { type: "button", "data-key": key, onclick: () => sorted(key) }, label,
    make("span", { class: "way", "aria-hidden": "true" }, sort.key === key ? (sort.isUp ? "↑" : "↓") : "\u00a0")))));
  paint(view);
}

function order(view, rows) {
  const { value } = view.columns.find((column) => column.key === view.sort.key) ?? view.columns[0];
  const way = view.sort.isUp ? 1 : -1;
  return rows.map((row) => [value(row), row]).sort(([one], [other]) =>
    // Nothing stands last, whichever way.
    isNothing(one) || isNothing(other) ? compare(one, other) : way * compare(one, other)).map(([, row]) => row);
}

function paint(view) {
  const rows = order(view, view.rows);
  view.body.replaceChildren(...rows.slice(0, view.limit).flatMap((row) => lay(view, row, 0, "")));
  const left = rows.length - view.limit;
  const next = Math.min(rows.length, MOST);
  view.more.replaceChildren(...(left <= 0 ? [] : view.limit < next
    ? [make("button", { type: "button", class: "quiet", onclick: () => { view.limit = next; paint(view); } }, `Show ${next - view.limit} more`)]
    : [`${left} more rows are in the CSV.`]));
}

/** The row and, where it is open, those below it. */
function lay(view, row, level, path) {
  const [first, ...others] = view.columns;
  const said = String(first.value(row) ?? "unknown");
  const name = `${path}/${said.slice(0, 200)}`;
  const isOpen = view.open.has(name);
  const toggle = row.parts && make("button", {
    type: "button", class: "toggle", "aria-expanded": String(isOpen), "aria-label": `Parts of ${clean(said, 60)}`, "data-row": name,
    onclick: () => {
      if (!view.open.delete(name)) view.open.add(name);
      paint(view);
      [...view.body.querySelectorAll(".toggle")].find((each) => each.dataset.row === name)?.focus();
    },
  });
  const line = make("tr", { class: `level-${level}` },
    make("th", { scope: "row" }, make("span", { class: "lead" }, toggle, make("span", { class: "name" }, first.show(row)))),
    others.map((column) => make("td", { class: column.number ? "number" : null }, column.show(row))));
  const parts = isOpen ? order(view, row.parts()) : [];
  return [line, ...parts.slice(0, FIRST).flatMap((part) => lay(view, part, level + 1, name)),
    ...(parts.length > FIRST ? [make("tr", { class: `level-${level + 1}` }, make("td", { colspan: view.columns.length }, `${parts.length - FIRST} more are in the CSV.`))] : [])];
}

const saved = (column) => column.save ?? column.value;

function listLines(view) {
  return [view.columns.map(({ label }) => label), ...order(view, view.rows).map((row) => view.columns.map((column) => saved(column)(row)))];
}
