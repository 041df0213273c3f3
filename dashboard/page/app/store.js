// The documents that a page needs, each fetched once: those of the months and parts that are asked for, never others.

import { isDay, listMonths } from "./range.js";
import { readDocument, readIndex } from "./schema.js";

/** A document could not be had; the text says why. */
export class LoadError extends Error {}

// A private bucket answers 403 for what is not there, unless it may be listed; the index itself tells a denial from that.
const ABSENT = [403, 404];

async function fetchJson(path) {
  let response;
  try {
    response = await fetch(path);
  } catch {
    throw new LoadError("the server cannot be reached");
  }
  if (ABSENT.includes(response.status)) return null;
  if (!response.ok) throw new LoadError(`the server answered ${response.status}`);
  try {
    return await response.json();
  } catch {
    throw new LoadError("the document is damaged: it is not JSON");
  }
}

/** What has been published; null where nothing has. Throws LoadError. */
export async function loadIndex() {
  const index = await fetchJson("data/index.json");
  try {
    return index === null ? null : readIndex(index);
  } catch (error) {
    throw new LoadError(error.message);
  }
}

/** Rows of a part: `blocks` of {day, pixel, rows}; by document, what could not be had and how many rows could not be read. */
export class Slice {
  constructor(part, range) {
    this.part = part;
    this.range = range;
    this.blocks = [];
    // The last day that it can know of: an earlier one where its part is late, a moment of it where that day was not over.
    this.through = range.to;
    this.problems = new Map();
    this.unread = new Map();
  }

  /** Call `see(row, block)` for each row. */
  each(see) {
    for (const block of this.blocks) for (const row of block.rows) see(row, block);
  }

  /** The sum of a column's counts. */
  sum(place) {
    let total = 0;
    this.each((row) => { total += row[place]; });
    return total;
  }

  /** Sums of what `count(row)` gives, by day. */
  sumByDay(count) {
    const days = new Map();
    this.each((row, { day }) => days.set(day, (days.get(day) ?? 0) + count(row)));
    return days;
  }
}

/** Whether a day was not over when a part was computed. */
export const isOpen = (day, computedAt) => Boolean(computedAt) && computedAt.slice(0, 10) <= day;

/** Fetches documents, and keeps them. */
export class Store {
  constructor(index) {
    this.index = index;
    this._documents = new Map();
  }

  /** The rows of `part` in `range` for these pixels. What cannot be had is told in `problems`; the rest is there. */
  async load(part, pixels, range) {
    const slice = new Slice(part, range);
    const { through, computedAt } = this.index.parts.get(part) ?? {};
    if (!isDay(through) || through < range.to) slice.through = through ?? null;
    else if (isOpen(range.to, computedAt)) slice.through = computedAt;
    const wanted = pixels.flatMap((pixel) => this._listMonths(part, pixel, range).map((month) => ({ pixel, month })));
    const results = await Promise.allSettled(wanted.map(({ pixel, month }) => this._fetch(pixel.id, part, month)));
    results.forEach((result, place) => {
      const { pixel, month } = wanted[place];
      const path = findPath(pixel.id, part, month);
      if (result.status === "rejected") slice.problems.set(path, { pixel, month, part, reason: result.reason.message });
      else if (result.value) take(slice, path, pixel, result.value);
    });
    return slice;
  }

  /** Whether anything of `part` is to be had for days of `range`. */
  covers(range) {
    const { firstDay, lastDay } = this.index;
    return Boolean(firstDay && lastDay) && range.to >= firstDay && range.from <= lastDay;
  }

  /** Whether every day of `range` lies within what was published. */
  holds(range) {
    return this.covers(range) && range.from >= this.index.firstDay && range.to <= this.index.lastDay;
  }

  _listMonths(part, pixel, range) {
    const through = this.index.parts.get(part)?.through;
    if (!through) return [];
    if (!isDay(pixel.firstDay)) return [];
    const from = range.from > pixel.firstDay ? range.from : pixel.firstDay;
    const to = range.to < through ? range.to : through;
    return from > to ? [] : listMonths({ from, to });
  }

  _fetch(pixel, part, month) {
    const path = findPath(pixel, part, month);
    if (!this._documents.has(path)) {
      const document = fetchJson(path).then((json) => json && readDocument(part, json));
      // What failed is tried again when it is next asked for.
      document.catch(() => this._documents.delete(path));
      this._documents.set(path, document);
    }
    return this._documents.get(path);
  }
}

const findPath = (pixel, part, month) => `data/${encodeURIComponent(pixel)}/${part}/${month}.json`;

function take(slice, path, pixel, document) {
  if (document.unread) slice.unread.set(path, document.unread);
  for (const [day, rows] of document.days) {
    if (isDay(day) && day >= slice.range.from && day <= slice.range.to) slice.blocks.push({ day, pixel, rows });
  }
}
