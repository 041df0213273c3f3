// A line chart in SVG. Pointer or arrow keys move along it, and what is there is said in words beside it.

import { listDates, listPlaces, listTicks, writeTick } from "./axis.js";
import { draw, make } from "./element.js";
import { writeWeekday } from "./text.js";

const HEIGHT = 260;
const EDGE = { top: 12, right: 12, bottom: 26, left: 52 };
const DATE_WIDTH = 84;
// Up to so many points each has a dot: a line of one point would not be seen.
const DOTS = 45;

/** A figure: `points` of {x, value, before, text, beforeText}, `value` and `before` being heights (null: none), the texts what they are in words.

 `days`: x is a day, else it is a word itself. `label` names what is drawn, `whole` whether ticks are whole numbers, `sign` what follows them. */
export function lineChart({ id, label, points, days = true, whole = true, sign = "" }) {
  const readout = make("output", { class: "readout", for: id, "aria-hidden": "true" });
  const plot = make("div", {
    id, class: "plot", tabindex: "0", role: "slider", "aria-label": label, "aria-orientation": "horizontal",
    "aria-valuemin": "0", "aria-valuemax": String(Math.max(points.length - 1, 0)),
  });
  const chart = { plot, readout, points, days, whole, sign, width: 0, place: Math.max(points.length - 1, 0) };
  listen(chart);
  point(chart, chart.place, false);
  const legend = points.some((each) => each.before !== null && each.before !== undefined)
    ? make("span", { class: "legend" }, make("span", { class: "key now" }, "these days"), make("span", { class: "key before" }, "the days before"))
    : null;
  return make("div", { class: "chart" }, make("div", { class: "chart-head" }, make("strong", { class: "printed" }, label), readout, legend), plot);
}

function listen(chart) {
  const { plot, points } = chart;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width && width !== chart.width) paint(chart, width);
  }).observe(plot);
  plot.addEventListener("pointermove", (event) => {
    const { left } = plot.getBoundingClientRect();
    const share = (event.clientX - left - EDGE.left) / (chart.width - EDGE.left - EDGE.right);
    point(chart, Math.round(share * (points.length - 1)), true);
  });
  plot.addEventListener("pointerleave", () => chart.cursor?.setAttribute("visibility", "hidden"));
  plot.addEventListener("blur", () => chart.cursor?.setAttribute("visibility", "hidden"));
  plot.addEventListener("keydown", (event) => {
    const last = points.length - 1;
    const to = {
      ArrowLeft: chart.place - 1, ArrowDown: chart.place - 1, ArrowRight: chart.place + 1, ArrowUp: chart.place + 1,
      PageDown: chart.place - 7, PageUp: chart.place + 7, Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    point(chart, to, true);
  });
}

/** Stand at a point, and say what is there. */
function point(chart, wanted, isShown) {
  const { plot, points, readout, days } = chart;
  if (!points.length) return;
  chart.place = Math.min(Math.max(wanted, 0), points.length - 1);
  const { x, text, beforeText } = points[chart.place];
  const when = days ? writeWeekday(x) : x;
  readout.replaceChildren(
    make("span", { class: "when" }, when), " ", make("strong", {}, text),
    beforeText === null || beforeText === undefined ? "" : make("span", { class: "was" }, ` before: ${beforeText}`),
  );
  plot.setAttribute("aria-valuenow", String(chart.place));
  plot.setAttribute("aria-valuetext", `${when}: ${text}${beforeText === null || beforeText === undefined ? "" : `, before: ${beforeText}`}`);
  if (!chart.cursor) return;
  const at = chart.along(chart.place);
  chart.cursor.setAttribute("visibility", isShown ? "visible" : "hidden");
  chart.cursor.firstChild.setAttribute("x1", at);
  chart.cursor.firstChild.setAttribute("x2", at);
  const { value } = points[chart.place];
  chart.cursor.lastChild.setAttribute("cx", at);
  chart.cursor.lastChild.setAttribute("cy", chart.up(value ?? 0));
  chart.cursor.lastChild.setAttribute("visibility", value === null ? "hidden" : "inherit");
}

function paint(chart, width) {
  const { plot, points, days, whole, sign } = chart;
  chart.width = width;
  const heights = points.flatMap(({ value, before }) => [value, before]).filter((height) => height !== null && height !== undefined);
  const ticks = listTicks(Math.min(0, ...heights), Math.max(0, ...heights), whole);
  const [lowest, highest] = [ticks[0], ticks.at(-1)];
  const right = width - EDGE.right;
  chart.along = (place) => (points.length < 2 ? (EDGE.left + right) / 2 : EDGE.left + ((right - EDGE.left) * place) / (points.length - 1));
  chart.up = (height) => EDGE.top + ((HEIGHT - EDGE.top - EDGE.bottom) * (highest - height)) / (highest - lowest);
  const room = Math.max(2, Math.floor((width - EDGE.left) / DATE_WIDTH));
  const dates = days ? listDates(points.map(({ x }) => x), room) : listPlaces(points.length, room).map((place) => [place, points[place].x]);
  chart.cursor = draw("g", { class: "cursor", visibility: "hidden" },
    draw("line", { y1: EDGE.top, y2: HEIGHT - EDGE.bottom }), draw("circle", { r: 4 }));
  plot.replaceChildren(draw("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width: "100%", "aria-hidden": "true", focusable: "false" },
    ticks.map((tick) => draw("g", { class: tick === 0 ? "rule base" : "rule" },
      draw("line", { x1: EDGE.left, x2: right, y1: chart.up(tick), y2: chart.up(tick) }),
      draw("text", { x: EDGE.left - 8, y: chart.up(tick) + 4, "text-anchor": "end" }, `${writeTick(tick)}${sign}`))),
    dates.map(([place, text]) => draw("text", { class: "date", x: chart.along(place), y: HEIGHT - 6, "text-anchor": anchor(place, points.length) }, text)),
    listLines(chart, "before").map((line) => draw("path", { class: "line before", d: line })),
    listLines(chart, "value").map((line) => [draw("path", { class: "area", d: close(chart, line) }), draw("path", { class: "line now", d: line })]),
    points.length <= DOTS && points.map(({ value }, place) =>
      value === null ? null : draw("circle", { class: "dot", r: 2.5, cx: chart.along(place), cy: chart.up(value) })),
    chart.cursor,
  ));
}

const anchor = (place, count) => (place === 0 && count > 1 ? "start" : place === count - 1 && count > 1 ? "end" : "middle");

/** Paths of what is there, broken where nothing is. */
function listLines(chart, name) {
  const lines = [];
  let line = [];
  chart.points.forEach((each, place) => {
    const height = each[name];
    if (height === null || height === undefined) {
      if (line.length) lines.push(line);
      line = [];
    } else line.push(`${chart.along(place).toFixed(1)},${chart.up(height).toFixed(1)}`);
  });
  if (line.length) lines.push(line);
  return lines.map((places) => `M${places.join("L")}`);
}

function close(chart, line) {
  const places = line.slice(1).split("L");
  const base = chart.up(0).toFixed(1);
  return `${line}L${places.at(-1).split(",")[0]},${base}L${places[0].split(",")[0]},${base}Z`;
}
