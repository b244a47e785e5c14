// The till's page: it begins with the server, or with what it kept when there is none; its keys,
// its one scan box, and the queue at its edge.

import * as basket from "./basket.js";
import * as drawer from "./drawer.js";
import * as finding from "./finding.js";
import * as handing from "./handing.js";
import { moneyShaped } from "./money.js";
import * as numbering from "./numbering.js";
import * as paying from "./paying.js";
import * as queue from "./queue.js";
import * as relieving from "./relieving.js";
import * as returning from "./returning.js";
import * as server from "./server.js";
import * as shifting from "./shifting.js";
import {
  $, awayOver, close, closeAll, managersKnown, note, refused, say, topDialog,
} from "./screens.js";
import * as store from "./store.js";
import * as waiting from "./waiting.js";

const RECEIPT = /^\d{1,8}-\d{6,8}$/;
const SCAN_GAP_MS = 40;
const SCAN_LENGTH = 5;

const tried = (work) => Promise.resolve().then(work).catch(async (problem) => {
  // Perhaps nobody is signed in because a hand-over arrived whose answer did not.
  const isAsked = problem?.code === "sign_in_needed" && !topDialog()
    && await handing.askedFor(shifting.closedShown);
  if (!isAsked) refused(problem);
});

// A scanner types faster than a person, and ends with Enter.
const keys = { text: "", last: 0, isFast: true };

function keyCounted(event) {
  const now = event.timeStamp;
  if (now - keys.last > 500) {
    keys.text = "";
    keys.isFast = true;
  } else if (keys.text && now - keys.last > SCAN_GAP_MS) {
    keys.isFast = false;
  }
  keys.last = now;
  if (event.key.length === 1) keys.text += event.key;
}

function scannedText() {
  const text = keys.isFast && keys.text.length >= SCAN_LENGTH ? keys.text : "";
  keys.text = "";
  keys.isFast = true;
  return text;
}

async function scanned(text) {
  if (RECEIPT.test(text)) await returning.opened(text);
  else await finding.found(text);
}

async function typed(text) {
  const clean = text.trim();
  if (!clean) return;
  if (RECEIPT.test(clean)) await returning.opened(clean);
  else if (/^\d{11,}$/.test(clean) || !basket.typed(clean)) {
    if (/^[\d.,]+$/.test(clean) && clean.length < 11) {
      note(say("notAnAmount", { text: clean }), "bad");
      return;
    }
    await finding.found(clean);
  }
}

function scanEntered(event) {
  event.preventDefault();
  const text = $("scan").value;
  const isScan = scannedText() === text.trim() && text.trim().length >= SCAN_LENGTH;
  $("scan").value = "";
  note("");
  tried(() => (isScan && !/[.,]/.test(text) ? scanned(text.trim()) : typed(text)));
}

const byKey = {
  F2: () => { closeAll(); $("scan").focus(); $("scan").select(); },
  F3: () => { closeAll(); finding.findAsked(); },
  F4: () => tried(shifting.parked),
  F5: () => tried(shifting.recallAsked),
  F8: () => basket.discountAsked(),
  F9: () => paying.payAsked(),
};

function keyPressed(event) {
  if (event.isComposing) return;
  keyCounted(event);
  const isPay = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  const name = isPay ? "F9" : event.key;
  const isOurs = byKey[name] && !event.altKey && !event.shiftKey
    && (isPay || !(event.ctrlKey || event.metaKey));
  if (isOurs) {
    event.preventDefault();
    const top = topDialog();
    if (!event.repeat && (!top || name === "F2" || (name === "F9" && top.id === "pay"))) {
      byKey[name]();
    } else if (!event.repeat && top.id === "done" && name !== "F9") {
      close("done");
      byKey[name]();
    }
  } else if (event.key === "Escape" && !topDialog()) {
    event.preventDefault();
    tried(basket.cleared);
  } else if (event.key === "Enter" && !topDialog() && document.activeElement !== $("scan")) {
    // A scan that came while nothing had the focus.
    const text = scannedText();
    if (text) {
      event.preventDefault();
      tried(() => scanned(text));
    }
  } else if (event.key.length === 1 && !topDialog() && !event.ctrlKey && !event.metaKey
    && !/^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(document.activeElement.tagName)) {
    $("scan").focus();
  }
}

