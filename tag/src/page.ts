/** Which page this is, and what the browser says of its visitor. */
import { options } from "./element";
import { guard } from "./guard";

/** The page that was counted last: within a single-page application it changes without a load. */
export let address: string | undefined;
/** The page before this one. */
export let referrer: string;
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

/** The page's address; what stands behind the # is a part of it with data-hash="on". */
export const locate = (): string => (options.hash ? location.href : location.href.split("#")[0]!);

/** Note the page that is shown now; the one before it becomes its referrer. */
export const turn = (): void => {
  if (address !== locate()) {
    referrer = address || referrer;
    address = locate();
  }
};
