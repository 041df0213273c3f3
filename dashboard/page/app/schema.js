// The published documents (docs/dashboard.md): parts, their columns in order, and what may stand in each.

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => value === null || typeof value === "string";
const isGap = (value) => value === null || (Number.isSafeInteger(value) && value > 0);
const isHour = (value) => isCount(value) && value < 24;
const isStep = (value) => isCount(value) && value > 0;
const isFlag = (value) => value === null || typeof value === "boolean";
const isMoney = (value) => value === null || (typeof value === "string" && /^-?\d{1,34}(\.\d{1,4}0*)?$/.test(value));

const texts = (...names) => names.map((name) => [name, isText]);
const counts = (...names) => names.map((name) => [name, isCount]);

const COLUMNS = {
  activity: [["hour", isHour], ...counts("events", "page_views")],
  reach: [...texts("kind"), ["gap", isGap], ...counts("actors")],
  sessions: [
    ...texts("channel", "campaign", "country", "browser", "os", "device", "landing"), ["is_known", isFlag],
    ...counts("sessions", "engaged", "page_views", "seconds"),
  ],
  dimensions: [...texts("dimension", "value"), ...counts("sessions")],
  goals: [
    ...texts("goal", "source", "unit", "channel", "campaign", "country", "browser", "device", "landing"),
    ...counts("conversions", "sessions"), ["value", isMoney],
  ],
  funnels: [...texts("funnel"), ["step", isStep], ...texts("goal"), ...counts("entries")],
  content: [...texts("host", "path", "title"), ...counts("page_views", "entries", "exits")],
  interests: [...texts("label", "value"), ...counts("events", "sessions")],
  technology: [...texts("browser", "browser_version", "os", "os_version", "device"), ...counts("sessions", "events")],
  geography: [...texts("country", "region", "city", "time_zone"), ...counts("sessions", "events")],
  quality: [...texts("dialect", "outcome", "reason", "client_class"), ...counts("hits", "duplicates", "late")],
  identity: [...texts("kind", "detail"), ...counts("count")],
};

export const PARTS = Object.keys(COLUMNS);

/** The place of each column in the rows that `readDocument` gives: `columnsOf("activity").events` is 1. */
export const columnsOf = (part) => Object.fromEntries(COLUMNS[part].map(([name], place) => [name, place]));

/** A document's rows by day, its columns in the order of above, and how many rows were left out because they cannot be read.

 Throws Error where the document is none of this part. */
export function readDocument(part, document) {
  if (document?.version !== 1 || document.part !== part || !Array.isArray(document.columns)) {
    throw new Error("the document is not of the form that this page reads");
  }
  const expected = COLUMNS[part];
  const places = expected.map(([name]) => document.columns.indexOf(name));
  const missing = expected.filter((_, place) => places[place] < 0).map(([name]) => name);
  if (missing.length) throw new Error(`the document lacks ${missing.join(", ")}`);
  const isInOrder = places.every((from, to) => from === to);
  const checks = expected.map(([, isRight]) => isRight);
  // Run for every row of thirteen months: a plain loop is several times as fast as `every`.
  const isRow = (row) => {
    if (!Array.isArray(row)) return false;
    for (let place = 0; place < checks.length; place += 1) if (!checks[place](row[places[place]])) return false;
    return true;
  };
  const days = new Map();
  let unread = 0;
  for (const [day, rows] of Object.entries(document.days ?? {})) {
    const good = Array.isArray(rows) ? rows.filter(isRow) : [];
    unread += Array.isArray(rows) ? rows.length - good.length : 1;
    days.set(day, isInOrder ? good : good.map((row) => places.map((place) => row[place])));
  }
  return { days, unread };
}

const readTexts = (list) => (Array.isArray(list) ? list.filter((each) => typeof each === "string") : []);

const readFunnels = (list) =>
  (Array.isArray(list) ? list : [])
    .filter((funnel) => typeof funnel?.name === "string")
    .map((funnel) => ({
      name: funnel.name,
      by: funnel.by === "person" ? "person" : "session",
      within: Number.isSafeInteger(funnel.within_ms) ? funnel.within_ms : null,
      steps: readTexts(funnel.steps),
    }));

/** data/index.json as the page uses it; throws Error where it is of another form. */
export function readIndex(index) {
  if (index?.version !== 1 || !Array.isArray(index.pixels)) throw new Error("data/index.json is not of the form that this page reads");
  const pixels = index.pixels
    .filter((pixel) => typeof pixel?.pixel_id === "string" && pixel.pixel_id)
    .map((pixel) => ({
      id: pixel.pixel_id,
      name: typeof pixel.name === "string" && pixel.name ? pixel.name : pixel.pixel_id,
      workspace: typeof pixel.workspace_id === "string" ? pixel.workspace_id : null,
      dialect: typeof pixel.dialect === "string" ? pixel.dialect : null,
      firstDay: typeof pixel.first_day === "string" ? pixel.first_day : null,
      goals: readTexts(pixel.goals),
      funnels: readFunnels(pixel.funnels),
    }))
    .sort((one, other) => one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1));
  const parts = new Map(PARTS.map((part) => [part, readFreshness(index.parts?.[part])]));
  const day = (text) => (typeof text === "string" ? text : null);
  return { publishedAt: index.published_at, firstDay: day(index.first_day), lastDay: day(index.last_day), pixels, parts };
}

function readFreshness(part) {
  if (typeof part !== "object" || part === null) return null;
  const error = part.error ?? null;
  return {
    computedAt: typeof part.computed_at === "string" ? part.computed_at : null,
    through: typeof part.through === "string" ? part.through : null,
    error: error && { reason: String(error.reason ?? "it is not said why"), since: error.since },
  };
}
