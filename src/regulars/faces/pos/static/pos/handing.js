// A shift that is handed over. With it ends the session of whoever handed over: if the answer is
// lost, only the key under which it was sent can still tell what became of it. So it is kept here,
// without the PIN, until the till knows.

import { $, close, note, refused, say, show } from "./screens.js";
import { Away, ask } from "./server.js";
import * as store from "./store.js";

const KEPT = "handing";
let done = async () => {};

export const waiting = () => store.get(KEPT);

const forgotten = () => store.put(KEPT, null);

// The same count to the same person goes under the same key.
function isSame(kept, asked) {
  return kept && JSON.stringify([kept.shift, kept.counted, kept.note, kept.next])
    === JSON.stringify([asked.shift, asked.counted, asked.note, asked.next]);
}

// Hands over, and answers the sheet of the closed shift and the next one.
export async function handedOver(asked, pin) {
  const kept = await waiting();
  const record = isSame(kept, asked) ? kept
    : { ...asked, name: $("close-next").selectedOptions[0].textContent, key: store.freshKey() };
  await store.put(KEPT, record);
  return sent(record, pin);
}

async function sent({ shift, counted, note: text, next, key }, pin) {
  let answer;
  try {
    answer = await ask("shift/hand-over",
      { shift, counted, note: text, key, next: { staff: next, pin } });
  } catch (problem) {
    if (problem instanceof Away) throw new Error(say("unsureHanding"));
    // A wrong PIN or an ended session says nothing about what was sent before.
    if (!["pin_refused", "pin_locked", "sign_in_needed"].includes(problem.code)) await forgotten();
    throw problem;
  }
  await forgotten();
  return answer;
}

// The page begins, and nobody is signed in: perhaps because the hand-over arrived. Whoever took over
// shows her PIN; answers whether she is asked.
export async function askedFor(then) {
  const kept = await waiting();
  if (!kept) return false;
  done = then;
  $("handed-form").reset();
  $("handed-what").textContent = say("handedPerhaps", { number: kept.number, name: kept.name });
  $("handed-pin-label").textContent = say("pinOf", { name: kept.name });
  show("handed");
  return true;
}

export async function handedConfirmed() {
  try {
    const answer = await sent(await waiting(), $("handed-pin").value);
    close("handed");
    await done(answer);
  } catch (problem) {
    if (problem.code === "sign_in_needed") signInAsked();
    else refused(problem);
    $("handed-pin").select();
  }
}

export function signInAsked() {
  window.location.assign(`/console/sign-in/?next=${encodeURIComponent("/pos/")}`);
}

// Somebody is signed in, and the server says which shift is open: now it is known.
export async function settledBy(shift) {
  const kept = await waiting();
  if (!kept) return;
  await forgotten();
  if (shift?.id === kept.shift) {
    note(say("notHanded", { number: kept.number, name: kept.name }), "bad");
  } else if (shift?.number === kept.number + 1 && shift.opened_by === kept.next) {
    note(say("wasHanded", { number: kept.number, name: kept.name, next: shift.number }));
  }
}