function padPressed(event) {
  const key = event.target.closest("button")?.dataset.key;
  if (!key) return;
  const box = $("scan");
  if (key === "back") box.value = box.value.slice(0, -1);
  else if (key === "enter") scanEntered(event);
  else box.value += key;
}

function wired(id, event, work) {
  $(id).addEventListener(event, (happened) => {
    if (event === "submit") happened.preventDefault();
    tried(() => work(happened));
  });
}

// Where the page's own pad is pressed with fingers, the system's keyboard stays away.
function padChosen() {
  const isTouched = window.matchMedia("(pointer: coarse) and (min-width: 761px)").matches;
  $("scan").inputMode = isTouched ? "none" : "decimal";
}

function allWired() {
  padChosen();
  document.addEventListener("keydown", keyPressed, { capture: true });
  $("scan-form").addEventListener("submit", scanEntered);
  $("pad").addEventListener("click", padPressed);
  wired("find-form", "submit", () => finding.found($("find-text").value));
  wired("find-enrol", "click", () => finding.enrolAsked($("find-enrol").dataset.phone, true));
  wired("member-find", "click", () => finding.findAsked());
  wired("member-change", "click", finding.memberGone);
  wired("named-change", "click", finding.memberGone);
  wired("member-enrol", "click", () => finding.enrolAsked());
  wired("enrol-form", "submit", finding.enrolled);
  wired("cards-form", "submit", finding.cardGiven);
  wired("member-cards", "click", finding.cardsAsked);
  wired("pay-button", "click", paying.payAsked);
  wired("pay-form", "submit", paying.payConfirmed);
  wired("pay-points", "input", paying.pointsTyped);
  wired("pay-points-all", "click", paying.pointsAll);
  wired("pay-given", "input", () => paying.sumsDrawn());
  wired("discount-button", "click", basket.discountAsked);
  wired("discount-form", "submit", basket.discountGiven);
  wired("park-button", "click", shifting.parked);
  wired("recall-button", "click", shifting.recallAsked);
  wired("clear-button", "click", basket.cleared);
  wired("receipts-button", "click", returning.receiptsAsked);
  wired("receipt-form", "submit", () => returning.opened($("receipt-number").value.trim()));
  wired("refund-amount", "input", returning.refundShown);
  wired("refund-form", "submit", returning.refundConfirmed);
  wired("shift-button", "click", shifting.shiftAsked);
  wired("open-form", "submit", shifting.shiftOpened);
  wired("close-form", "submit", shifting.shiftClosed);
  wired("cashier-button", "click", relieving.cashierAsked);
  wired("cashier-form", "submit", relieving.cashierChanged);
  wired("close-next", "change", shifting.nextChosen);
  wired("cash-button", "click", drawer.cashAsked);
  wired("cash-form", "submit", drawer.cashMoved);
  wired("handed-form", "submit", handing.handedConfirmed);
  wired("handed-sign-in", "click", handing.signInAsked);
  wired("queue-button", "click", waiting.shown);
  wired("dismiss-form", "submit", waiting.dismissConfirmed);
  wired("done-printer", "click",
    () => paying.printed({ receipt: $("done-printer").dataset.number }));
  wired("done-claim", "click", () => returning.claimAsked($("done-claim").dataset.number));
  wired("done-form", "submit", () => close("done"));
  document.querySelectorAll("dialog").forEach((dialog) => {
    dialog.addEventListener("close", () => { if (!topDialog()) $("scan").focus(); });
    dialog.querySelectorAll("[data-close]").forEach((button) =>
      button.addEventListener("click", () => dialog.close()));
  });
  // What a dialog of a question answers is the value of the button that closes it.
  ["confirm", "approve"].forEach((id) => {
    $(`${id}-form`).addEventListener("submit", (event) => {
      event.preventDefault();
      $(id).close("yes");
    });
  });
}

