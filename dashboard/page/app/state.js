// What the page shows is its address: page, pixel, days and choices. An unknown or broken value falls back to the default.

export const PAGES = [
  ["overview", "Overview"],
  ["goals", "Goals"],
  ["funnels", "Funnels"],
  ["people", "People"],
  ["content", "Content"],
  ["technology", "Technology"],
  ["geography", "Geography"],
  ["quality", "Traffic quality"],
];

// `range` has no fixed default: it depends on what has been published.
const DEFAULTS = { pixel: "", range: "", compare: "1", metric: "", by: "", goal: "", funnel: "", reached: "", missed: "", sort: "" };
// These belong to one page; leaving it leaves them behind.
const OWN = ["metric", "by", "goal", "funnel", "reached", "missed", "sort"];
const LONGEST = 2_000;

/** The state that an address's fragment says. */
export function readState(fragment) {
  const [path, query = ""] = fragment.replace(/^#\/?/, "").split(/\?(.*)/s);
  const page = PAGES.some(([name]) => name === path) ? path : PAGES[0][0];
  const given = new URLSearchParams(query.slice(0, LONGEST * 2));
  const state = { page };
  for (const [name, fallback] of Object.entries(DEFAULTS)) {
    const value = given.get(name);
    state[name] = value !== null && value.length <= LONGEST ? value : fallback;
  }
  return state;
}

/** The fragment that says this state; what is as by default is left out. */
export function writeState(state) {
  const query = new URLSearchParams();
  for (const [name, fallback] of Object.entries(DEFAULTS)) {
    if (state[name] !== fallback && state[name].length <= LONGEST) query.set(name, state[name]);
  }
  const text = query.toString();
  return `#/${state.page}${text ? `?${text}` : ""}`;
}

/** The state of another page: the same pixel, days and comparison. */
export function turnTo(state, page) {
  const kept = Object.fromEntries(Object.entries(state).filter(([name]) => !OWN.includes(name)));
  return { ...DEFAULTS, ...kept, page };
}
