// The basket, kept in sessionStorage: slug → quantity.
const SLOT = "shop_basket";
const read = () => JSON.parse(sessionStorage.getItem(SLOT) || "{}");

export function addToBasket(slug) {
  const basket = read();
  sessionStorage.setItem(SLOT, JSON.stringify({ ...basket, [slug]: (basket[slug] || 0) + 1 }));
}

export function clearBasket() {
  sessionStorage.removeItem(SLOT);
}

export function countBasket() {
  return Object.values(read()).reduce((sum, quantity) => sum + quantity, 0);
}

export async function readCatalogue() {
  const catalogue = await (await fetch("/assets/catalogue.json")).json();
  return Object.fromEntries(Object.entries(catalogue).map(([slug, product]) => [slug, { ...product, price: Number(product.price) }]));
}

export function listBasket(catalogue) {
  return Object.entries(read()).filter(([slug]) => catalogue[slug]).map(([slug, quantity]) => ({ slug, product: catalogue[slug], quantity }));
}

export function sumBasket(lines) {
  return lines.reduce((sum, { product, quantity }) => sum + Math.round(product.price * 100) * quantity, 0) / 100;
}
