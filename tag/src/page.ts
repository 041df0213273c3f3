/** Which page this is: within a single-page application it changes without a load. */
import { options } from "./element";
import { guard } from "./guard";

/** The page that was counted last. */
export let address: string | undefined;
export let referrer: string;
guard(() => (referrer = document.referrer))();

/** The page's address; what stands behind the # is a part of it with data-hash="on". */
export const locate = (): string => (options.hash ? location.href : location.href.split("#")[0]!);

/** Note the page that is shown now; the one before it becomes its referrer. */
export const turn = (): void => {
  if (address !== locate()) {
    referrer = address || referrer;
    address = locate();
  }
};
