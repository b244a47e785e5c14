// Sales on their way. Each is written down with its number before it is sent, sent in order, and
// forgotten only when the server has answered for it: so it arrives, and it counts once.

import { say } from "./screens.js";
import { Away, Refused, Stumbled, ask, isOnline, isPassing } from "./server.js";
import * as store from "./store.js";

const isLater = (code) => code === "no_shift_open" || isPassing(code);
// So often the server may fail over one sale; then a person looks, and the rest goes on.
const STUMBLES_MAX = 3;
const listeners = [];
const results = new Map();
let sending = null;
let isAskedAgain = false;

export function onChange(listener) {
  listeners.push(listener);
}

async function told() {
  const all = await store.everything("queue");
  listeners.forEach((listener) => listener(all));
}

export async function waiting() {
  return store.everything("queue");
}

// Writes a sale down under the next number and sends it. Answers {record} with either `answer`,
// or `refusal`, or neither: then it waits for the server.
export async function sold(content, meta) {
  const record = await store.numbered({ content, meta, made_at: Date.now(), trouble: "" });
  await told();
  if (content.is_offline) {
    deliver();
    return { record };
  }
  await deliver();
  const found = results.get(record.sequence);
  results.delete(record.sequence);
  return { record, ...found };
}

// The same sale once more with a manager's approval, which is never written down.
export async function approved(record, approval, reason) {
  try {
    const answer = await ask("sale", { sale: record.content, approval, reason }, record.terminal);
    await forgotten(record.sequence);
    return answer;
  } catch (problem) {
    // Perhaps it was booked and only the answer is lost: asked again, the server knows. If it was
    // not, it says that a manager is needed, and she is asked again.
    if (problem instanceof Away) await kept(record);
    throw problem;
  }
}

// A sale that was refused once more, if need be with a manager's approval.
export async function again(record, approval = null) {
  try {
    const reason = record.meta?.reason ?? "";
    await ask("sale", { sale: record.content, approval, reason }, record.terminal);
  } catch (problem) {
    if (problem instanceof Refused) {
      await store.keep("queue", { ...record, is_trouble: true, trouble: problem.message });
    }
    throw problem;
  }
  await forgotten(record.sequence);
}

export async function forgotten(sequence) {
  await store.drop("queue", sequence);
  await told();
}

export async function changed(record, content) {
  await store.keep("queue", { ...record, content, trouble: "", is_trouble: false });
  await told();
  return deliver();
}

// Asked while it is sending, it looks once more afterwards: what it asked for may have come late.
export function deliver() {
  isAskedAgain = Boolean(sending);
  sending ??= locked(inOrder).finally(() => {
    sending = null;
    if (isAskedAgain) deliver().catch(() => {});
  });
  return sending;
}

// Two tabs don't send at once; where there are no locks, the server's keys still count it once.
function locked(work) {
  return navigator.locks ? navigator.locks.request("regulars-queue", work) : work();
}

// What can't be sent yet holds up what was made under the same number after it, and nothing else.
async function inOrder() {
  const heldUp = new Set();
  for (;;) {
    const next = (await store.everything("queue"))
      .find((each) => !each.is_trouble && !heldUp.has(each.terminal));
    if (!next) break;
    const stop = await sent(next);
    await told();
    if (stop && !isOnline()) break;
    if (stop) heldUp.add(next.terminal);
  }
}

async function sent(record) {
  try {
    const answer = await ask("sale", { sale: record.content, reason: record.meta?.reason ?? "" },
      record.terminal);
    results.set(record.sequence, { answer });
    await store.drop("queue", record.sequence);
    return false;
  } catch (problem) {
    if (problem instanceof Stumbled) return stumbled(record);
    if (problem instanceof Away) return true;
    if (!(problem instanceof Refused)) throw problem;
    results.set(record.sequence, { refusal: problem });
    if (!record.content.is_offline && Date.now() - record.made_at < 60_000 && !record.meta?.unsure) {
      // The customer still stands here: nothing was booked, and the cashier is told why.
      await store.drop("queue", record.sequence);
      return isLater(problem.code);
    }
    if (isLater(problem.code)) {
      await store.keep("queue", { ...record, waits: waitsFor(record, problem) });
      return true;
    }
    await store.keep("queue", { ...record, is_trouble: true, trouble: problem.message });
    return false;
  }
}

// Why a number can't be taken along was said better than that it is not known.
export const waitsFor = (record, problem) => (
  problem.code === "unknown_terminal" && record.waits ? record.waits : problem.message);

// Answers whether the others have to wait behind it.
async function stumbled(record) {
  const stumbles = (record.stumbles ?? 0) + 1;
  const isTrouble = stumbles >= STUMBLES_MAX;
  await store.keep("queue", { ...record, stumbles, is_trouble: isTrouble,
    trouble: isTrouble ? say("stumbled") : "" });
  return !isTrouble;
}

// What was made under a number that can't be this till's any more is sent under one that is.
export async function renumbered(record) {
  const number = `${record.terminal}-${String(record.sequence).padStart(6, "0")}`;
  const reason = [record.meta?.reason, say("formerNumber", { number })].filter(Boolean).join(" · ");
  await store.renumbered(record, { meta: { ...record.meta, reason: reason.slice(0, 200) },
    is_strange: false, is_trouble: Boolean(record.is_refund), trouble: record.is_refund
      ? say("away") : "" });
  await told();
  return deliver();
}

// What waits under one of the till's numbers: why, or that it waits no longer.
export async function numberNoted(terminal, more) {
  for (const each of await store.everything("queue")) {
    if (each.terminal === terminal) await store.keep("queue", { ...each, ...more });
  }
  await told();
}

export async function kept(record) {
  await store.keep("queue", { ...record, meta: { ...record.meta, unsure: true } });
  await told();
}
