/** The session's id: in sessionStorage under the key's own name, in memory where storage is blocked. */
import { isSignalled } from "./page";
import { key } from "./element";
import { guard } from "./guard";
import { makeId } from "./ident";

const slot = "pw_" + key;
let session: string | undefined;

/** The session's id; it is made, and storage touched, only by asking for it. */
export const readSession = (): string => {
  guard(() => sessionStorage.setItem(slot, (session = session || sessionStorage.getItem(slot) || makeId())))();
  return (session = session || makeId());
};

/** Forget the session: the next hit begins another one. */
export const forgetSession = (): void => {
  session = "";
  if (!isSignalled) sessionStorage.removeItem(slot);
};
