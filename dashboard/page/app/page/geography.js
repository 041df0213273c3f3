// Geography: countries, regions and cities, and time zones.

import { breakdown } from "../breakdown.js";
import { asText } from "../column.js";
import { DIMENSIONS, tellFolding } from "../dimension.js";
import { columnsOf } from "../schema.js";

const GEOGRAPHY = columnsOf("geography");
const counts = [{ key: "sessions", label: "Sessions", place: GEOGRAPHY.sessions }, { key: "events", label: "Events", place: GEOGRAPHY.events }];

/** The page's sections. */
export function geography(context) {
  const level = (label, key) => ({ label, key, ...asText });
  return [
    breakdown(context, {
      id: "countries", title: "Countries", part: "geography", counts, after: tellFolding,
      levels: [{ ...DIMENSIONS.country, key: GEOGRAPHY.country }, level("Region", GEOGRAPHY.region), level("City", GEOGRAPHY.city)],
    }),
    breakdown(context, {
      id: "time-zones", title: "Time zones", part: "geography", counts, after: tellFolding, levels: [level("Time zone", GEOGRAPHY.time_zone)],
    }),
  ];
}
