// Receipts: the newest, one by its number, a return or a void with what it takes back, and those
// that a person has to settle.

import { money, parsed, plain } from "./money.js";
import { $, allowed, close, el, filled, note, refused, row, say, show } from "./screens.js";
import { Away, ask, isOnline, now } from "./server.js";
import * as finding from "./finding.js";
import * as paying from "./paying.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

let open = null;
let planned = null;
let planning = 0;

export async function receiptsAsked() {
  show("receipts");
  $("receipt-number").value = "";
  filled($("receipt-detail"));
  await listed();
}

async function listed() {
  if (!isOnline()) {
    filled($("receipt-list"), el("li", { className: "faint" }, say("awayRefund")));
    return;
  }
  const { latest, troubled } = await ask("tickets");
  filled($("trouble-list"), ...troubled.map(troubleLine));
  $("trouble-part").hidden = !troubled.length;
  filled($("receipt-list"), ...latest.map((each) => el("li", {}, el("button", {
    type: "button", onclick: () => opened(each.number).catch(refused) },
    el("span", { className: "code" }, each.number),
    el("span", { className: "faint" }, `${each.when} · ${each.title}`),
    el("span", { className: "whose" }, each.member),
    el("span", { className: "amount" }, money(each.kind === "sale" ? each.total_minor
      : -each.total_minor))))));
  if (!latest.length) filled($("receipt-list"), el("li", { className: "faint" }, say("noTickets")));
}

function troubleLine(each) {
  return el("li", {},
    el("div", {}, el("strong", {}, `${each.number} · ${money(each.total_minor)}`),
      el("p", { className: "faint" }, `${each.trouble} ${each.named}`)),
    el("div", { className: "buttons" },
      el("button", { type: "button", className: "button", onclick: () =>
        finding.findAsked(each.named, (member) => settled(each.number, member.id)
          .catch(refused)) }, say("settleWith")),
      el("button", { type: "button", className: "button quiet", onclick: () =>
        settled(each.number, "").catch(refused) }, say("withoutMember"))));
}

// A receipt of today that is nobody's: found or enrolled now, she gets the points of it.
export function claimAsked(number) {
  finding.findAsked("", (member) => claimed(number, member.id).catch(refused));
}

async function claimed(number, member) {
  const { ticket } = await ask("claim", { number, member });
  close("receipts");
  close("done");
  paying.doneShown(ticket, say("claimed"));
}

async function settled(number, member) {
  await ask("settle", { number, member });
  note(say("settled"), "good");
  await listed();
}

// One receipt by its number, typed or scanned.
export async function opened(number) {
  const { ticket } = await ask(`tickets/${encodeURIComponent(number)}`);
  open = ticket;
  if (!$("receipts").open) {
    show("receipts");
    listed().catch(() => {});
  }
  $("receipts").querySelector("[data-problem]").hidden = true;
  detailDrawn();
  // On a narrow page it stands below the list.
  $("receipt-detail").scrollIntoView({ block: "nearest" });
}

function detailDrawn() {
  const canReturn = open.kind === "sale" && open.left_minor > 0 && !open.trouble;
  filled($("receipt-detail"),
    el("h3", {}, say("receipt", { number: open.number })),
    el("p", { className: "faint" }, [open.title, open.store, open.when, open.cashier, open.member]
      .filter(Boolean).join(" · ")),
    el("div", { className: "rows" },
      ...open.lines.map((each) => row(each.name, money(each.amount_minor))),
      open.discount_minor ? row(say("discounted", { amount: "" }), money(-open.discount_minor))
        : null,
      open.rounding_minor ? row(say("rounded", { amount: "" }), money(-open.rounding_minor))
        : null,
      row(say("total"), money(open.total_minor), { className: "strong" }),
      ...open.tenders.map(([, name, amount]) => row(name, money(amount))),
      ...open.moved.map((each) => row(`${each.title} · ${each.asset}`, each.amount)),
      ...open.balances.map(([name, after]) => row(say("after", { name }), after))),
    el("p", {}, open.kind === "sale"
      ? open.is_void ? say("isVoid") : canReturn ? say("left", { amount: money(open.left_minor) })
        : say("nothingLeft") : open.original),
    el("div", { className: "buttons" },
      canReturn ? el("button", { type: "button", className: "button strong", id: "refund-open",
        onclick: () => refundAsked(false).catch(refused) }, $("receipts").dataset.refund) : null,
      canReturn && !open.given_back_minor ? el("button", { type: "button",
        className: "button quiet", onclick: () => refundAsked(true).catch(refused) },
        $("receipts").dataset.void) : null,
      open.is_claimable ? el("button", { type: "button", className: "button quiet",
        onclick: () => claimAsked(open.number) }, $("receipts").dataset.claim) : null,
      paying.hasPrinter() ? el("button", { type: "button", className: "button quiet",
        onclick: () => paying.printed({ receipt: open.number }).catch(refused) },
        $("receipts").dataset.print) : null,
      el("a", { className: "button quiet", target: "_blank", rel: "noopener",
        href: `/pos/receipts/${open.number}/` },
        $("receipts").dataset[paying.hasPrinter() ? "page" : "print"])));
}

