// Days, ranges of days and months. A day is the text «2025-06-30», always UTC; the UTC day of receipt is what the data is kept by.

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
// The log's look-back is 400 days; a custom range may be as long, and its comparison once more.
export const LONGEST_DAYS = 400;

export const PRESETS = [
  ["today", "Today"],
  ["yesterday", "Yesterday"],
  ["7d", "Last 7 days"],
  ["28d", "Last 28 days"],
  ["30d", "Last 30 days"],
  ["90d", "Last 90 days"],
  ["month", "This month"],
  ["lastmonth", "Last month"],
  ["13m", "Last 13 months"],
];

const toNumber = (day) => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
const toDay = (number) => new Date(number * DAY_MS).toISOString().slice(0, 10);
const startMonth = (day, months) => {
  const [year, month] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
};

/** Whether `text` is a day that there is: not 30 February. */
export function isDay(text) {
  if (typeof text !== "string" || !DAY.test(text)) return false;
  const number = toNumber(text);
  return Number.isInteger(number) && toDay(number) === text;
}

export const addDays = (day, count) => toDay(toNumber(day) + count);

/** How many days from `from` to `to`, both included. */
export const countDays = ({ from, to }) => toNumber(to) - toNumber(from) + 1;

/** Days between two days: 0 for the same one. */
export const daysBetween = (from, to) => toNumber(to) - toNumber(from);

export const listDays = (range) => Array.from({ length: countDays(range) }, (_, place) => addDays(range.from, place));

/** The months «2025-06» that have a day of the range. */
export function listMonths({ from, to }) {
  const months = [];
  for (let first = startMonth(from, 0); first <= to; first = startMonth(first, 1)) months.push(first.slice(0, 7));
  return months;
}

/** The range that a preset or «FROM..TO» names, as seen on `today`; null where it names none. «Last n days» are days that are over. */
export function resolveRange(text, today) {
  const yesterday = addDays(today, -1);
  const last = /^(\d+)d$/.exec(text);
  if (last && PRESETS.some(([name]) => name === text)) return { from: addDays(today, -Number(last[1])), to: yesterday };
  switch (text) {
    case "today": return { from: today, to: today };
    case "yesterday": return { from: yesterday, to: yesterday };
    case "month": return { from: startMonth(today, 0), to: today };
    case "lastmonth": return { from: startMonth(today, -1), to: addDays(startMonth(today, 0), -1) };
    case "13m": return { from: startMonth(today, -12), to: today };
    default: return readCustom(text);
  }
}

function readCustom(text) {
  const [from, to, ...more] = String(text).split("..");
  if (more.length || !isDay(from) || !isDay(to) || from > to) return null;
  return countDays({ from, to }) <= LONGEST_DAYS ? { from, to } : null;
}

/** The days of equal number just before `range`. */
export function findPrevious(range) {
  const length = countDays(range);
  return { from: addDays(range.from, -length), to: addDays(range.from, -1) };
}
