// Money as people type and read it. Amounts are whole numbers of minor units everywhere else.

let shape = { exponent: 2, symbol: "¥", currency: "CNY" };

export function moneyShaped(start) {
  shape = { exponent: start.exponent, symbol: start.symbol, currency: start.currency };
}

export function places() {
  return shape.exponent;
}

export function currency() {
  return shape.currency;
}

// What was typed as minor units: `,` and `.` both mean the decimal point. NaN for what is no
// amount; a fourth decimal is not rounded away, it is refused.
export function parsed(text) {
  const clean = text.trim().replace(/[,，。．]/g, ".").replace(/[０-９]/g, (digit) =>
    String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  if (!/^\d{1,10}(\.\d*)?$/.test(clean) && !/^\.\d+$/.test(clean)) return NaN;
  const [whole, part = ""] = clean.split(".");
  if (part.length > shape.exponent) return NaN;
  return Number(`${whole || "0"}${part.padEnd(shape.exponent, "0")}`);
}

// Whether it looks like an amount with too many decimals.
export function tooFine(text) {
  const found = /^\d{1,10}[.,](\d+)$/.exec(text.trim());
  return Boolean(found) && found[1].length > shape.exponent;
}

// Digits without a symbol, for a field: 123.50.
export function plain(minor) {
  const digits = String(Math.abs(minor)).padStart(shape.exponent + 1, "0");
  const cut = digits.length - shape.exponent;
  const text = shape.exponent ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits;
  return minor < 0 ? `−${text}` : text;
}

// As it stands on a receipt: ¥1,234.50.
export function money(minor) {
  const [whole, part] = plain(Math.abs(minor)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${minor < 0 ? "−" : ""}${shape.symbol}${grouped}${part === undefined ? "" : `.${part}`}`;
}

export function unit() {
  return 10 ** shape.exponent;
}
