// Payment: tenders side by side, points as a part of it, change, and what the sale brought.

import { basket, emptied, goods, offRefused, payable } from "./basket.js";
import { money, parsed, plain, unit } from "./money.js";
import { $, allowed, close, el, filled, note, refused, row, say, show } from "./screens.js";
import { Away, ask, isOnline, now } from "./server.js";
import * as queue from "./queue.js";

let start = null;
let tender = "cash";
// The tender whose amount nobody typed: it goes over to the one that is chosen next.
let ours = "";
let isBusy = false;
let noShift = refused;
// So long nobody wonders.
const SLOW_MS = 1500;

export function onNoShift(then) {
  noShift = (sentence) => {
    close("pay");
    then(sentence, payAsked);
  };
}

export function paymentShaped(snapshot) {
  start = snapshot;
  filled($("tenders"), ...start.tenders.map(([kind, name]) => el("div", { className: "tender" },
    el("button", { type: "button", className: "button", data: { tender: kind },
      onclick: () => tenderChosen(kind) }, name),
    el("input", { id: `tender-${kind}`, type: "text", inputMode: "decimal", autocomplete: "off",
      ariaLabel: name, oninput: () => {
        if (ours === kind) ours = "";
        sumsDrawn();
      } }))));
}

const fields = () => start.tenders.map(([kind]) => [kind, $(`tender-${kind}`)]);
const amountOf = (field) => (field.value.trim() ? parsed(field.value) : 0);

function points() {
  const offer = start.offer;
  const wanted = Number($("pay-points").value.trim() || "0");
  if (!offer || !basket.member || !Number.isInteger(wanted) || wanted < 0) return NaN;
  return wanted;
}

const valueOf = (wanted) => Math.floor((wanted * start.offer.value_minor) / start.offer.points);

function pointsMost() {
  const offer = start.offer;
  const owned = basket.member?.assets?.find((each) => each.code === offer?.asset)?.spendable ?? 0;
  if (!offer || owned < offer.minimum_balance) return 0;
  const needed = Math.floor((payable() * offer.points) / offer.value_minor);
  const most = Math.min(owned, needed);
  return most - (most % offer.step);
}

export function payAsked() {
  if (!start || !basket.lines.length) {
    note(say("emptySale"));
    $("scan").focus();
    return;
  }
  if ($("pay").open) {
    $("pay-form").requestSubmit();
    return;
  }
  fields().forEach(([, field]) => { field.value = ""; });
  $("pay-points").value = "";
  $("pay-given").value = "";
  pointsOffered();
  $("pay-total").textContent = money(payable());
  tenderChosen(tender);
  $("pay-earns").textContent = "";
  show("pay");
  // Enter takes the payment, whatever it is paid with.
  if ($("pay-cash-part").hidden) $("pay-confirm").focus();
  earningTold();
}

// What the sale brings its member, paid as it stands in the fields.
async function earningTold() {
  const made = payment();
  if (!basket.member || !isOnline() || made.problem) return;
  const content = { ...contentOf(made), sequence: 99_999_999 };
  try {
    const { moved } = await ask("rehearse", { sale: content });
    const amounts = gained(moved);
    $("pay-earns").textContent = amounts ? say("wouldEarn", { amounts }) : "";
  } catch {
    $("pay-earns").textContent = "";
  }
}

const gained = (moved) => moved.filter((each) => each.is_in)
  .map((each) => `${each.amount} ${each.asset}`).join(" · ");

function pointsOffered() {
  const offer = start.offer;
  const isOffered = Boolean(offer && basket.member);
  $("pay-points-part").hidden = !isOffered;
  if (!isOffered) return;
  const most = pointsMost();
  const isUsable = isOnline() && most > 0;
  $("pay-points").disabled = !isUsable;
  $("pay-points-all").disabled = !isUsable;
  $("pay-points-label").textContent = offer.name;
  const owned = basket.member.assets?.find((each) => each.code === offer.asset)?.spendable ?? 0;
  let hint = say("pointsMost", { points: most });
  if (!isOnline()) hint = say("awaySpend");
  else if (owned < offer.minimum_balance) {
    hint = say("pointsMinimum", { points: offer.minimum_balance, name: offer.name });
  }
  $("pay-points-hint").textContent = hint;
}

export function pointsAll() {
  $("pay-points").value = String(pointsMost());
  pointsTyped();
}

let earning = 0;

export function pointsTyped() {
  fields().forEach(([, field]) => { field.value = ""; });
  tenderChosen(tender, false);
  clearTimeout(earning);
  earning = setTimeout(earningTold, 250);
}

