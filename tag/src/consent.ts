/** What the visitor's browser and the page say of consent, as the collector settles it: the more private word holds. */
import { options } from "./element";
import { guard } from "./guard";

/** Whether nothing may be sent before the page says that the visitor agreed. */
export const isRequired = options.consent === "require";

/** Whether the browser itself objects, by a signal that the pixel's policy looks at: no id is kept or sent. */
export let isSignalled: boolean | undefined = true;
guard(() => {
  isSignalled =
    options.consent !== "ignore" &&
    (navigator.globalPrivacyControl || (options.consent !== "gpc" && navigator.doNotTrack == "1"));
})();

export let consent: string | undefined = isSignalled ? "denied" : undefined;

export const isDenied = (): boolean => consent === "denied";

/** Take the page's word, unless the browser has said no. */
export const settle = (state: string): string => (consent = isSignalled || state !== "granted" ? "denied" : state);
