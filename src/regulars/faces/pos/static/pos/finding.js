// Members at the till: found in one step, enrolled in ten seconds, and their cards.

import { basket, changed, goods } from "./basket.js";
import { $, awayNote, close, confirmed, el, filled, note, refused, say, show } from "./screens.js";
import { Away, ask, isOnline } from "./server.js";
import * as paying from "./paying.js";

let chosenHook = null;

export function memberDrawn() {
  const member = basket.member;
  $("member-none").hidden = Boolean(member || basket.named);
  $("member-card").hidden = !member;
  $("member-named").hidden = !basket.named;
  if (basket.named) {
    $("member-named-text").textContent = say("named", { number: basket.named.value });
  }
  if (!member) return;
  $("member-initial").textContent = member.initial ?? "·";
  $("member-name").textContent = member.name ?? say("memberLater");
  $("member-phone").textContent = member.phone === member.name ? "" : member.phone ?? "";
  const level = member.levels?.[0];
  filled($("member-marks"),
    level ? el("span", { className: "badge good" }, level.name) : null,
    member.birthday ? el("span", { className: "badge warn" }, `🎂 ${say("birthday")}`) : null,
    member.is_frozen ? el("span", { className: "badge bad" }, say("frozen")) : null);
  filled($("member-assets"), ...(member.assets ?? []).map((each) => el("div", {},
    el("dt", {}, each.name),
    el("dd", {}, each.shown, each.debt
      ? el("small", { className: "bad-text" }, say("debt", { amount: each.debt })) : null))));
  const gifts = giftsOf(member);
  filled($("member-more"),
    gifts ? el("p", { className: "brings" }, say("forJoining", { gifts })) : null,
    level?.progress ? el("p", {}, level.progress) : null,
    el("p", { className: "faint" }, member.last_visit
      ? say("lastVisit", { day: member.last_visit }) : say("firstVisit")));
}

export function memberTaken(member) {
  basket.member = member;
  basket.named = null;
  changed();
}

// Of a recalled sale only the member's id was kept; who she is is asked when that can be.
export async function memberAskedFor() {
  const member = basket.member;
  if (!member || member.name) return;
  const known = await ask("look", { q: member.id });
  if (basket.member === member) memberTaken(known);
}

export function memberGone() {
  basket.member = null;
  basket.named = null;
  changed();
  $("scan").focus();
}

// F3. With `chosen` the member is for something else than this sale.
export function findAsked(text = "", chosen = null) {
  chosenHook = chosen;
  $("find-text").value = text;
  filled($("found"));
  $("find-enrol").hidden = true;
  show("find");
}

// What was scanned, or typed into the member's box: one is taken, of several one is chosen.
export async function found(text) {
  const clean = text.trim();
  if (!clean) return;
  let members;
  try {
    members = (await ask("find", { q: clean })).members;
  } catch (problem) {
    if (!(problem instanceof Away)) throw problem;
    if (chosenHook) throw problem;
    namedForLater(clean);
    return;
  }
  if (members.length === 1) {
    taken(members[0]);
    return;
  }
  if (!$("find").open) findAsked(clean, chosenHook);
  const list = members.map((member) => el("li", {}, el("button", {
    type: "button", onclick: () => chosen(member.id).catch(refused) },
    el("span", { className: "avatar" }, member.initial),
    el("span", { className: "name" }, member.name),
    el("span", { className: "faint" }, member.phone))));
  filled($("found"), ...list);
  $("found").querySelector("button")?.focus();
  const canEnrol = !members.length && /^\+?\d{7,15}$/.test(clean.replace(/[\s-]/g, ""));
  const button = $("find-enrol");
  button.hidden = members.length > 0;
  if (!members.length) {
    button.dataset.phone = canEnrol ? clean : "";
    button.textContent = canEnrol ? button.dataset.number : button.dataset.plain;
    note(canEnrol ? say("nobody") : say("nothing", { text: clean }));
    if (canEnrol) button.focus();
    else $("find-text").select();
  }
}

async function chosen(id) {
  taken(await ask("look", { q: id }));
}

function taken(member) {
  close("find");
  const hook = chosenHook;
  chosenHook = null;
  if (hook) hook(member);
  else memberTaken(member);
  $("scan").focus();
}

