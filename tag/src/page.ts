/** Which page this is, and what the browser says of its visitor. */
import { options } from "./element";
import { guard } from "./guard";

/** The page that was counted last: within a single-page application it changes without a load. */
export let address: string | undefined;
/** The page before this one. */
export let referrer: string;
/** Counts the pages: a goal is of one of them, whatever becomes of its address. */
export let turns = 1;
export let timeZone: string;
/** Whether the browser objects, by a signal that the pixel's policy looks at: no id is kept or sent. */
export let isSignalled: boolean | undefined = true;

// Read once; what the browser cannot tell without an error stays unsaid.
guard(() => {
  isSignalled =
    options.consent !== "ignore" &&
    (navigator.globalPrivacyControl || (options.consent !== "gpc" && navigator.doNotTrack == "1"));
  referrer = document.referrer;
  // Intl's first formatter of a page takes longer than all the rest of the tag (docs/benchmarks.md).
  timeZone = window.Temporal ? Temporal.Now.timeZoneId() : Intl.DateTimeFormat().resolvedOptions().timeZone;
})();

/** The page's address, which has no space; what stands behind the # is a part of it with data-hash="on". */
export const locate = (): string => location.href.split(options.hash ? " " : "#")[0]!;

/** Note the address that the page has now, though it is the same page. */
export const correct = (): void => {
  address = locate();
};

/** Note the page that is shown now; the one before it becomes its referrer. */
export const turn = (): void => {
  if (address !== locate()) {
    if (address) {
      referrer = address;
      turns++;
    }
    correct();
  }
};
