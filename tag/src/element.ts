/** What the script element says: the collector, the key, the language (the file's name) and the data attributes. */

const script = document.currentScript as HTMLScriptElement;
const [, base, file, , sid] = /(.*?)\/t\/.*?(\w+)\.js(.*sid=([\w-]+))?/.exec(script.src) as unknown as string[];

export const options: DOMStringMap = script.dataset;
export const isKsense = file === "callbacks";
export const isSendgrid = file === "sendgrid";
/** The global that the page calls. */
export const name = options.name || (isKsense ? "kpix" : isSendgrid ? file : "pixelweave");
export const key = options.key || sid;
/** Where hits go. */
export const url = `${base}/${isKsense ? "ksense" : isSendgrid ? file : "e"}/${key}`;