// The whole rest is paid with this tender.
function tenderChosen(kind, isFocused = true) {
  tender = kind;
  if (ours) $(`tender-${ours}`).value = "";
  ours = kind;
  const others = fields().filter(([each]) => each !== kind)
    .reduce((sum, [, field]) => sum + (amountOf(field) || 0), 0);
  const used = points() || 0;
  const rest = payable() - others - (used ? valueOf(used) : 0);
  $(`tender-${kind}`).value = rest > 0 ? plain(rest) : "";
  document.querySelectorAll("#tenders [data-tender]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.tender === kind));
  });
  sumsDrawn(true, isFocused);
}

function quickCash(cash) {
  const sizes = [1, 10, 50, 100].map((size) => Math.ceil(cash / (size * unit())) * size * unit());
  return [...new Set([cash, ...sizes])].sort((one, other) => one - other).slice(0, 5);
}

export function sumsDrawn(isNewCash = false, isFocused = false) {
  const cash = amountOf($("tender-cash")) || 0;
  $("pay-cash-part").hidden = cash <= 0;
  if (isNewCash) {
    $("pay-given").value = cash > 0 ? plain(cash) : "";
    if (isFocused && $("pay").open) (cash > 0 ? $("pay-given") : $("pay-confirm")).focus();
    if (isFocused && $("pay").open && cash > 0) $("pay-given").select();
  }
  filled($("quick-cash"), ...(cash > 0 ? quickCash(cash).map((amount) => el("button", {
    type: "button", className: "chip", onclick: () => {
      $("pay-given").value = plain(amount);
      sumsDrawn();
      $("pay-confirm").focus();
    } }, money(amount))) : []));
  const used = points();
  if (start.offer && used > 0) {
    $("pay-points-worth").textContent = say("points", {
      points: used, name: start.offer.name, amount: money(valueOf(used)) });
  } else {
    $("pay-points-worth").textContent = "";
  }
  const made = payment();
  const place = $("pay-change");
  if (made.problem) {
    filled(place, el("span", {}, made.problem));
    place.className = "pay-change missing";
  } else {
    filled(place, row(say("change"), money(made.change), { className: "strong" }));
    place.className = "pay-change";
  }
}

// The tenders as they stand in the fields, or what is wrong with them.
function payment() {
  const reason = offRefused();
  if (reason) return { problem: reason };
  const used = basket.member && start.offer ? points() : 0;
  if (Number.isNaN(used)) return { problem: say("notMoney", { text: $("pay-points").value }) };
  if (used > pointsMost()) return { problem: say("pointsMost", { points: pointsMost() }) };
  if (used && used % start.offer.step) {
    return { problem: say("pointsStep", { step: start.offer.step }) };
  }
  const value = used ? valueOf(used) : 0;
  const tenders = [];
  for (const [kind, field] of fields()) {
    const amount = amountOf(field);
    if (Number.isNaN(amount)) return { problem: say("notMoney", { text: field.value }) };
    if (amount > 0) tenders.push({ kind, amount_minor: amount });
  }
  const paid = tenders.reduce((sum, each) => sum + each.amount_minor, value);
  if (paid < payable()) return { problem: say("missing", { amount: money(payable() - paid) }) };
  if (paid > payable()) return { problem: say("tooMuch", { amount: money(paid - payable()) }) };
  const cash = tenders.find((each) => each.kind === "cash");
  let change = 0;
  if (cash) {
    const given = amountOf($("pay-given")) || cash.amount_minor;
    if (given < cash.amount_minor) {
      return { problem: say("missing", { amount: money(cash.amount_minor - given) }) };
    }
    cash.given_minor = given;
    change = given - cash.amount_minor;
  }
  return { tenders, points: used, value, change };
}

function contentOf(made) {
  const content = {
    occurred_at: now().toISOString(),
    lines: basket.lines,
    tenders: made.tenders,
    discount_minor: basket.discount_minor,
    rounding_minor: basket.rounding_minor,
    is_offline: !isOnline(),
    sold_by: start.staff.id,
  };
  if (made.points) Object.assign(content, { points: made.points, points_minor: made.value });
  if (basket.member) content.member = basket.member.id;
  else if (basket.named) content[basket.named.kind] = basket.named.value;
  return content;
}

// What this basket would bring somebody who joins now: “+128 beans”.
export async function wouldBring() {
  const total = payable();
  const content = { sequence: 99_999_999, occurred_at: now().toISOString(),
    lines: basket.lines, tenders: total ? [{ kind: "cash", amount_minor: total }] : [],
    discount_minor: basket.discount_minor, rounding_minor: basket.rounding_minor };
  const { moved } = await ask("rehearse", { sale: content, enrolling: true });
  return gained(moved);
}

