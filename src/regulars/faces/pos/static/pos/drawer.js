// Cash that goes into the drawer or out of it without a sale. Each movement is written down here
// under its key before it is sent, and forgotten only when the server has answered for it: whatever
// is lost on the way, it counts once.

import { money, parsed } from "./money.js";
import { $, awayNote, close, el, filled, note, refused, say, show } from "./screens.js";
import { Away, ask, isPassing } from "./server.js";
import * as store from "./store.js";

const KEPT = "cash";
let moves = [];
let isBusy = false;
let sending = null;

// What the server knows of the open shift.
export function movesKnown(known) {
  moves = known;
}

export const waiting = async () => (await store.get(KEPT)) ?? [];

export async function cashAsked() {
  close("shift-close");
  $("cash-form").reset();
  const kept = await waiting();
  filled($("cash-list"),
    ...kept.map((each) => line(say("waiting"), each)),
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
    reason: $("cash-reason").value.trim(), terminal: await store.get("terminal") };
  try {
    await store.listed(KEPT, (all) => [...all, record]);
    await sent(record);
    close("cash");
    note(told(record), "good");
  } catch (problem) {
    if (!isKept(problem)) throw problem;
    close("cash");
    awayNote(say("unsureCash", { amount: money(amount) }));
  } finally {
    isBusy = false;
  }
  $("scan").focus();
}

const isKept = (problem) => problem instanceof Away || isPassing(problem.code);

const told = (record) => say(record.amount_minor < 0 ? "cashOut" : "cashIn",
  { amount: money(Math.abs(record.amount_minor)) });

// Sends what waits. Each ends with a sentence: moved, or refused and why.
export function deliver() {
  sending ??= allSent().finally(() => { sending = null; });
  return sending;
}

async function allSent() {
  for (const record of await waiting()) {
    try {
      await sent(record);
      note(told(record), "good");
    } catch (problem) {
      if (isKept(problem)) return;
      note(say("cashRefused", { amount: money(Math.abs(record.amount_minor)),
        reason: problem.message }), "bad");
    }
  }
}

async function sent({ key, amount_minor, reason, terminal }) {
  try {
    moves = (await ask("cash", { key, amount_minor, reason }, terminal)).moves;
  } catch (problem) {
    if (!isKept(problem)) await forgotten(key);
    throw problem;
  }
  await forgotten(key);
}

const forgotten = (key) => store.listed(KEPT, (all) => all.filter((each) => each.key !== key));
