// Cash that goes into the drawer or out of it without a sale. Each movement is written down here
// under its key before it is sent, and forgotten only when the server has written it down too, or
// when a person has said why it shall not be: whatever is lost on the way, it counts once.

import { money, parsed } from "./money.js";
import { waitsFor } from "./queue.js";
import { $, awayNote, close, el, filled, note, refused, say, show } from "./screens.js";
import { Away, Refused, Stumbled, ask, isPassing, now } from "./server.js";
import * as store from "./store.js";

const KEPT = "cash";
// So often the server may fail over one movement; then a person looks, and the rest goes on.
const STUMBLES_MAX = 3;
const listeners = [];
let moves = [];
let isBusy = false;
let sending = null;

// What the server knows of the open shift.
export function movesKnown(known) {
  moves = known;
}

export const waiting = async () => (await store.get(KEPT)) ?? [];

export function onChange(listener) {
  listeners.push(listener);
}

const changed = () => listeners.forEach((listener) => listener());

export async function cashAsked() {
  close("shift-close");
  $("cash-form").reset();
  const kept = await waiting();
  filled($("cash-list"),
    ...kept.map((each) => line(say(each.is_trouble ? "toSettle" : "waiting"), each)),
    ...moves.map((each) => line(each.when, each)));
  show("cash");
}

const line = (when, each) => el("li", {}, el("span", { className: "faint" }, when),
  el("span", {}, each.reason), el("span", { className: "amount" }, money(each.amount_minor)));

export async function cashMoved() {
  const amount = parsed($("cash-amount").value);
  if (Number.isNaN(amount) || !amount) {
    refused(new Error(say("notMoney", { text: $("cash-amount").value })));
    $("cash-amount").focus();
    return;
  }
  if (isBusy) return;
  isBusy = true;
  const isOut = $("cash-form").elements["cash-way"].value === "out";
  const record = { key: store.freshKey(), amount_minor: isOut ? -amount : amount,
    reason: $("cash-reason").value.trim(), terminal: await store.get("terminal"),
    occurred_at: now().toISOString() };
  try {
    await store.listed(KEPT, (all) => [...all, record]);
    await sent(record);
    close("cash");
    note(told(record), "good");
  } catch (problem) {
    if (!(problem instanceof Away || isLater(problem))) {
      // She stands here with the words before her: nothing was written down, and she reads why.
      await forgotten(record.key);
      throw problem;
    }
    close("cash");
    if (problem instanceof Away) awayNote(say("unsureCash", { amount: money(amount) }));
    else note(say("cashWaits", { amount: money(amount), reason: problem.message }), "bad");
  } finally {
    isBusy = false;
    changed();
  }
  $("scan").focus();
}

// What says nothing about the cash itself: it waits until that is over.
const isLater = (problem) => problem.code === "no_shift_open" || isPassing(problem.code);

const told = (record) => say(record.amount_minor < 0 ? "cashOut" : "cashIn",
  { amount: money(Math.abs(record.amount_minor)) });

// Sends what waits. Each ends with a sentence: moved, or refused and why; what was refused stays
// until a person has settled it.
export function deliver() {
  sending ??= allSent().finally(() => {
    sending = null;
    changed();
  });
  return sending;
}

async function allSent() {
  for (const record of (await waiting()).filter((each) => !each.is_trouble)) {
    try {
      await sent(record);
      note(told(record), "good");
    } catch (problem) {
      if (await isOver(record, problem)) return;
    }
  }
}

// Notes what kept a movement from being written down; answers whether the others have to wait too.
async function isOver(record, problem) {
  if (problem instanceof Stumbled) {
    const stumbles = (record.stumbles ?? 0) + 1;
    const isTrouble = stumbles >= STUMBLES_MAX;
    await noted(record.key, { stumbles, is_trouble: isTrouble,
      trouble: isTrouble ? say("stumbledCash") : "" });
    return !isTrouble;
  }
  if (problem instanceof Away) return true;
  if (!(problem instanceof Refused)) throw problem;
  if (isLater(problem)) {
    await noted(record.key, { waits: waitsFor(record, problem) });
    return false;
  }
  await noted(record.key, { is_trouble: true, trouble: problem.message });
  note(say("cashRefused", { amount: money(Math.abs(record.amount_minor)),
    reason: problem.message }), "bad");
  return false;
}

// Once more, by hand, what was refused.
export async function again(record) {
  try {
    await sent(record);
    note(told(record), "good");
  } catch (problem) {
    if (problem instanceof Refused && !isPassing(problem.code)) {
      await noted(record.key, { trouble: problem.message });
    }
    throw problem;
  } finally {
    changed();
  }
}

// A person says that it shall not be written down, and why; that stands in the server's log.
export async function dismissed(record, why) {
  const { key, amount_minor, reason, terminal } = record;
  try {
    await ask("cash/dismiss", { key, amount_minor, reason, why }, terminal);
  } catch (problem) {
    // It had arrived after all, and only the answer was lost.
    if (problem.code !== "cash_move_known") throw problem;
    note(told(record), "good");
  }
  await forgotten(key);
  changed();
}

// Cash has no number of its own: it only goes over to the till's number of now.
export async function renumbered(record) {
  await noted(record.key, { terminal: await store.get("terminal"), is_strange: false,
    is_trouble: false, trouble: "" });
  changed();
  return deliver();
}

export async function numberNoted(terminal, more) {
  await store.listed(KEPT, (all) => all.map((each) =>
    (each.terminal === terminal ? { ...each, ...more } : each)));
  changed();
}

async function sent({ key, amount_minor, reason, terminal }) {
  moves = (await ask("cash", { key, amount_minor, reason }, terminal)).moves;
  await forgotten(key);
}

const noted = (key, more) => store.listed(KEPT, (all) => all.map((each) =>
  (each.key === key ? { ...each, ...more } : each)));

const forgotten = (key) => store.listed(KEPT, (all) => all.filter((each) => each.key !== key));
