// Another cashier at this till, by her PIN.

import { $, awayNote, close, el, filled, note, refused, say, show } from "./screens.js";
import { ask, isOnline } from "./server.js";

let known = [];
let begin = async () => {};

export function cashiersKnown(snapshot, then) {
  begin = then;
  known = (snapshot.cashiers ?? []).filter((each) => each.id !== snapshot.staff.id);
}

export const options = () => known.map((each) => el("option", { value: each.id }, each.name));

export function cashierAsked() {
  $("cashier-button").closest("details").open = false;
  if (!isOnline()) {
    awayNote(say("awayRefund"));
    return;
  }
  if (!known.length) {
    note(say("noCashier"), "bad");
    return;
  }
  $("cashier-form").reset();
  filled($("cashier-who"), ...options());
  show("cashier");
}

export async function cashierChanged() {
  try {
    await ask("cashier", { staff: $("cashier-who").value, pin: $("cashier-pin").value });
  } catch (problem) {
    refused(problem);
    $("cashier-pin").select();
    return;
  }
  close("cashier");
  await tookOver();
}

// The page begins again for whoever stands here now; the sale that is being made stays.
export async function tookOver() {
  await begin();
  note(say("tookOver", { name: $("cashier-name").textContent }), "good");
  $("scan").focus();
}
