// Technology: browsers, operating systems and kinds of device.

import { breakdown } from "../breakdown.js";
import { asText } from "../column.js";
import { tellFolding } from "../dimension.js";
import { show } from "../element.js";
import { columnsOf } from "../schema.js";

const TECHNOLOGY = columnsOf("technology");
const counts = [{ key: "sessions", label: "Sessions", place: TECHNOLOGY.sessions }, { key: "events", label: "Events", place: TECHNOLOGY.events }];
const version = (label, key) => ({ label, key, write: (value) => show(value, "no version"), save: (value) => value });

/** The page's sections. */
export function technology(context) {
  const table = (id, title, levels) => breakdown(context, { id, title, part: "technology", levels, counts, after: tellFolding });
  return [
    table("browsers", "Browsers", [{ label: "Browser", key: TECHNOLOGY.browser, ...asText }, version("Version", TECHNOLOGY.browser_version)]),
    table("systems", "Operating systems", [{ label: "System", key: TECHNOLOGY.os, ...asText }, version("Version", TECHNOLOGY.os_version)]),
    table("devices", "Devices", [{ label: "Device", key: TECHNOLOGY.device, ...asText }]),
  ];
}
