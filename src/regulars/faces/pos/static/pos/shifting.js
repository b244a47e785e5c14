// Shifts, and sales put aside.

import { basket, content, emptied, isEmpty, payable, changed } from "./basket.js";
import { money, parsed, plain } from "./money.js";
import { $, close, el, filled, note, refused, say, show } from "./screens.js";
import { Away, ask, isOnline } from "./server.js";
import { options, tookOver } from "./relieving.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const PARKED_MS = 24 * 3600 * 1000;
let shift = null;
let moves = [];
let hook = () => {};

export const shiftNow = () => shift;

export function onShift(then) {
  hook = then;
}

export function shiftKnown(found) {
  shift = found;
  $("shift-state").textContent = shift ? say("shift", { number: shift.number }) : say("noShift");
  $("shift-button").classList.toggle("warn", !shift);
  hook(shift);
}

export function openingShown() {
  $("open-form").reset();
  show("shift-open");
}

export async function shiftAsked() {
  if (!isOnline()) {
    note(say("awayRefund"), "bad");
    return;
  }
  const found = await ask("shift");
  shiftKnown(found.shift);
  if (!found.shift) {
    openingShown();
    return;
  }
  moves = found.moves;
  const here = (await queue.waiting()).filter((each) => !each.is_refund);
  const waiting = here.filter((each) => !each.is_trouble);
  const refusedHere = here.length - waiting.length;
  $("close-form").reset();
  filled($("close-tenders"), ...found.tenders.map((each) => el("label", { className: "count" },
    el("span", {}, each.name),
    el("span", { className: "faint" }, each.expected_minor === null ? ""
      : `${say("expected")} ${money(each.expected_minor)}`),
    el("input", { id: `count-${each.kind}`, type: "text", inputMode: "decimal",
      autocomplete: "off",
      placeholder: each.expected_minor === null ? "" : plain(each.expected_minor) }))));
  filled($("close-facts"),
    found.sales_minor === null ? el("p", {}, say("blind"))
      : el("p", {}, say("sumUp", { count: found.sales, amount: money(found.sales_minor) })),
    found.cash_in_minor || found.cash_out_minor ? el("p", {}, say("cashMoved",
      { in: money(found.cash_in_minor), out: money(found.cash_out_minor) })) : null,
    el("p", {}, say("parkedCount", { count: found.parked })),
    found.troubles ? el("p", { className: "bad-text" },
      say("troubleCount", { count: found.troubles })) : null,
    waiting.length ? el("p", { className: "bad-text" },
      say("queueFirst", { count: waiting.length })) : null,
    refusedHere ? el("p", { className: "bad-text" },
      say("refusedHere", { count: refusedHere })) : null);
  filled($("close-next"), el("option", { value: "" }, say("nobodyNext")), ...options());
  nextChosen(false);
  $("close-confirm").disabled = waiting.length > 0;
  show("shift-close");
  $("count-cash").focus();
}

// Whoever goes on shows her PIN; without anybody the shift is only closed.
export function nextChosen(isFocused = true) {
  const hasNext = Boolean($("close-next").value);
  $("close-pin-part").hidden = !hasNext;
  $("close-pin").required = hasNext;
  if (hasNext && isFocused) $("close-pin").focus();
}

export async function shiftOpened() {
  const amount = parsed($("open-float").value || "0");
  if (Number.isNaN(amount)) {
    refused(new Error(say("notAnAmount", { text: $("open-float").value })));
    return;
  }
  const { shift: found } = await ask("shift/open", { float_minor: amount });
  shiftKnown(found);
  close("shift-open");
  note(say("opened", { amount: money(amount) }), "good");
  queue.deliver();
  $("scan").focus();
}

export async function shiftClosed() {
  const counted = [];
  for (const field of $("close-tenders").querySelectorAll("input")) {
    const amount = parsed(field.value.trim() || "0");
    if (Number.isNaN(amount)) {
      refused(new Error(say("notAnAmount", { text: field.value })));
      field.focus();
      return;
    }
    if (amount) counted.push({ kind: field.id.slice("count-".length), amount_minor: amount });
  }
  const note_text = $("close-note").value.trim();
  const sent = { shift: shift.id, counted, note: note_text };
  const next = $("close-next").value;
  const done = next
    ? await ask("shift/hand-over", { ...sent, next: { staff: next, pin: $("close-pin").value } })
    : await ask("shift/close", sent);
  close("shift-close");
  shiftKnown(done.next ?? null);
  if (done.next) await tookOver();
  filled($("closed-rows"), el("table", {}, el("thead", {}, el("tr", {},
    ...["", say("expected"), say("counted"), say("difference")].map((each) =>
      el("th", { scope: "col" }, each)))),
    el("tbody", {}, ...done.tenders.filter((each) => each.counted_minor !== null).map((each) =>
      el("tr", {}, el("th", { scope: "row" }, each.name),
        el("td", {}, money(each.expected_minor)), el("td", {}, money(each.counted_minor)),
        el("td", { className: each.difference_minor ? "bad-text" : "" },
          money(each.difference_minor)))))));
  filled($("closed-facts"),
    el("p", {}, say("sumUp", { count: done.sales, amount: money(done.sales_minor) })),
    el("p", {}, say("parkedCount", { count: done.shift.parked })));
  $("closed-print").href = `/pos/shifts/${done.shift.id}/`;
  show("shift-closed");
}