export async function payConfirmed() {
  if (isBusy) return;
  const made = payment();
  if (made.problem) {
    sumsDrawn();
    return;
  }
  isBusy = true;
  $("pay-confirm").disabled = true;
  const slow = setTimeout(() => note(say("waitingFor")), SLOW_MS);
  try {
    const content = contentOf(made);
    const result = await queue.sold(content, { reason: basket.reason, total: payable(),
      member: basket.member?.name ?? basket.named?.value ?? "" });
    clearTimeout(slow);
    await ended(result, made);
  } catch (problem) {
    // What is missing is asked for at once, and the payment goes on after it.
    if (problem.code === "no_shift_open") noShift(problem.message);
    else refused(problem);
  } finally {
    clearTimeout(slow);
    isBusy = false;
    $("pay-confirm").disabled = false;
  }
}

async function ended(result, made) {
  if (result.refusal) {
    if (result.refusal.code !== "approval_needed") throw result.refusal;
    await allowed(result.refusal.message, async (manager) => {
      try {
        doneShown((await queue.approved(result.record, manager, basket.reason)).ticket);
      } catch (problem) {
        if (!(problem instanceof Away)) throw problem;
        doneOffline(result.record, made);
      }
    });
    return;
  }
  if (result.answer) {
    doneShown(result.answer.ticket);
    return;
  }
  if (!result.record.content.is_offline) await queue.kept(result.record);
  doneOffline(result.record, made);
}

// The receipt after a sale or a return: change first, then what was earned, why, what is left.
export function doneShown(ticket, title = say("sold")) {
  close("pay");
  $("done-title").textContent = title;
  $("done-number").textContent = say("receipt", { number: ticket.number });
  $("done-amount").textContent = money(ticket.total_minor);
  filled($("done-money"),
    ...ticket.tenders.map(([, name, amount, given]) => row(name, money(given || amount))),
    ticket.kind === "sale" && ticket.change_minor
      ? row(say("change"), money(ticket.change_minor), { className: "strong big" }) : null);
  filled($("done-moved"),
    ...ticket.moved.map((each) => row(`${each.title} · ${each.asset}`, each.amount,
      { className: each.is_in ? "in" : "out" })),
    ...ticket.balances.map(([name, after]) => row(say("after", { name }), after,
      { className: "strong" })),
    ticket.member && !ticket.moved.length ? el("p", { className: "faint" }, say("earnedNothing"))
      : null);
  $("done-member").textContent = ticket.member;
  const reasons = ticket.reasons.filter(([, text]) => text);
  $("done-why").hidden = !reasons.length;
  filled($("done-reasons"), ...reasons.map(([fired, text, rule]) => el("li",
    { className: fired ? "fired" : "quiet" }, text, rule ? el("small", {}, rule) : null)));
  $("done-hint").textContent = "";
  papersOffered(ticket.number);
  $("done-claim").hidden = !ticket.is_claimable;
  $("done-claim").dataset.number = ticket.number;
  if (ticket.kind === "sale" && title !== say("claimed")) emptied();
  show("done");
}

// On the till's own printer, if it has one; as a page in any case.
function papersOffered(number) {
  const page = $("done-print");
  page.hidden = false;
  page.href = `/pos/receipts/${number}/`;
  page.textContent = start.printer ? page.dataset.page : page.dataset.print;
  $("done-printer").hidden = !start.printer;
  $("done-printer").dataset.number = number;
}

// Sends a receipt or a shift's sheet to the till's printer; says that it went, or why not.
export async function printed(what) {
  note(say("printing"));
  const { printer } = await ask("print", what);
  note(say("printed", { printer }));
}

export const hasPrinter = () => Boolean(start?.printer);

function doneOffline(record, made) {
  close("pay");
  const number = `${record.terminal ?? start.terminal}-${String(record.sequence).padStart(6, "0")}`;
  $("done-title").textContent = say("soldOffline");
  $("done-number").textContent = say("receipt", { number });
  $("done-amount").textContent = money(goods() - basket.discount_minor - basket.rounding_minor);
  const names = new Map(start.tenders);
  filled($("done-money"),
    ...made.tenders.map((each) => row(names.get(each.kind),
      money(each.given_minor ?? each.amount_minor))),
    made.change ? row(say("change"), money(made.change), { className: "strong big" }) : null);
  filled($("done-moved"));
  $("done-member").textContent = record.meta.member;
  $("done-why").hidden = true;
  $("done-hint").textContent = record.content.is_offline ? say("soldOfflineHint") : say("unsure");
  $("done-print").hidden = true;
  $("done-printer").hidden = true;
  $("done-claim").hidden = true;
  emptied();
  show("done");
}

