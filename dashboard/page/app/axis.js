// Ticks of a chart's axes: round numbers upwards, as many dates along as have room.

import { writeMonth, writeShort, writeShortDay } from "./text.js";

/** Round numbers from 0 (or below) to at least `highest`, about four of them. */
export function listTicks(lowest, highest, whole = true) {
  const span = Math.max(highest, 0) - Math.min(lowest, 0) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const step = whole ? Math.max(1, found) : found;
  const first = Math.floor(Math.min(lowest, 0) / step);
  const last = Math.max(Math.ceil(Math.max(highest, 0) / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step);
}

export const writeTick = (value) => writeShort(Number(value.toPrecision(12)));

/** The places along the axis that are named, and how: [place, text]. Days name days, or the first of each month where there are many. */
export function listDates(days, room) {
  if (days.length > 100) {
    const firsts = days.map((day, place) => [place, day]).filter(([, day]) => day.endsWith("-01"));
    const every = Math.max(1, Math.ceil(firsts.length / room));
    return firsts.filter((_, nth) => nth % every === 0).map(([place, day]) => [place, writeMonth(day)]);
  }
  return listPlaces(days.length, room).map((place) => [place, writeShortDay(days[place])]);
}

/** At most `room` of `count` places, evenly. */
export function listPlaces(count, room) {
  const every = Math.max(1, Math.ceil(count / Math.max(1, room)));
  return Array.from({ length: Math.ceil(count / every) }, (_, nth) => nth * every);
}
