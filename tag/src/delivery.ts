/** Hits on their way: sent at once, kept until the collector has taken them. */
import { options, url } from "./element";
import { makeId } from "./ident";
import { isSignalled, referrer, timeZone } from "./page";
import { forgetSession, readSession } from "./session";

export type Fields = Record<string, unknown>;
/** Sends one hit, unless it is on its way; `isLast` when the page is going. */
type Delivery = (isLast?: boolean) => void;

const MOST_TRIES = 5;
const MOST_WAITING = 100;
// What may be in flight while a page is left is 64 KiB (Fetch standard, «keepalive»); a character has up to three bytes.
const MOST_KEPT_ALIVE = 2e4;
const LONGEST_URL = 8e3;

const waiting = new Set<Delivery>();

/** Whether nothing may be sent before the page says that the visitor agreed. */
const isRequired = options.consent === "require";
/** The visitor's word, as the collector settles it: where browser and page differ, the more private one holds. */
let consent: string | undefined = isSignalled ? "denied" : undefined;

export const isDenied = (): boolean => consent === "denied";

const mayGo = (): boolean => !isRequired || consent === "granted";

/** Send what waits and is not on its way; `isLast` when the page is going, then it is forgotten. */
export const flush = (isLast?: boolean): void => {
  if (mayGo()) {
    waiting.forEach((deliver) => deliver(isLast));
    if (isLast) waiting.clear();
  }
};

/** Take the page's word for the visitor's; who denies is forgotten, with all that waits. */
export const settle = (state: string): void => {
  consent = isSignalled || state !== "granted" ? "denied" : state;
  if (isDenied()) {
    waiting.clear();
    forgetSession();
  }
  flush();
};

/** Make a hit of `fields` and of where and when it is, and see to its delivery. */
export const send = (fields: Fields): void => {
  if ((isRequired && isDenied()) || waiting.size >= MOST_WAITING) return;
  const hit: Fields = {
    url: location.href,
    title: document.title,
    referrer,
    time_zone: timeZone,
    message_id: makeId(),
    occurred_at: Date.now(),
    ...fields,
  };
  let tries = 0;
  let isFlying: boolean | undefined;

  const finish = (): boolean => waiting.delete(deliver);
  const retry = (): void => {
    isFlying = false;
    // Offline it waits for the event `online`, and nothing counts as a try.
    if (!navigator.onLine) return;
    if (tries++ < MOST_TRIES) setTimeout(deliver, (500 * (1 + Math.random())) << tries);
    else finish();
  };
  /** As an image's address: where fetch is missing, fails, or is forbidden by the page's policy. */
  const show = (): void => {
    try {
      const query = new URLSearchParams();
      for (const field in hit) {
        const value = hit[field];
        if (value != null) query.set(field, (Object(value) === value ? JSON.stringify(value) : value) as string);
      }
      const image = new Image();
      image.onload = finish;
      image.onerror = retry;
      if ((query + "").length > LONGEST_URL) retry();
      else image.src = url + "?" + query;
    } catch {
      retry();
    }
  };
  const deliver: Delivery = (isLast) => {
    // A timer of an earlier try may find it on its way, or taken.
    if (isFlying || !waiting.has(deliver)) return;
    isFlying = true;
    try {
      hit.session_id = isDenied() ? undefined : hit.session_id || readSession();
      hit.consent = consent;
      const body = JSON.stringify(hit);
      // A beacon tells nothing of its fate, and ad-blockers stop every one to another site.
      if (isLast && !isSignalled && isSameSite() && navigator.sendBeacon(url, body)) finish();
      else
        fetch(url, {
          method: "POST",
          body,
          keepalive: body.length < MOST_KEPT_ALIVE,
          credentials: isSignalled ? "omit" : "include",
        }).then(
          ({ status }) => (status == 429 || status > 499 ? retry : finish)(),
          // From a page that is left the answer is taken, while the request goes on: an image would be the hit once more.
          () => waiting.has(deliver) && show(),
        );
    } catch {
      show();
    }
  };

  waiting.add(deliver);
  if (mayGo()) deliver();
};

/** Whether page and collector are of one host, or one's host lies below the other's. */
const isSameSite = (): boolean => {
  const page = "." + location.hostname;
  const collector = "." + new URL(url).hostname;
  return page.endsWith(collector) || collector.endsWith(page);
};
