// The sale that is being made: amounts with categories, a discount, a member. Kept in the browser
// at every change, so that a closed tab loses nothing.

import { money, parsed, tooFine, places, currency } from "./money.js";
import { $, close, confirmed, el, filled, note, row, say, show } from "./screens.js";
import { isOnline } from "./server.js";
import * as store from "./store.js";

const EMPTY = { lines: [], discount_minor: 0, rounding_minor: 0, reason: "", member: null,
  named: null };

export const basket = { ...EMPTY, lines: [] };
let category = "";
let changedHook = () => {};
let limits = { rights: [], discount_limit_minor: 0 };

export function onChange(hook) {
  changedHook = hook;
}

// What this person may give off here, and up to which amount alone.
export function limitsKnown({ rights, discount_limit_minor }) {
  limits = { rights, discount_limit_minor };
}

// Why so much can't be given off now, or nothing: without the server no manager can allow it, and
// a sale that was made all the same could not be booked when it arrives.
export function offRefused(off = basket.discount_minor + basket.rounding_minor) {
  const limit = limits.discount_limit_minor;
  if (isOnline() || !off) return "";
  if (!limits.rights.includes("counter.discount")) return say("awayNoDiscount");
  if (limit === null || off <= limit || limits.rights.includes("counter.approve")) return "";
  return say("awayDiscount", { amount: money(limit) });
}

export const goods = () => basket.lines.reduce((sum, line) => sum + line.amount_minor, 0);
export const payable = () => goods() - basket.discount_minor - basket.rounding_minor;
export const isEmpty = () => !basket.lines.length && !basket.member && !basket.named;

export async function restored() {
  const draft = await store.get("draft");
  if (draft) Object.assign(basket, draft);
  drawn();
}

export function changed() {
  if (basket.discount_minor + basket.rounding_minor > goods()) {
    basket.discount_minor = 0;
    basket.rounding_minor = 0;
  }
  drawn();
  store.put("draft", JSON.parse(JSON.stringify(basket))).catch(() => note(say("storage"), "bad"));
}

export function emptied() {
  Object.assign(basket, { ...EMPTY, lines: [] });
  changed();
}

// The sale as it is put aside: of a person only the member's id. What was typed because the server
// is away stays with it in this browser alone.
export function content(isHere) {
  return JSON.stringify({ ...basket, named: isHere ? basket.named : null,
    member: basket.member ? { id: basket.member.id } : null });
}

// Adds what was typed if it is an amount; says why when it is nearly one. Answers whether it was.
export function typed(text) {
  const amount = parsed(text);
  if (Number.isNaN(amount)) {
    if (!tooFine(text)) return false;
    note(places() ? say("tooManyPlaces", { places: places(), currency: currency() })
      : say("wholeOnly", { currency: currency() }), "bad");
    return true;
  }
  if (amount > 0) {
    basket.lines.push(category ? { amount_minor: amount, category } : { amount_minor: amount });
    changed();
  }
  return true;
}

export function drawn() {
  filled($("lines"), ...basket.lines.map((line, place) => el("li", {},
    el("span", { className: "line-name" },
      line.category || say("line", { number: place + 1 })),
    el("span", { className: "amount" }, money(line.amount_minor)),
    el("button", { type: "button", className: "quiet", title: say("remove"),
      ariaLabel: `${say("remove")} ${money(line.amount_minor)}`,
      onclick: () => { basket.lines.splice(place, 1); changed(); $("scan").focus(); } }, "×"))));
  $("lines-empty").hidden = basket.lines.length > 0;
  filled($("sums"),
    basket.discount_minor ? row(say("discounted", { amount: "" }), money(-basket.discount_minor))
      : null,
    basket.rounding_minor ? row(say("rounded", { amount: "" }), money(-basket.rounding_minor))
      : null);
  $("payable").textContent = money(payable());
  $("pay-button-amount").textContent = money(payable());
  changedHook();
}

export function categoriesDrawn(names) {
  const place = $("categories");
  place.hidden = !names.length;
  filled(place, ...names.map((name) => el("button", {
    type: "button", className: "chip", ariaPressed: String(name === category),
    onclick: () => {
      category = name === category ? "" : name;
      categoriesDrawn(names);
      $("scan").focus();
    } }, name)));
}

export async function cleared() {
  if (isEmpty()) return;
  const amount = money(payable());
  if (await confirmed(say("clear", { amount }), say("clearHint"), say("clearIt"))) emptied();
  $("scan").focus();
}

// The discount: an amount or per cent, and the small change that is waived.
export function discountAsked() {
  if (!basket.lines.length) {
    note(say("emptySale"));
    return;
  }
  $("discount-form").reset();
  $("discount-reason").value = basket.reason;
  const units = [10 ** places(), 10 ** Math.max(places() - 1, 0)];
  filled($("round-offs"), ...[...new Set(units)].map((size) => {
    const off = (goods() - basket.discount_minor) % size;
    return off ? el("button", { type: "button", className: "chip",
      onclick: () => {
        const reason = offRefused(basket.discount_minor + off);
        if (reason) {
          note(reason, "bad");
          return;
        }
        basket.rounding_minor = off;
        changed();
        close("discount");
      } }, say("rounded", { amount: money(off) })) : null;
  }).filter(Boolean));
  show("discount");
}

export function discountGiven() {
  const text = $("discount-amount").value.trim();
  const share = /^(\d{1,2})(?:[.,](\d))?\s*%$/.exec(text.replace("％", "%"));
  const amount = share
    ? Math.floor((goods() * (Number(share[1]) * 10 + Number(share[2] ?? 0))) / 1000)
    : parsed(text || "0");
  const place = $("discount").querySelector("[data-problem]");
  const isAmount = !Number.isNaN(amount) && amount <= goods();
  const reason = isAmount ? offRefused(amount) : say("notMoney", { text });
  if (reason) {
    place.textContent = reason;
    place.hidden = false;
    return;
  }
  basket.discount_minor = amount;
  basket.rounding_minor = 0;
  basket.reason = $("discount-reason").value.trim();
  changed();
  close("discount");
}
