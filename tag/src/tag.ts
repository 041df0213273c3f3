/** The tag: makes the page's calls work, those before it came too, and counts pages by itself. */
import { flush } from "./delivery";
import { key, name, options } from "./element";
import { guard } from "./guard";
import { calls } from "./language";
import { address, correct, locate } from "./page";

type Call = [string, ...unknown[]];
/** What the page may have put in the tag's place until it came, or the tag of another copy of the script. */
interface Global {
  key?: unknown;
  q?: Iterable<Call>;
  [call: string]: unknown;
}

type Globals = Record<string, Global | undefined>;
const stub = (window as unknown as Globals)[name];

/** Calls that wait for the tag to start; undefined once it has. */
let early: Call[] | undefined;

const main: Global & ((...call: Call) => void) = guard((...call: Call) => {
  if (early) early.push(call);
  else calls[call.shift() as string]!(...call);
}) as never;

const watchPages = (): void => {
  (["replaceState", "pushState"] as const).forEach((call, isPush) => {
    const change = history[call];
    history[call] = (...state) => {
      change.apply(history, state);
      // Replacing corrects the page's address; a link within the page, or going back to it, must find it counted.
      if (!isPush) correct();
      else if (address !== locate()) main("page");
    };
  });
  addEventListener("popstate", () => address !== locate() && main("page"));
  // A page that comes back from the back/forward cache is shown anew.
  addEventListener("pageshow", (event) => event.persisted && main("page"));
  if (address !== locate()) main("page");
};

const start = (): void => {
  const waiting = early!;
  early = undefined;
  // First what the page said: it may have denied consent.
  waiting.forEach((call) => main(...call));
  if (calls.page && options.auto !== "off") watchPages();
  addEventListener("online", () => flush());
  addEventListener("pagehide", () => flush(true));
  // Dispatched at the document, whence it bubbles; hidden or shown again, in which a timer may have slept.
  addEventListener("visibilitychange", () => flush());
};

// A script that is included twice does nothing the second time.
if (!stub?.key) {
  early = [...(stub?.q || [])];
  (window as unknown as Globals)[name] = main;
  main.key = key;
  for (const call in calls) main[call] = main.bind(0, call);
  if (document.prerendering) document.addEventListener("prerenderingchange", start);
  else start();
}