function connectionShown(online) {
  $("connection").textContent = say(online ? "online" : "offline");
  $("connection").classList.toggle("away", !online);
  document.documentElement.dataset.online = online ? "yes" : "no";
  if (!online) return;
  awayOver();
  drawer.deliver().catch(() => {});
  queue.deliver().catch(() => {});
  finding.memberAskedFor().catch(() => {});
  handingCleared().catch(() => {});
}

// What became of a hand-over whose answer was lost is asked as soon as somebody answers.
async function handingCleared() {
  if (await handing.waiting() && !topDialog()) await started();
}

async function begun(snapshot) {
  moneyShaped(snapshot);
  $("store-name").textContent = snapshot.store.name;
  $("till-name").textContent = `${snapshot.device} · ${snapshot.terminal ?? ""}`;
  $("cashier-name").textContent = snapshot.staff.name;
  server.introduced(snapshot.token, snapshot.terminal);
  managersKnown(snapshot.managers ?? []);
  relieving.cashiersKnown(snapshot, started);
  paying.paymentShaped(snapshot);
  basket.limitsKnown(snapshot);
  basket.categoriesDrawn([...snapshot.categories]);
  shifting.shiftKnown(snapshot.shift);
  $("trouble-count").hidden = !snapshot.troubles;
  $("trouble-count").textContent = String(snapshot.troubles);
}

// A till without a number gets one; it is kept with its count in this browser. Answers whether the
// server knows this till.
async function started() {
  const terminal = await store.get("terminal");
  server.introduced("", terminal);
  let snapshot = null;
  let isKnown = true;
  try {
    snapshot = await server.ask("start").catch(async (problem) => {
      if (problem.code !== "unknown_terminal") throw problem;
      server.introduced("", null);
      return server.ask("start");
    });
    const number = await numbering.numberNow(snapshot, terminal);
    if (number !== snapshot.terminal) {
      server.introduced(snapshot.token, number);
      snapshot = await server.ask("start");
    }
    await store.counted(snapshot.sequence);
    snapshot.ahead_ms = server.clockAhead();
    await store.put("snapshot", snapshot);
  } catch (problem) {
    if (problem.code === "sign_in_needed") {
      if (!await handing.askedFor(shifting.closedShown)) {
        handing.signInAsked();
        return;
      }
    }
    if (problem.code === "first_step_missing") {
      // The console leads on to what is missing.
      window.location.assign("/console/");
      return;
    }
    snapshot = await store.get("snapshot");
    if (!snapshot) throw problem;
    snapshot.terminal ??= terminal;
    server.clockKnown(snapshot.ahead_ms ?? 0);
    if (!(problem instanceof server.Away)) note(problem.message, "bad");
    isKnown = false;
  }
  await begun(snapshot);
  if (isKnown) numbering.told();
  if (isKnown) await handing.settledBy(snapshot.shift);
  return isKnown;
}

async function keptForOffline() {
  if (!("serviceWorker" in navigator)) {
    $("no-worker").hidden = false;
    $("no-worker").textContent = say("noSecure");
    return;
  }
  await navigator.serviceWorker.register("/pos/sw.js", { scope: "/pos/" });
}

async function main() {
  allWired();
  basket.onChange(finding.memberDrawn);
  queue.onChange(waiting.counted);
  drawer.onChange(waiting.counted);
  server.onChange(connectionShown);
  paying.onNoShift(shifting.openingShown);
  const isKnown = await started();
  await basket.restored();
  await shifting.parkedForgotten();
  await waiting.counted();
  connectionShown(server.isOnline());
  $("scan").focus();
  // What a quick hand types from here on is the drawer's float: the question stands already.
  if (isKnown && !shifting.shiftNow() && server.isOnline()) shifting.openingShown();
  document.documentElement.dataset.ready = "yes";
  await keptForOffline();
}

main().catch(refused);
