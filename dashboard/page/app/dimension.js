// What sessions and goals can be grouped by, and how a value of each is said.

import { make, show } from "./element.js";

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

/** «Germany» of DE; what is no country's code stands as it is. */
export function nameCountry(code) {
  const name = /^[A-Z]{2}$/.test(code ?? "") ? regions.of(code) : undefined;
  return name ?? code;
}

const text = (unknown) => ({ write: (value) => show(value, unknown), save: (value) => value });
export const FOLDED = "(other)";

export const channelName = (value) => (value === null ? null : value.replaceAll("_", " "));

/** key → {label, write, save}. */
export const DIMENSIONS = {
  channel: { label: "Channel", write: (value) => show(channelName(value)), save: (value) => value },
  campaign: { label: "Campaign", ...text("no campaign") },
  country: { label: "Country", write: (value) => show(nameCountry(value)), save: (value) => value },
  browser: { label: "Browser", ...text("unknown") },
  device: { label: "Device", ...text("unknown") },
  landing: { label: "Landing page", ...text("unknown") },
};

/** The level of pixels: its values are ids. */
export function pixelLevel(context) {
  const names = new Map(context.pixels.map(({ id, name }) => [id, name]));
  return { label: "Pixel", write: (id) => show(names.get(id) ?? id), save: (id) => names.get(id) ?? id };
}

const isFolded = (group) => group.value === FOLDED || group.list().some(isFolded);

/** The note that explains the row «(other)», where there is one. */
export const tellFolding = (root) =>
  isFolded(root) && make("p", { class: "about" }, `«${FOLDED}» holds what is too rare on its day to have a row of its own; sums are exact.`);