// Cash that goes into the drawer or out of it without a sale. Its key is kept until the server has
// answered for it, so that pressing twice moves it once.
let cashKey = "";

export function cashAsked() {
  close("shift-close");
  $("cash-form").reset();
  filled($("cash-list"), ...moves.map((each) => el("li", {},
    el("span", { className: "faint" }, each.when), el("span", {}, each.reason),
    el("span", { className: "amount" }, money(each.amount_minor)))));
  cashKey = "";
  show("cash");
}

export async function cashMoved() {
  const amount = parsed($("cash-amount").value);
  if (Number.isNaN(amount) || !amount) {
    refused(new Error(say("notAnAmount", { text: $("cash-amount").value })));
    $("cash-amount").focus();
    return;
  }
  const isOut = $("cash-form").elements["cash-way"].value === "out";
  cashKey ||= freshKey();
  await ask("cash", { key: cashKey, amount_minor: isOut ? -amount : amount,
    reason: $("cash-reason").value.trim() });
  cashKey = "";
  close("cash");
  note(say(isOut ? "cashOut" : "cashIn", { amount: money(amount) }), "good");
  $("scan").focus();
}

// F4: the sale is put aside, here when the server is away.
export async function parked() {
  if (!basket.lines.length) {
    note(say("emptySale"));
    return;
  }
  const amount = money(payable());
  const key = freshKey();
  const at = new Date();
  const label = `${amount} · ${at.toLocaleTimeString([], { timeStyle: "short" })}`;
  try {
    await namedKnown();
    await ask("park", { key, label, content: content(false) });
  } catch (problem) {
    if (!(problem instanceof Away)) throw problem;
    await store.keep("parked", { key, label, content: content(true), parked_at: at.toISOString() });
  }
  emptied();
  note(say("parkedNow", { amount }), "good");
  $("scan").focus();
}

// Whose number was typed while the server was away, now that it can be asked.
async function namedKnown() {
  if (!basket.named) return;
  const { members } = await ask("find", { q: basket.named.value });
  if (members.length !== 1) throw new Error(say("parkNamed", { number: basket.named.value }));
  basket.member = members[0];
  basket.named = null;
}

// What nobody recalled in a day is forgotten here, as it is on the server.
export async function parkedForgotten() {
  const before = Date.now() - PARKED_MS;
  for (const each of await store.everything("parked")) {
    if (Date.parse(each.parked_at) < before) await store.drop("parked", each.key);
  }
}

const freshKey = () => crypto.randomUUID?.() ?? fallbackKey();

// Without https there is no randomUUID; a key only has to be this till's own.
function fallbackKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// F5: the list of what was put aside.
export async function recallAsked() {
  await parkedForgotten();
  const here = await store.everything("parked");
  let theirs = [];
  try {
    theirs = (await ask("parked")).parked;
  } catch (problem) {
    if (!(problem instanceof Away)) throw problem;
  }
  const lines = [
    ...theirs.map((each) => [each, false]),
    ...here.map((each) => [each, true]),
  ];
  filled($("parked-list"), ...lines.map(([each, isHere]) => {
    const kept = JSON.parse(each.content);
    const sum = kept.lines.reduce((all, line) => all + line.amount_minor, 0)
      - kept.discount_minor - kept.rounding_minor;
    return el("li", {}, el("button", { type: "button",
      onclick: () => recalled(each, isHere).catch(refused) },
      el("span", { className: "name" }, each.label),
      el("span", { className: "faint" }, isHere ? say("parkedHere")
        : new Date(each.parked_at).toLocaleTimeString()),
      el("span", { className: "amount" }, money(sum))));
  }));
  if (!lines.length) filled($("parked-list"), el("li", { className: "faint" }, say("noParked")));
  show("recall");
  $("parked-list").querySelector("button")?.focus();
}

async function recalled(each, isHere) {
  if (!isEmpty()) await parked();
  if (isHere) await store.drop("parked", each.key);
  else await ask("recall", { key: each.key });
  Object.assign(basket, JSON.parse(each.content));
  close("recall");
  changed();
  if (basket.member && isOnline()) {
    basket.member = await ask("look", { q: basket.member.id }).catch(() => basket.member);
    changed();
  }
  note(say("recalled"), "good");
  $("scan").focus();
}

