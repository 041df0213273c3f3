// «Make this an audience»: the definition of those who reached one step of a funnel and not another, and the command that makes it.

import { choose, make } from "./element.js";
import { clean } from "./text.js";
import { quote } from "./yaml.js";

const MS_A_DAY = 86_400_000;
// An audience looks back so many days at most (docs/audiences.md).
const LONGEST_DAYS = 180;
const LONGEST_NAME = 100;

/** The definition in YAML (docs/audiences.md). `missed` null: everybody who reached the step. */
export function writeAudience({ name, workspace, funnel, reached, missed, days }) {
  return [
    `audience: ${quote(name)}`,
    workspace === null ? null : `workspace: ${quote(workspace)}`,
    `within: ${days}d`,
    "all:",
    `  - funnel: ${quote(funnel)}`,
    `    reached: ${reached}`,
    missed === null ? null : `    not_reached: ${missed}`,
    "",
  ].filter((line) => line !== null).join("\n");
}

const readStep = (text, lowest, highest, fallback) => {
  const step = Number(text);
  return Number.isInteger(step) && step >= lowest && step <= highest ? step : fallback;
};

/** The panel below a funnel. */
export function drawAudience(context, funnel) {
  const last = funnel.steps.length;
  if (last < 2) return null;
  const reached = readStep(context.state.reached, 1, last, Math.max(1, last - 1));
  const missed = context.state.missed === "none" || reached === last ? null : readStep(context.state.missed, reached + 1, last, reached + 1);
  const step = (place) => [String(place), `${place}. ${clean(funnel.steps[place - 1], 50)}`];
  const after = Array.from({ length: last - reached }, (_, place) => step(reached + place + 1));
  const days = Math.min(LONGEST_DAYS, Math.max(30, Math.ceil((funnel.within ?? 0) / MS_A_DAY)));
  const name = missed === null ? `${funnel.name}: reached ${funnel.steps[reached - 1]}` : `${funnel.name}: ${funnel.steps[reached - 1]}, not ${funnel.steps[missed - 1]}`;
  const text = writeAudience({ name: clean(name, LONGEST_NAME - 1), workspace: funnel.pixel.workspace, funnel: funnel.name, reached, missed, days });
  return make("details", { class: "audience", id: "audience", open: Boolean(context.state.reached) },
    make("summary", {}, "Make this an audience"),
    make("div", { class: "controls" },
      make("label", { class: "field" }, make("span", {}, "Who reached"),
        choose({ id: "reached", onchange: (event) => context.go({ reached: event.target.value, missed: "" }) }, funnel.steps.map((_, place) => step(place + 1)), String(reached))),
      make("label", { class: "field" }, make("span", {}, "and not"),
        choose({ id: "missed", onchange: (event) => context.go({ reached: String(reached), missed: event.target.value }) }, [...after, ["none", "(whatever came after)"]], missed === null ? "none" : String(missed)))),
    make("p", { class: "about" }, `It holds persons and visitors of the ${days} days before it is looked at, and only who granted consent: another number than the one above. `,
      "Without consent that is said, preview shows none; «consent: not_denied» is for sites that ask elsewhere."),
    copyable("audience.yaml", text),
    copyable("Then", "pixelweave audiences create --file audience.yaml\n"));
}

function copyable(label, text) {
  const code = make("code", {}, text);
  const said = make("span", { class: "said", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
    } catch {
      // Without permission the text is at least marked.
      getSelection().selectAllChildren(code);
      said.textContent = "Marked: copy with your keyboard";
    }
  };
  return make("figure", { class: "copyable" },
    make("figcaption", {}, label, " ", make("button", { type: "button", class: "quiet", "aria-label": `Copy ${label}`, onclick: copy }, "Copy"), " ", said),
    make("pre", { tabindex: "0", role: "group", "aria-label": label }, code));
}
