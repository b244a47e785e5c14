// What waits in this browser to be sent, and what of it a person has to settle: sales, returns, and
// cash that was put into the drawer or taken out.

import * as drawer from "./drawer.js";
import { money } from "./money.js";
import * as queue from "./queue.js";
import * as returning from "./returning.js";
import { $, allowed, close, el, filled, refused, say, show } from "./screens.js";

let dismissing = null;

const tried = (work) => Promise.resolve().then(work).catch(refused);

// How much waits, at the edge of the page.
export async function counted() {
  const all = [...await queue.waiting(), ...await drawer.waiting()];
  const here = all.filter((each) => !each.is_trouble).length;
  const trouble = all.length - here;
  $("queue-button").hidden = !all.length;
  $("queue-button").textContent = [
    here ? say("queue", { count: here }) : "",
    trouble ? say("trouble", { count: trouble }) : "",
  ].filter(Boolean).join(" · ");
  $("queue-button").classList.toggle("bad", trouble > 0);
  if ($("queue").open) await drawn();
}

// The list of what waits, each with what can be done about it.
export async function shown() {
  await drawn();
  show("queue");
}

async function drawn() {
  const lines = [...(await queue.waiting()).map(saleLine), ...(await drawer.waiting()).map(cashLine)];
  filled($("queue-list"), ...lines);
  if (!lines.length) filled($("queue-list"), el("li", { className: "faint" }, say("queueEmpty")));
}

function line(title, whose, each, ...buttons) {
  const state = each.is_trouble ? say("refusedSale", { reason: each.trouble })
    : each.waits ? say("waitsFor", { reason: each.waits }) : say("waiting");
  return el("li", {},
    el("div", {}, el("strong", {}, title),
      el("p", { className: each.is_trouble ? "bad-text" : "faint" },
        [whose, state].filter(Boolean).join(" · "))),
    each.is_trouble ? el("div", { className: "buttons" }, ...buttons) : null);
}

const button = (text, className, work) => el("button", { type: "button", className,
  onclick: () => tried(work) }, text);

function saleLine(each) {
  const { member, phone, card } = each.content;
  return line(`${each.sequence} · ${money(each.meta?.total ?? 0)}`, each.meta?.member ?? "", each,
    each.is_strange ? renumberButton(queue, each) : button(say("sendAgain"), "button", () => sentAgain(each)),
    each.is_refund || !(member || phone || card) ? null
      : button(say("withoutMember"), "button quiet", () => withoutMember(each)));
}

function cashTitle(each) {
  return say(each.amount_minor < 0 ? "cashOut" : "cashIn",
    { amount: money(Math.abs(each.amount_minor)) });
}

const cashLine = (each) => line(cashTitle(each), each.reason, each,
  each.is_strange ? renumberButton(drawer, each)
    : button(say("sendAgain"), "button", () => cashSentAgain(each)),
  button(say("dismiss"), "button quiet", () => dismissAsked(each)));

const renumberButton = (place, each) => button(say("newNumber"), "button", async () => {
  await place.renumbered(each);
  await shown();
});

async function sentAgain(record) {
  if (record.is_refund) await returning.sentWith(record, null);
  else await saleSentAgain(record);
  if ($("queue").open) await shown();
}

async function saleSentAgain(record) {
  try {
    await queue.again(record);
  } catch (problem) {
    if (problem.code !== "approval_needed") throw problem;
    await allowed(problem.message, (manager) => queue.again(record, manager));
  }
}

async function withoutMember(record) {
  const { member, phone, card, ...content } = record.content;
  await queue.changed(record, content);
  await shown();
}

async function cashSentAgain(record) {
  await drawer.again(record);
  await shown();
}

function dismissAsked(record) {
  dismissing = record;
  $("dismiss-form").reset();
  $("dismiss-what").textContent = `${cashTitle(record)} · ${record.reason}`;
  show("dismiss");
}

export async function dismissConfirmed() {
  await drawer.dismissed(dismissing, $("dismiss-reason").value.trim());
  close("dismiss");
  await shown();
}
