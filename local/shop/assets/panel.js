// The panel: every hit of this browser, as the log has it. It reads rows from the shop's own server and writes them as text only.
const POLL_MS = 1000;
const IDLE_MS = 4000;
const IDLE_AFTER = 15;
const MAX_SESSIONS = 10;
const OPEN = "shop_panel_open";
const STARTED = "shop_panel_since";
const LAST = "shop_panel_last";
const SESSIONS = "shop_panel_sessions";

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

if (!sessionStorage.getItem(STARTED)) sessionStorage.setItem(STARTED, String(Date.now() - 60_000));

const rows = make("tbody");
const status = make("p", { role: "status" }, "Waiting for hits …");
const sums = make("p", { class: "sums" });
const close = make("button", { type: "button", class: "close", "aria-label": "Close the panel" }, "×");
const tryButtons = ["rejected", "test"].map((kind) => {
  const button = make("button", { type: "button" }, `Send a ${kind === "test" ? "test" : "wrong"} hit`);
  button.addEventListener("click", () => dispatchEvent(new CustomEvent("shop:fire", { detail: kind })));
  return button;
});
const heading = (name) => make("th", { scope: "col" }, name);
const table = make("table", {},
  make("caption", { class: "hidden" }, "Hits of this browser, the last one first"),
  make("thead", {}, make("tr", {}, ...["Time", "Dialect", "Hit", "Outcome", "Person"].map(heading))),
  rows);
const panel = make("section", { id: "panel", "aria-labelledby": "panel-title", tabindex: "-1" },
  make("header", {}, make("h2", { id: "panel-title" }, "Hits of this browser"), sums, close),
  make("div", { class: "rows", tabindex: "0", role: "region", "aria-label": "List of hits" }, table),
  make("footer", {}, status, make("div", {}, ...tryButtons)));
const toggle = make("button", {
  type: "button", id: "panel-toggle", "aria-controls": "panel", "aria-expanded": "false",
  "aria-keyshortcuts": "Alt+Shift+P", title: "Alt+Shift+P",
}, "Hits");

// Those of before too: who is forgotten in this tab has other sessions afterwards.
function listSessions() {
  const current = Object.keys(sessionStorage)
    .filter((key) => key === "rokt_session_id" || /^pw_[0-9a-f]+$/.test(key))
    .map((key) => sessionStorage.getItem(key));
  const known = JSON.parse(sessionStorage.getItem(SESSIONS) || "[]");
  const sessions = [...new Set([...current, ...known])].slice(0, MAX_SESSIONS);
  sessionStorage.setItem(SESSIONS, JSON.stringify(sessions));
  return sessions;
}

const badge = (kind, text) => make("span", { class: `badge ${kind}` }, text);

// What comes from the wire keeps its direction of writing to itself.
const quote = (text) => make("bdi", {}, text);

function writeWhat(hit) {
  const what = make("span", { class: "what" }, hit.type || "no type");
  for (const detail of hit.details) if (detail !== hit.type) what.append(" · ", quote(detail));
  const cell = make("td", {}, what);
  if (hit.path) cell.append(make("small", {}, quote(hit.path)));
  return cell;
}

function writePerson(hit) {
  // Attributed, and to nobody: to somebody who was erased since.
  if (!hit.person_id) return make("td", {}, make("small", {}, hit.attributed ? "forgotten" : "nobody yet"));
  const cell = make("td", {},
    make("span", { class: "person", title: hit.person_id }, quote(hit.person || hit.person_id.slice(-12))),
    make("small", {}, `by ${hit.attributed}`));
  if (hit.is_back_attributed) cell.append(make("small", { class: "afterwards" }, "afterwards"));
  return cell;
}

function writeRow(hit) {
  const time = new Date(hit.received_ms);
  const outcome = make("td", {}, badge(hit.outcome, hit.outcome));
  if (hit.is_repeat) outcome.append(" ", badge("repeat", "repeat"));
  if (hit.reason) outcome.append(make("small", {}, hit.reason));
  return make("tr", {},
    make("td", {}, make("time", { datetime: time.toISOString() }, time.toLocaleTimeString("en-GB"))),
    make("td", {}, badge(`dialect ${hit.dialect}`, hit.dialect)), writeWhat(hit), outcome, writePerson(hit));
}

let last = "";
let unchanged = 0;
let timer = 0;
let isPolling = false;
let polledAt = -POLL_MS;
const isOpen = () => !panel.hidden;

function write(answer) {
  rows.replaceChildren(...answer.hits.map(writeRow));
  const persons = new Set(answer.hits.map((hit) => hit.person_id).filter(Boolean)).size;
  const count = (outcome) => answer.hits.filter((hit) => hit.outcome === outcome).length;
  sums.textContent = ["accepted", "rejected", "test", "bot"].filter(count).map((outcome) => `${count(outcome)} ${outcome}`).join(" · ");
  status.textContent = answer.hits.length
    ? `${answer.hits.length}${answer.is_cut ? " or more" : ""} hits, ${persons === 1 ? "1 person" : `${persons} persons`}`
    : "Waiting for hits …";
}

async function poll() {
  clearTimeout(timer);
  if (isPolling || !isOpen() || document.hidden) return;
  const rest = polledAt + POLL_MS - performance.now();
  if (rest > 0) {
    timer = setTimeout(poll, rest);
    return;
  }
  isPolling = true;
  polledAt = performance.now();
  try {
    const query = new URLSearchParams({ since: sessionStorage.getItem(STARTED) });
    for (const session of listSessions()) query.append("session", session);
    const answer = await fetch(`/panel.json?${query}`);
    const text = await answer.text();
    unchanged = text === last ? unchanged + 1 : 0;
    if (!answer.ok) status.textContent = JSON.parse(text).error;
    else if (text !== last) {
      write(JSON.parse(text));
      sessionStorage.setItem(LAST, text);
    }
    last = text;
  } catch {
    status.textContent = "The shop's server does not answer.";
    last = "";
  } finally {
    isPolling = false;
    timer = setTimeout(poll, unchanged > IDLE_AFTER ? IDLE_MS : POLL_MS);
  }
}

function show(isShown) {
  toggle.setAttribute("aria-expanded", String(isShown));
  panel.hidden = !isShown;
  toggle.hidden = isShown;
  document.body.classList.toggle("with-panel", isShown);
  sessionStorage.setItem(OPEN, isShown ? "1" : "0");
  unchanged = 0;
  poll();
}

toggle.addEventListener("click", () => { show(true); panel.focus(); });
close.addEventListener("click", () => { show(false); toggle.focus(); });
for (const button of document.querySelectorAll("[data-open-panel]")) {
  button.addEventListener("click", () => { show(true); panel.focus(); });
}
addEventListener("keydown", (event) => {
  if (event.altKey && event.shiftKey && event.code === "KeyP") {
    event.preventDefault();
    show(!isOpen());
    (isOpen() ? panel : toggle).focus();
  } else if (event.key === "Escape" && isOpen() && panel.contains(document.activeElement)) {
    show(false);
    toggle.focus();
  }
});
addEventListener("click", () => { unchanged = 0; });
document.addEventListener("visibilitychange", poll);
document.body.append(toggle, panel);
// What the page before showed, until the first answer comes.
const known = sessionStorage.getItem(LAST);
if (known) write(JSON.parse(known));
show(sessionStorage.getItem(OPEN) !== "0" && innerWidth >= 700);