async function refundAsked(isVoid) {
  $("refund-form").reset();
  $("refund-form").dataset.void = isVoid ? "yes" : "";
  $("refund-title").textContent = isVoid ? $("receipts").dataset.void
    : $("receipts").dataset.refund;
  $("refund-number").textContent = say("receipt", { number: open.number });
  $("refund-amount-part").hidden = isVoid;
  $("refund-amount").value = plain(open.left_minor);
  linesOffered(isVoid);
  show("refund");
  await refundShown();
}

// The lines of the sale, to be ticked when some of them come back. With one line there is nothing to
// choose: the amount says it.
function linesOffered(isVoid) {
  const lines = open.lines.filter((each) => each.left_minor > 0);
  const place = $("refund-lines");
  place.hidden = isVoid || open.lines.length < 2;
  filled($("refund-line-list"), ...lines.map((each) => el("label", { className: "tick" },
    el("input", { type: "checkbox", value: String(each.line), data: { left: each.left_minor },
      onchange: lineTicked }),
    el("span", {}, each.name), el("span", { className: "amount" }, money(each.left_minor)))));
}

const ticked = () => [...$("refund-line-list").querySelectorAll("input:checked")];

// What is ticked says the amount; nothing ticked is a return without lines. Together no more comes
// back than is left of the sale.
function lineTicked() {
  const sum = ticked().reduce((all, each) => all + Number(each.dataset.left), 0);
  $("refund-amount").value = plain(Math.min(sum || open.left_minor, open.left_minor));
  refundShown().catch(refused);
}

// Typed over what several lines come to, it is no longer theirs; of one line it is a part.
function linesOf(amount) {
  const chosen = ticked();
  if (!chosen.length || !(amount > 0)) return [];
  if (chosen.length === 1) return [{ line: Number(chosen[0].value), amount_minor: amount }];
  const sum = chosen.reduce((all, each) => all + Number(each.dataset.left), 0);
  if (sum !== amount) return [];
  return chosen.map((each) => ({ line: Number(each.value), amount_minor: Number(each.dataset.left) }));
}

function content(sequence) {
  const isVoid = $("refund-form").dataset.void === "yes";
  const asked = { sequence, occurred_at: now().toISOString(), number: open.number,
    amount_minor: isVoid ? 0 : parsed($("refund-amount").value), is_void: isVoid,
    reason: $("refund-reason").value.trim() };
  const lines = isVoid ? [] : linesOf(asked.amount_minor);
  return lines.length ? { ...asked, lines } : asked;
}

// What it gives back and takes back, before anybody confirms it.
export async function refundShown() {
  planned = null;
  $("refund-confirm").disabled = true;
  $("refund-confirm").textContent = $("refund-title").textContent;
  const asked = content(99_999_999);
  const place = $("refund").querySelector("[data-problem]");
  place.hidden = true;
  if (Number.isNaN(asked.amount_minor)) {
    filled($("refund-plan"));
    return;
  }
  const round = ++planning;
  try {
    const plan = await ask("refund-plan", { refund: asked });
    if (round !== planning) return;
    planned = plan;
    filled($("refund-plan"),
      ...plan.tenders.map(([, name, amount]) => row(name, money(amount))),
      ...plan.moved.map((each) => row(`${each.title} · ${each.asset}`, each.amount,
        { className: each.is_in ? "in" : "out" })),
      ...plan.balances.map(([name, after]) => row(say("after", { name }), after,
        { className: "strong" })));
    $("refund-confirm").textContent = say(asked.is_void ? "voidIt" : "giveBack",
      { amount: money(plan.amount_minor) });
    $("refund-confirm").disabled = false;
  } catch (problem) {
    filled($("refund-plan"));
    refused(problem);
  }
}

// A number for the return is taken once and kept until the server has answered for it, so that
// pressing twice, or asking again after a lost answer, gives back once.
export async function refundConfirmed() {
  if (!planned) return;
  const isVoid = $("refund-form").dataset.void === "yes";
  if (isVoid && !$("refund-reason").value.trim()) {
    refused(new Error(say("reasonNeeded")));
    return;
  }
  $("refund-confirm").disabled = true;
  try {
    await sentWith(await numberedOnce(content(0)), null);
  } finally {
    $("refund-confirm").disabled = false;
  }
}

async function numberedOnce(asked) {
  const same = (await store.everything("queue")).find((each) => each.is_refund
    && each.content.number === asked.number && each.content.amount_minor === asked.amount_minor
    && each.content.is_void === asked.is_void
    && JSON.stringify(each.content.lines) === JSON.stringify(asked.lines));
  return same ?? store.numbered({ content: asked, meta: { total: planned.amount_minor,
    member: asked.number }, made_at: Date.now(), is_trouble: true, is_refund: true,
    trouble: say("away") });
}

// Sends a return; what the server has answered for is forgotten here.
export async function sentWith(record, given) {
  let answer;
  try {
    answer = await ask("refund", { refund: record.content, approval: given }, record.terminal);
  } catch (problem) {
    if (problem instanceof Away) throw new Error(say("unsureRefund"));
    if (problem.code === "approval_needed" && !given) {
      const done = await allowed(problem.message, (manager) => sentWith(record, manager));
      if (!done) await queue.forgotten(record.sequence);
      return;
    }
    if (problem.code !== "pin_refused") await queue.forgotten(record.sequence);
    throw problem;
  }
  await queue.forgotten(record.sequence);
  close("refund");
  close("receipts");
  paying.doneShown(answer.ticket, say(answer.ticket.kind === "void" ? "voided" : "refunded"));
}
