// The shop itself: basket, checkout, newsletter, guide, and what each tells the six pixels.
import { addToBasket, clearBasket, countBasket, listBasket, readCatalogue, sumBasket } from "/assets/basket.js";
import { fireImages, forgetCustomer, tellConversion, tellCustomer, tellLead, tellPage, tellPurchase } from "/assets/pixels.js";

const find = (id) => document.getElementById(id);
const price = (total) => `USD ${total.toFixed(2)}`;
const showCount = () => { find("basket-count").textContent = countBasket(); };

function startProduct(article) {
  find("add").addEventListener("click", () => {
    const { slug } = article.dataset;
    addToBasket(slug);
    showCount();
    find("added").textContent = "It is in your basket.";
    window.pixelweave?.("track", "add_to_cart", { props: { product: slug } });
  });
}

async function startCheckout(form) {
  const catalogue = await readCatalogue();
  const show = () => {
    const lines = listBasket(catalogue);
    find("basket").replaceChildren(...lines.map(({ product, quantity }) => {
      const line = document.createElement("li");
      line.textContent = `${quantity} × ${product.name}, ${price(quantity * product.price)}`;
      return line;
    }));
    find("basket-empty").hidden = lines.length > 0;
    for (const each of [find("total").parentElement, find("clear")]) each.hidden = !lines.length;
    find("total").textContent = price(sumBasket(lines));
    form.querySelector("button").disabled = !lines.length;
    showCount();
  };
  show();
  find("clear").addEventListener("click", () => { clearBasket(); show(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const lines = listBasket(catalogue);
    const customer = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    const order = { ...customer, id: makeOrderId(), total: sumBasket(lines).toFixed(2), lines };
    sessionStorage.setItem("shop_order", JSON.stringify(order));
    sessionStorage.setItem("userEmail", customer.email);
    clearBasket();
    location.assign("/thank-you");
  });
}

const makeOrderId = () => `WW-${Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

function startThanks() {
  const order = JSON.parse(sessionStorage.getItem("shop_order") || "null");
  if (!order) return;
  find("thanks").hidden = false;
  find("no-order").hidden = true;
  find("thanks-name").textContent = order.firstname;
  find("thanks-order").textContent = order.id;
  find("thanks-total").textContent = price(Number(order.total));
  tellPurchase(order);
  tellCustomer(order.email);
}

function startNewsletter(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const email = form.elements.email.value.trim();
    sessionStorage.setItem("userEmail", email);
    tellLead(email);
    find("subscribed").textContent = "Subscribed, as far as six pixels are concerned.";
    showCustomer();
    tellCustomer(email);
  });
}

function startGuide() {
  const chapters = [...document.querySelectorAll("[data-chapter]")];
  let shown = location.pathname;
  const show = () => {
    for (const chapter of chapters) chapter.hidden = chapter.dataset.chapter !== location.pathname;
    for (const tab of document.querySelectorAll(".tabs a")) {
      if (tab.pathname === location.pathname) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  };
  const name = () => {
    const chapter = chapters.find((each) => each.dataset.chapter === location.pathname);
    document.title = `${chapter.dataset.title} · Warp & Weft`;
    return chapter;
  };
  // SendGrid's and the native tag see pushState by themselves; the others are told.
  const arrive = () => {
    show();
    if (shown === location.pathname) return;
    shown = location.pathname;
    name().querySelector("h2").focus();
    tellPage(`guide_${shown.split("/")[2] || "start"}`);
  };
  show();
  document.querySelector(".tabs").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    // The title first: the tags read it as the address changes.
    document.title = `${link.textContent} · Warp & Weft`;
    history.pushState(null, "", link.href);
    arrive();
  });
  addEventListener("popstate", arrive);
  find("brochure").addEventListener("click", () => {
    find("downloaded").textContent = "A brochure would be on its way now.";
    tellConversion("brochure", 5);
  });
}

function showCustomer() {
  const email = sessionStorage.getItem("userEmail");
  const customer = find("customer");
  customer.hidden = !email;
  customer.querySelector("span").textContent = `You are ${email}.`;
}

find("customer").querySelector("button").addEventListener("click", () => {
  forgetCustomer();
  sessionStorage.removeItem("userEmail");
  sessionStorage.removeItem("shop_order");
  sessionStorage.removeItem("rokt_session_id");
  showCustomer();
});
for (const link of document.querySelectorAll(".bar nav a")) {
  if (location.pathname.startsWith(link.pathname)) link.setAttribute("aria-current", "page");
}
showCount();
showCustomer();
const start = { product: startProduct, checkout: startCheckout, newsletter: startNewsletter, "thank-you": startThanks, guide: startGuide };
const { page } = find("settings").dataset;
start[page]?.(document.querySelector("article.product, form"));
addEventListener("shop:fire", (event) => fireImages(event.detail));
