/** Goals: reached at once, after a time on the page, when enough of the page was seen, or both. */
import { type Fields, send } from "./delivery";
import { guard } from "./guard";
import { turns } from "./page";

export interface Trigger {
  /** Seconds on the page. */
  after?: number;
  /** Percent of the page's height. */
  scroll?: number;
  /** Of `value`: points, or a currency. */
  unit?: string;
}

/** One goal by its name, or several; once, and not when another page is shown by then. */
export const goal = (goals: string | Fields[], value?: unknown, { after, scroll, unit }: Trigger = {}): void => {
  let page = turns;
  const look = guard(() => {
    if (
      page === turns &&
      // Before it is loaded a page has no height to speak of.
      (!scroll ||
        (document.readyState === "complete" &&
          (scrollY + innerHeight) * 100 >= scroll * document.documentElement.scrollHeight))
    ) {
      page = 0;
      send({ type: "goal", goals: Object(goals) === goals ? goals : [{ name: goals, value, unit }] });
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
