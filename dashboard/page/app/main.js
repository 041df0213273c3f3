// The page: reads its address, loads the index, and draws what is asked for, again at each change of the address.

import { drawBar, drawNav, drawTheme } from "./toolbar.js";
import { make } from "./element.js";
import { content } from "./page/content.js";
import { funnels } from "./page/funnels.js";
import { geography } from "./page/geography.js";
import { goals } from "./page/goals.js";
import { overview } from "./page/overview.js";
import { people } from "./page/people.js";
import { quality } from "./page/quality.js";
import { technology } from "./page/technology.js";
import { findPrevious, resolveRange } from "./range.js";
import { PAGES, readState, writeState } from "./state.js";
import { Store, loadIndex } from "./store.js";
import { clean, writeDay, writeMoment, writeRange } from "./text.js";

const VIEWS = { overview, goals, funnels, people, content, technology, geography, quality };
const main = document.getElementById("main");
let store = null;
let drawn = "";

const findToday = () => new Date().toISOString().slice(0, 10);

/** What is shown if the address does not say: the last 30 days, or the last 7 where only these have days before them to be compared with, or
 today where there is nothing older. */
function defaultRange(today) {
  if (store.index.firstDay && store.index.firstDay >= today) return "today";
  return ["30d", "7d"].find((name) => store.holds(findPrevious(resolveRange(name, today)))) ?? "30d";
}

/** All that a page needs to know of what is asked for, and how it asks for something else. */
function makeContext(state) {
  const today = findToday();
  const named = resolveRange(state.range, today) ? state.range : defaultRange(today);
  const range = resolveRange(named, today);
  const chosen = store.index.pixels.find(({ id }) => id === state.pixel);
  const past = findPrevious(range);
  const go = (change, how = "push") => {
    const address = writeState({ ...state, ...change });
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  };
  return {
    state, store, today, range, named, past,
    previous: state.compare === "1" && store.holds(past) ? past : null,
    pixels: chosen ? [chosen] : store.index.pixels, chosen,
    link: (change) => writeState({ ...state, ...change }),
    go: (change) => { go(change); draw(); },
    // What the page has done already, and the address is to say.
    note: (change) => { Object.assign(state, change); go({}); },
    again: () => draw(),
    nameFile: (what) => `pixelweave-${what}-${range.from}-${range.to}`,
  };
}

function draw() {
  const state = readState(location.hash);
  const label = PAGES.find(([name]) => name === state.page)[1];
  document.title = `${label} · Pixelweave`;
  const context = makeContext(state);
  const held = document.activeElement?.id;
  drawTabs(context);
  document.getElementById("bar").replaceChildren(drawBar(context));
  const heading = make("h1", { tabindex: "-1" }, label);
  const sections = context.pixels.length ? VIEWS[state.page](context) : [tellEmpty()];
  main.replaceChildren(make("header", { class: "page-head" }, heading, tellRange(context)), ...tellDays(context), ...sections.flat().filter(Boolean));
  const isNew = drawn !== "" && drawn !== state.page;
  drawn = state.page;
  if (isNew) {
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  } else if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

function drawTabs(context) {
  const nav = document.getElementById("nav");
  nav.replaceChildren(drawNav(context));
  // On a small screen the tabs scroll: the one that is shown is in sight.
  const tab = nav.querySelector("[aria-current]");
  nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
}

function tellRange({ pixels, range, previous, past, state }) {
  const who = pixels.length === 1 ? clean(pixels[0].name, 80) : `all ${pixels.length} pixels`;
  const compared = previous ? `, compared with ${writeRange(past)}` : state.compare === "1" ? `, not compared: of ${writeRange(past)} not every day was published` : "";
  return make("p", { class: "range" }, `${writeRange(range)}${compared} · ${who} · UTC`);
}

/** Notes on the range: that it has no data, that it is not over. */
function tellDays(context) {
  const { range, today, store } = context;
  const { index } = store;
  const notes = [];
  if (!store.covers(range)) {
    notes.push(make("div", { class: "note", role: "status" }, make("p", {}, index.firstDay && index.lastDay
      ? `Nothing was published of these days. There is data from ${writeDay(index.firstDay)} to ${writeDay(index.lastDay)}. `
      : "Nothing was published of any day yet. ", index.lastDay && make("a", { href: context.link({ range: lastDays(index) }) }, "Show the latest days"))));
  } else notes.push(...tellBeginning(context));
  if (store.covers(range) && range.to >= today) notes.push(make("p", { class: "note" }, `Today is not over: its numbers are those up to ${writeMoment(index.publishedAt)}.`));
  if (context.pixels.length > 1 && ["overview", "people"].includes(context.state.page)) {
    notes.push(make("p", { class: "note" }, "Each pixel counts its own visitors: who was seen by two of them is two here."));
  }
  return notes;
}

/** That the range begins before the data does: what looks like a quiet start is none. */
function tellBeginning({ chosen, range, store: { index } }) {
  const first = chosen ? chosen.firstDay : index.firstDay;
  if (!first) return [make("p", { class: "note" }, "Nothing was published of this pixel yet: it had no hit.")];
  return range.from < first ? [make("p", { class: "note" }, `There is data from ${writeDay(first)} on, nothing of the days before it.`)] : [];
}

function lastDays({ firstDay, lastDay }) {
  const from = new Date(Date.parse(`${lastDay}T00:00:00Z`) - 6 * 86_400_000).toISOString().slice(0, 10);
  return `${from < firstDay ? firstDay : from}..${lastDay}`;
}

const tellEmpty = () => make("section", { class: "panel empty-page" }, make("h2", {}, "No pixel yet"),
  make("p", {}, "Nothing has been published of any pixel. Add one, and publish:"),
  make("pre", {}, "pixelweave pixels create --help\npixelweave publish"));

function tellNothing(title, text) {
  main.replaceChildren(make("section", { class: "panel empty-page" }, make("h1", {}, title), make("p", {}, text), make("pre", {}, "pixelweave publish"),
    make("button", { type: "button", class: "quiet", onclick: start }, "Try again")));
}

async function start() {
  try {
    const index = await loadIndex();
    if (!index) return tellNothing("Nothing has been published yet", "The numbers come with the first publication, every night or by hand:");
    store = new Store(index);
  } catch (error) {
    return tellNothing("The numbers cannot be loaded", `${clean(error.message, 200)}. Once that is mended, or to publish anew:`);
  }
  main.setAttribute("aria-busy", "false");
  return draw();
}

document.getElementById("theme").replaceChildren(drawTheme());
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", () => store && draw());
start();
