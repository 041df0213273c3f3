// What a stranger wrote is shown as text, whole lines of it never: clipped, without what would reorder or hide the page's own words.

const SHOWN = 160;
// Controls, and the marks that change the direction of what follows (Unicode Bidirectional Algorithm, 2.1 to 2.7).
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** `text` as it may stand on the page. */
export function clean(text, limit = SHOWN) {
  const kept = String(text).slice(0, limit * 2);
  const shown = Array.from(kept.replace(UNSEEN, "\ufffd"));
  return shown.length > limit || kept.length < text.length ? `${shown.slice(0, limit).join("")}…` : shown.join("");
}

const COUNT = new Intl.NumberFormat("en-GB");
const SHORT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat("en-GB", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const SIGNED = { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" };
const CHANGE = new Intl.NumberFormat("en-GB", { style: "percent", ...SIGNED });
const SHIFT = new Intl.NumberFormat("en-GB", SIGNED);

export const writeCount = (count) => COUNT.format(count);
export const writeShort = (count) => SHORT.format(count);

/** The share that `part` is of `whole`; null where there is no whole. */
export const divide = (part, whole) => (whole > 0 ? part / whole : null);
/** The same, and null where the part is of another whole: a session that began before these days may reach a goal in them. */
export const findShare = (part, whole) => (part <= whole ? divide(part, whole) : null);
export const writePercent = (share) => (share === null ? "–" : PERCENT.format(share));

const MEAN = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
export const writeMean = (mean) => (mean === null ? "–" : MEAN.format(mean));

/** «2m 05s» of seconds. */
export function writeDuration(seconds) {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  return `${writeCount(Math.floor(whole / 60))}m ${String(whole % 60).padStart(2, "0")}s`;
}

/** How much more `now` is than `before`, as a share of it: of numbers, or of exact amounts; null where there was nothing. */
export function findChange(now, before) {
  if (before === null || before === undefined || Number(before) === 0) return null;
  if (typeof now === "bigint") {
    const whole = before < 0n ? -before : before;
    return Number(((now - before) * 10_000n) / whole) / 10_000;
  }
  return (now - before) / Math.abs(before);
}

/** «+12.3%»; «new» where there was nothing before, «–» where there is nothing now either. */
export function writeChange(now, before) {
  const change = findChange(now, before);
  if (change !== null) return CHANGE.format(change);
  return Number(now) === 0 ? "–" : "new";
}

/** «+2.7 pp»: percentage points between two shares. */
export const writeShift = (shift) => `${SHIFT.format(shift * 100)} pp`;

const written = (options) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  return (day) => format.format(new Date(`${day}T00:00:00Z`));
};
export const writeDay = written({ day: "numeric", month: "short", year: "numeric" });
export const writeWeekday = written({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const writeShortDay = written({ day: "numeric", month: "short" });
export const writeMonth = written({ month: "short", year: "numeric" });

/** «1–30 Jun 2025», as short as it can be said. */
export function writeRange({ from, to }) {
  if (from === to) return writeWeekday(from);
  if (from.slice(0, 7) === to.slice(0, 7)) return `${Number(from.slice(8))}–${writeDay(to)}`;
  return `${from.slice(0, 4) === to.slice(0, 4) ? writeShortDay(from) : writeDay(from)} – ${writeDay(to)}`;
}

const MOMENT = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});

/** «1 Jul 2025, 02:00 UTC»; what is no time stands as it came. */
export function writeMoment(text) {
  const time = Date.parse(text);
  return Number.isNaN(time) ? clean(text, 40) : `${MOMENT.format(time)} UTC`;
}