function namedForLater(text) {
  const digits = text.replace(/[\s-]/g, "");
  const kind = /^\+?\d{7,15}$/.test(digits) ? "phone" : "card";
  basket.member = null;
  basket.named = { kind, value: digits };
  changed();
  close("find");
  note(say("awayFind"));
  $("scan").focus();
}

// What the customer is asked, each with the text to read; the needed ones must be ticked.
function consentsDrawn(texts) {
  filled($("enrol-consents"), ...texts.map((each) => el("div", { className: "consent" },
    el("label", { className: "tick" },
      el("input", {
        type: "checkbox", required: each.is_needed,
        data: { purpose: each.purpose, version: each.version } }),
      el("span", {}, each.title, el("small", { className: "faint" },
        each.is_needed ? say("consentNeeded") : say("consentFree")))),
    el("details", {},
      el("summary", {}, say("consentRead")),
      el("p", {}, each.body)))));
}

// Enrolment: phone, consent, and what this basket would bring.
export async function enrolAsked(phone = "", isFound = false) {
  if (!isFound) chosenHook = null;
  close("find");
  if (!isOnline()) {
    if (phone) {
      namedForLater(phone);
    } else {
      findAsked();
      note(say("awayEnrol"));
    }
    return;
  }
  const { texts } = await ask("consents");
  consentsDrawn(texts);
  $("enrol-form").reset();
  $("enrol-phone").value = phone;
  $("enrol-brings").textContent = "";
  show("enrol");
  if (phone) $("enrol-name").focus();
  if (goods() > 0) {
    paying.wouldBring().then((amounts) => {
      if (amounts) $("enrol-brings").textContent = say("wouldHaveEarned", { amounts });
    }).catch(() => {});
  }
}

export async function enrolled() {
  const ticked = $("enrol-consents").querySelectorAll("input:checked");
  const member = await ask("enrol", {
    phone: $("enrol-phone").value.trim(),
    name: $("enrol-name").value.trim(),
    agreed: Object.fromEntries(
      [...ticked].map((each) => [each.dataset.purpose, each.dataset.version])),
  });
  close("enrol");
  taken(member);
  note(welcome(member), "good");
  $("scan").focus();
}

function welcome(member) {
  if (!member.is_new) return say("isMember");
  const gifts = giftsOf(member);
  return say(gifts ? "enrolledWith" : "enrolled", { name: member.name, gifts });
}

const giftsOf = (member) => (member.gifts ?? [])
  .map((each) => `${each.amount} ${each.asset}`).join(" · ");

// Cards: lost, replaced, or given for the first time.
export function cardsAsked() {
  if (!basket.member) {
    findAsked("", (member) => { memberTaken(member); cardsAsked(); });
    return;
  }
  if (!isOnline()) {
    awayNote(say("awayRefund"));
    return;
  }
  cardsDrawn();
  show("cards");
}

function cardsDrawn() {
  const cards = basket.member.cards ?? [];
  $("cards-member").textContent = basket.member.name;
  filled($("card-list"), ...cards.map((card) => el("li", {},
    el("span", { className: "code" }, card.shown),
    el("span", { className: `badge ${card.state === "bound" ? "good" : "bad"}` },
      card.state === "bound" ? say("cardBound") : say("cardLost")),
    card.state === "bound" ? el("button", { type: "button", className: "button small",
      onclick: () => lost(card).catch(refused) }, $("cards").dataset.lost) : null)));
  if (!cards.length) filled($("card-list"), el("li", { className: "faint" }, say("noCards")));
  $("card-new").value = "";
}

async function lost(card) {
  const sure = await confirmed(say("lostQuestion", { card: card.shown }), say("lostHint"),
    $("cards").dataset.lost);
  if (!sure) return;
  const member = await ask("card-lost", {
    member: basket.member.id, place: card.place, shown: card.shown });
  memberTaken(member);
  cardsDrawn();
  note(say("lostDone", { card: card.shown }), "good");
  $("card-new").focus();
}

export async function cardGiven() {
  const cards = basket.member.cards ?? [];
  const old = cards.find((each) => each.state === "lost") ?? cards[0];
  const member = await ask("card-new", {
    member: basket.member.id,
    place: old ? old.place : -1,
    shown: old ? old.shown : "",
    new_number: $("card-new").value.trim(),
  });
  memberTaken(member);
  close("cards");
  note(old ? say("replaced") : say("given"), "good");
  $("scan").focus();
}

