// Shifts, and sales put aside.

import { basket, content, emptied, isEmpty, payable, changed } from "./basket.js";
import { money, parsed, plain } from "./money.js";
import * as drawer from "./drawer.js";
import { $, awayNote, close, el, filled, note, refused, say, show } from "./screens.js";
import { Away, ask, isOnline } from "./server.js";
import { options, tookOver } from "./relieving.js";
import * as handing from "./handing.js";
import { hasPrinter, printed } from "./paying.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const PARKED_MS = 24 * 3600 * 1000;
// Parked sales that were taken back while nobody heard whether the list has lost them.
const TAKEN = "recalled";
let shift = null;
let afterwards = null;

export const shiftNow = () => shift;

export function shiftKnown(found) {
  shift = found;
  $("shift-state").textContent = shift ? say("shift", { number: shift.number }) : say("noShift");
  $("shift-button").classList.toggle("warn", !shift);
}

// The question for the float; `then` goes on with what it was missing for.
export function openingShown(sentence = "", then = null) {
  afterwards = then;
  $("open-form").reset();
  show("shift-open");
  if (sentence) note(sentence);
}

export async function shiftAsked() {
  if (!isOnline()) {
    awayNote(say("awayRefund"));
    return;
  }
  await drawer.deliver();
  const found = await ask("shift");
  shiftKnown(found.shift);
  if (!found.shift) {
    openingShown();
    return;
  }
  drawer.movesKnown(found.moves);
  const kept = await drawer.waiting();
  const cash = kept.filter((each) => !each.is_trouble).length;
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
    cash ? el("p", { className: "bad-text" }, say("cashFirst")) : null,
    refusedHere ? el("p", { className: "bad-text" },
      say("refusedHere", { count: refusedHere })) : null,
    kept.length > cash ? el("p", { className: "bad-text" }, say("cashRefusedHere")) : null);
  filled($("close-next"), el("option", { value: "" }, say("nobodyNext")), ...options());
  nextChosen(false);
  $("close-confirm").disabled = waiting.length > 0 || cash > 0;
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
    refused(new Error(say("notMoney", { text: $("open-float").value })));
    return;
  }
  shiftKnown(await openedNow(amount));
  close("shift-open");
  note(say("opened", { amount: money(shift.float_minor) }), "good");
  queue.deliver();
  drawer.deliver();
  $("scan").focus();
  afterwards?.();
}

// A shift that is open already may be ours: opened, and only the answer was lost.
async function openedNow(float_minor) {
  try {
    return (await ask("shift/open", { float_minor })).shift;
  } catch (problem) {
    const found = problem.code === "shift_already_open" && (await ask("shift")).shift;
    if (!found) throw problem;
    return found;
  }
}

export async function shiftClosed() {
  const counted = [];
  for (const field of $("close-tenders").querySelectorAll("input")) {
    const amount = parsed(field.value.trim() || "0");
    if (Number.isNaN(amount)) {
      refused(new Error(say("notMoney", { text: field.value })));
      field.focus();
      return;
    }
    if (amount) counted.push({ kind: field.id.slice("count-".length), amount_minor: amount });
  }
  const note_text = $("close-note").value.trim();
  const sent = { shift: shift.id, counted, note: note_text };
  const next = $("close-next").value;
  const done = next
    ? await handing.handedOver({ ...sent, number: shift.number, next }, $("close-pin").value)
    : await ask("shift/close", sent);
  await closedShown(done);
}

// The sheet of a shift that is closed now; whoever took over stands at the till.
export async function closedShown(done) {
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
  const page = $("closed-print");
  page.textContent = hasPrinter() ? page.dataset.page : page.dataset.print;
  $("closed-printer").hidden = !hasPrinter();
  $("closed-printer").onclick = () => printed({ shift: done.shift.id }).catch(refused);
  show("shift-closed");
}

// F4: the sale is put aside, here when the server is away.
export async function parked() {
  if (!basket.lines.length) {
    note(say("emptySale"));
    return;
  }
  const amount = money(payable());
  const key = store.freshKey();
  const at = new Date();
  const label = amount;
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

// F5: the list of what was put aside.
export async function recallAsked() {
  await parkedForgotten();
  const here = await store.everything("parked");
  let theirs = [];
  try {
    theirs = (await ask("parked")).parked;
    await takenGone();
  } catch (problem) {
    if (!(problem instanceof Away)) throw problem;
  }
  const taken = (await store.get(TAKEN)) ?? [];
  theirs = theirs.filter((each) => !taken.includes(each.key));
  const known = new Set(theirs.map((each) => each.key));
  const lines = [
    ...theirs.map((each) => [each, here.some((kept) => kept.key === each.key) ? "both" : "there"]),
    ...here.filter((each) => !known.has(each.key)).map((each) => [each, "here"]),
  ];
  filled($("parked-list"), ...lines.map(([each, place]) => {
    const kept = JSON.parse(each.content);
    const sum = kept.lines.reduce((all, line) => all + line.amount_minor, 0)
      - kept.discount_minor - kept.rounding_minor;
    return el("li", {}, el("button", { type: "button",
      onclick: () => recalled(each, place).catch(refused) },
      el("span", { className: "name" },
        new Date(each.parked_at).toLocaleTimeString([], { timeStyle: "short" })),
      el("span", { className: "faint" }, whatOf(kept, place)),
      el("span", { className: "amount" }, money(sum))));
  }));
  if (!lines.length) filled($("parked-list"), el("li", { className: "faint" }, say("noParked")));
  show("recall");
  $("parked-list").querySelector("button")?.focus();
}

// What a parked sale holds, without saying of whom.
function whatOf(kept, place) {
  const names = [...new Set(kept.lines.map((line) => line.category).filter(Boolean))];
  return [say("items", { count: kept.lines.length }), ...names.slice(0, 3),
    kept.member || kept.named ? say("ofMember") : "", place === "here" ? say("parkedHere") : ""]
    .filter(Boolean).join(" · ");
}

async function recalled(each, place) {
  if (!isEmpty()) await parked();
  if (place !== "here") await takenThere(each.key);
  if (place !== "there") await store.drop("parked", each.key);
  if (place === "here" && !isOnline()) await store.listed(TAKEN, (all) => [...all, each.key]);
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

// When no answer comes the sale is taken all the same: it stands here, and the list loses it later.
async function takenThere(key) {
  try {
    await ask("recall", { key });
  } catch (problem) {
    if (!(problem instanceof Away)) throw problem;
    await store.listed(TAKEN, (all) => [...all, key]);
  }
}

async function takenGone() {
  for (const key of (await store.get(TAKEN)) ?? []) {
    await ask("recall", { key }).catch((problem) => {
      if (problem instanceof Away) throw problem;
    });
    await store.listed(TAKEN, (all) => all.filter((each) => each !== key));
  }
}

