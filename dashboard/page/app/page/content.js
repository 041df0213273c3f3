// Content and interests: which pages are read, where visits begin and end, and the labels that tags give to them.

import { breakdown } from "../breakdown.js";
import { asText } from "../column.js";
import { tellFolding } from "../dimension.js";
import { choose, make, show } from "../element.js";
import { columnsOf } from "../schema.js";

const CONTENT = columnsOf("content");
const INTERESTS = columnsOf("interests");

const host = { label: "Host", key: CONTENT.host, ...asText };
const path = { label: "Path", key: CONTENT.path, ...asText };
const title = { label: "Title", key: CONTENT.title, write: (value) => show(value, "no title"), save: (value) => value };
const page = {
  label: "Page", key: (row) => (row[CONTENT.host] === null && row[CONTENT.path] === null ? null : `${row[CONTENT.host] ?? ""}${row[CONTENT.path] ?? ""}`), ...asText,
};
const VIEWS = { page: ["Pages", [page, title]], host: ["Hosts", [host, path]], title: ["Titles", [title, page]] };

/** The page's sections. */
export function content(context) {
  const wanted = Object.hasOwn(VIEWS, context.state.by) ? context.state.by : "page";
  const pairs = Object.entries(VIEWS).map(([key, [label]]) => [key, label]);
  const controls = make("div", { class: "controls" }, make("label", { class: "field" }, make("span", {}, "Content by"),
    choose({ id: "by", onchange: (event) => context.go({ by: event.target.value, sort: "" }) }, pairs, wanted)));
  return [
    controls,
    breakdown(context, {
      id: "pages", title: VIEWS[wanted][0], part: "content", levels: VIEWS[wanted][1],
      counts: [
        { key: "views", label: "Page views", place: CONTENT.page_views }, { key: "entries", label: "Entries", place: CONTENT.entries },
        { key: "exits", label: "Exits", place: CONTENT.exits },
      ],
      after: tellFolding,
    }),
    breakdown(context, {
      id: "interests", title: "Interests", part: "interests", share: false,
      about: "Labels that tags give to what is looked at, such as kSense segments. A session counts for each value, on each day that it carried it.",
      levels: [{ label: "Label", key: INTERESTS.label, ...asText }, { label: "Value", key: INTERESTS.value, ...asText }],
      counts: [{ key: "sessions", label: "Sessions, by day", place: INTERESTS.sessions }, { key: "events", label: "Events", place: INTERESTS.events }],
    }),
  ];
}
