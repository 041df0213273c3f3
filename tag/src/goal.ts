/** When a goal is reached: at once, after a time on the page, when enough of the page was seen, or both. */
import { guard } from "./guard";
import { locate } from "./page";

export interface Trigger {
  /** Seconds. */
  after?: number;
  /** Percent of the page's height. */
  scroll?: number;
}

/** Call `reach` once when `trigger` is met, and never when another page is shown by then. */
export const reachWhen = ({ after, scroll }: Trigger, reach: () => void): void => {
  let page: string | undefined = locate();
  const look = guard(() => {
    if (
      page === locate() &&
      // Before it is loaded a page has no height to speak of.
      (!scroll ||
        (document.readyState === "complete" &&
          (scrollY + innerHeight) * 100 >= scroll * document.documentElement.scrollHeight))
    ) {
      page = undefined;
      reach();
    }
  });
  const watch = (): void => {
    look();
    if (scroll) {
      addEventListener("scroll", look);
      addEventListener("load", look);
    }
  };
  if (after) setTimeout(watch, after * 1e3);
  else watch();
};
