// Rows added up by what they have in common, in as many levels as are asked for.

import { readMoney } from "./money.js";

/** What some rows add up to: `counts` in the order asked for, `money` by unit. `before` is the same group of the period before. */
export class Group {
  constructor(value, counts) {
    this.value = value;
    this.counts = new Array(counts).fill(0);
    this.money = new Map();
    this.children = new Map();
    this.before = null;
  }

  list() {
    return [...this.children.values()];
  }

  /** The group of this value below; made where there is none. */
  at(value) {
    let child = this.children.get(value);
    if (!child) {
      child = new Group(value, this.counts.length);
      this.children.set(value, child);
    }
    return child;
  }

  addMoney(unit, amount) {
    this.money.set(unit, (this.money.get(unit) ?? 0n) + amount);
  }
}

/** The greatest of one count among the groups below, of which there may be more than a call takes arguments. */
export const findGreatest = (group, place) => group.list().reduce((greatest, { counts }) => Math.max(greatest, counts[place]), 0);

/** The group of all rows of `slice`.

 `keys` give a row's value of each level: a column's place, or a function of row and block. `counts` are columns' places; `money` names the places of a unit and
 a decimal. */
export function groupRows(slice, keys, counts, money = null) {
  const readers = keys.map((key) => (typeof key === "function" ? key : (row) => row[key]));
  const root = new Group(null, counts.length);
  slice.each((row, block) => {
    const amount = money && row[money.unit] !== null && row[money.value] !== null ? readMoney(row[money.value]) : null;
    let group = root;
    for (let level = 0; ; level += 1) {
      for (let place = 0; place < counts.length; place += 1) group.counts[place] += row[counts[place]];
      if (amount !== null) group.addMoney(row[money.unit], amount);
      if (level === readers.length) return;
      group = group.at(readers[level](row, block));
    }
  });
  return root;
}

/** Tell each group of `now` its like of the period before, at every level. What there is no more gets a group of nothing: a goal that nobody reaches any longer is
 what one looks for. */
export function compareGroups(now, before) {
  now.before = before;
  for (const value of before?.children.keys() ?? []) now.at(value);
  for (const [value, child] of now.children) compareGroups(child, before?.children.get(value) ?? null);
}

/** The units that a group has money in: points last, else in the order of the alphabet. */
export const listUnits = (group) =>
  [...group.money.keys()].sort((one, other) => (one === "points") - (other === "points") || (one < other ? -1 : 1));
