/** The three languages: what a page may call, and the hits that it makes (docs/dialects.md). */
import { type Fields, isDenied, send, settle } from "./delivery";
import { isKsense, isSendgrid } from "./element";
import { goal } from "./goal";
import { turn } from "./page";
import { forgetSession } from "./session";

/** The page's own code calls these, with whatever it has. */
type Calls = Record<string, (...parameters: any[]) => void>;

/** Say who it is; of somebody who denied consent there is nothing to say. */
const tell = (fields: Fields): void => {
  if (!isDenied()) send(fields);
};

const identify = (id: unknown, traits: unknown): void =>
  tell({
    type: "identify",
    ...(Object(id) === id ? { traits: id } : { [isSendgrid ? "userId" : "user_id"]: id, traits }),
  });

const ksense: Calls = {
  track: (track: string, data: Fields) => send({ ...data, track }),
  user_info: (user_info: Fields) => tell({ track: "user_info", user_info }),
};

const sendgrid: Calls = {
  page(name: string, properties: Fields) {
    turn();
    send({ type: "page", name, properties });
  },
  identify,
  track: (event: string, properties: Fields) => send({ type: "track", event, properties }),
};

const native: Calls = {
  page(name: string, data: Fields) {
    turn();
    send({ ...data, type: "page_view", name });
  },
  identify,
  track: (name: string, data: Fields) =>
    send({ type: /^(conversion|purchase|lead)$/.test(name) ? name : "custom", ...data, name }),
  goal,
};

export const calls: Calls = {
  ...(isKsense ? ksense : isSendgrid ? sendgrid : native),
  consent: settle,
  reset: forgetSession,
};
