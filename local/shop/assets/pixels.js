// What the shop tells its pixels, each in the words of its system. A tag that did not load is not told.
import { md5 } from "/assets/md5.js";

const settings = document.getElementById("settings").dataset;
const pitchtarget = `${settings.collector}/${settings.pitchtarget}`;
const altcraft = `${settings.collector}/altcraft/${settings.altcraft}`;

// Without a message_id a document would take an image that it has shown before from its memory, and send nothing.
const showImage = (url, messageId = crypto.randomUUID()) => {
  const image = new Image(1, 1);
  image.alt = "";
  image.src = `${url}${url.includes("?") ? "&" : "?"}message_id=${messageId}`;
  document.getElementById("pixels").append(image);
};
// PitchTarget recommends Base64, of JSON in UTF-8.
const encode = (params) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(params))));
const query = (fields) => new URLSearchParams(fields).toString();
const showEvent = (token, params) => showImage(`${pitchtarget}/event.gif?${query({ event_token: token, params: encode(params) })}`);

/** A page that was shown without a load. */
export function tellPage(section) {
  window.kpix?.("track", "pv", { labels: [`section=${section}`] });
  showEvent("guide", { page: section });
  showImage(altcraft);
}

/** An address has become known: kSense gets its MD5, as its documents have it. */
export function tellCustomer(email) {
  const digest = md5(email.trim().toLowerCase());
  window.kpix?.("user_info", { internal_id: "", email: `md5:${digest}` });
  window.sendgrid?.identify(digest.slice(0, 12), { email });
  window.pixelweave?.("identify", digest.slice(0, 12), { email });
}

/** Who was known is so no longer: the tags begin other sessions. */
export function forgetCustomer() {
  for (const tag of [window.kpix, window.sendgrid, window.pixelweave]) tag?.("reset");
}

/** Somebody subscribed. */
export function tellLead(email) {
  showEvent("signup", { method: "email", page: "newsletter.html", email });
  showImage(`${altcraft}?${query({ goal: "newsletter", value: 5, unit: "points", email })}`);
  window.sendgrid?.track("Lead Captured", { email, source: "Newsletter page" });
  window.pixelweave?.("goal", "newsletter", 5, { unit: "points" });
}

/** A goal in points, such as a brochure. */
export function tellConversion(name, points) {
  window.kpix?.("track", "conversion", { conversion_name: name });
  showImage(`${altcraft}?${query({ goal: name, value: points, unit: "points" })}`);
  window.pixelweave?.("goal", name, points, { unit: "points" });
}

/**
 * An order: PitchTarget in cents, Altcraft as a goal of that cost, SendGrid with its products. Each names it, so that telling it again
 * counts nothing twice; a goal that a hit names counts once a message, so Altcraft's message is the order.
 */
export function tellPurchase(order) {
  showImage(`${pitchtarget}/revenue.gif?${query({ event_token: "purchase", amount: Math.round(order.total * 100), order_id: order.id })}`);
  showImage(`${altcraft}?${query({ goal: "order", value: order.total, unit: "USD", order_id: order.id, email: order.email })}`, order.id);
  window.sendgrid?.track("Purchase Completed", {
    order_id: order.id,
    total: Number(order.total),
    currency: "USD",
    products: order.lines.map(({ slug, product, quantity }) => ({
      product_id: slug, name: product.name, sku: product.sku, price: product.price, quantity, category: product.category,
    })),
  });
  window.pixelweave?.("track", "purchase", { value: order.total, currency: "USD", order_id: order.id });
}

/** Hits that do not come out as accepted, for the panel to show. */
export function fireImages(kind) {
  if (kind === "rejected") showImage(`${pitchtarget}/revenue.gif?event_token=purchase`);
  if (kind === "test") showImage(`${altcraft}?${query({ goal: "try", is_test: 1 })}`);
}
