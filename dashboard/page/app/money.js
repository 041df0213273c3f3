// Exact decimals: a sum is a BigInt of ten-thousandths, as the log's decimal(18,4). No amount is ever a binary float.

const SCALE = 10_000n;
const DECIMAL = /^(-?)(\d{1,34})(?:\.(\d+))?$/;

/** The ten-thousandths of a decimal text; null where it is none, or says more than four decimals can. */
export function readMoney(text) {
  const found = typeof text === "string" ? DECIMAL.exec(text) : null;
  if (!found) return null;
  const [, sign, whole, decimals = ""] = found;
  if (/[^0]/.test(decimals.slice(4))) return null;
  const amount = BigInt(whole) * SCALE + BigInt(decimals.slice(0, 4).padEnd(4, "0"));
  return sign ? -amount : amount;
}

const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** Decimals that are always shown: a currency's own (ISO 4217 as the browser knows it); none of points. */
function countDecimals(unit) {
  if (!/^[A-Z]{3}$/.test(unit)) return 0;
  return new Intl.NumberFormat("en", { style: "currency", currency: unit }).resolvedOptions().maximumFractionDigits;
}

function write(amount, unit, separate) {
  const positive = amount < 0n ? -amount : amount;
  const decimals = String(positive % SCALE).padStart(4, "0").replace(/0+$/, "").padEnd(countDecimals(unit), "0");
  const whole = separate(String(positive / SCALE));
  return `${amount < 0n ? "-" : ""}${whole}${decimals ? `.${decimals}` : ""}`;
}

/** «1,234.50»: every decimal that there is, and at least those of the unit. */
export const writeMoney = (amount, unit) => write(amount, unit, group);

/** «1234.50», for machines. */
export const writePlain = (amount, unit) => write(amount, unit, (digits) => digits);

/** For a place on a chart only. */
export const toHeight = (amount) => Number(amount) / Number(SCALE);
