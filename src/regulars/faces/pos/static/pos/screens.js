// Small things every part of the page uses: elements, dialogs, notes at the edge.

export const $ = (id) => document.getElementById(id);

const words = JSON.parse($("texts").textContent);

// A sentence of the page, with what stands in its braces.
export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

// An element; texts are always texts, never markup.
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((each) => each !== null && each !== undefined && each !== ""));
  return made;
}

export function filled(target, ...children) {
  target.replaceChildren(...children.filter((each) => each !== null && each !== undefined));
}

// A row of a list of figures: what it is, and how much.
export function row(name, amount, more = {}) {
  return el("div", { className: `row ${more.className ?? ""}` },
    el("span", {}, name), el("span", { className: "amount" }, amount));
}

let noteTimer = 0;

// A sentence at the edge of the page, read aloud too. Refusals stay until the next one.
export function note(sentence, kind = "") {
  // In front of an open dialog it would be hidden: then it stands in the dialog.
  const told = topDialog()?.querySelector("[data-problem]");
  if (told && sentence && kind !== "good") {
    told.textContent = sentence;
    told.hidden = false;
    told.classList.toggle("calm", kind !== "bad");
    told.scrollIntoView({ block: "nearest" });
    return;
  }
  const place = $("note");
  delete place.dataset.away;
  place.textContent = sentence;
  place.className = `note-bar ${kind}`;
  place.hidden = !sentence;
  clearTimeout(noteTimer);
  if (sentence && kind !== "bad") noteTimer = setTimeout(() => note(""), 6000);
}

// What can't be done without the server; it goes by itself when the server is back.
export function awayNote(sentence) {
  note(sentence, "bad");
  $("note").dataset.away = "yes";
}

export function awayOver() {
  if ($("note").dataset.away) note("");
}

export function refused(problem) {
  const sentence = problem?.isAway ? say("away") : problem.message || String(problem);
  const dialog = topDialog();
  const place = dialog?.querySelector("[data-problem]");
  if (place) {
    place.textContent = sentence;
    place.hidden = false;
    place.classList.remove("calm");
    place.scrollIntoView({ block: "nearest" });
  } else if (problem?.isAway) {
    awayNote(sentence);
  } else {
    note(sentence, "bad");
  }
}

// Dialogs in the order in which they were opened: the last one that still is stands in front.
let shown = [];

export const topDialog = () => shown.findLast((each) => each.open) ?? null;

// Opens a dialog; its problem line is empty, and the field that is marked gets the focus.
export function show(id) {
  const dialog = $(id);
  const place = dialog.querySelector("[data-problem]");
  if (place) place.hidden = true;
  if (!dialog.open) {
    shown = [...shown.filter((each) => each.open), dialog];
    dialog.showModal();
  }
  const first = [...dialog.querySelectorAll("[data-first]")].find((each) => each.offsetParent);
  first?.focus();
  first?.select?.();
  return dialog;
}

export function close(id) {
  if ($(id).open) $(id).close();
}

export function closeAll() {
  document.querySelectorAll("dialog[open]").forEach((each) => each.close());
}

// Asks a question with its consequence; answers true or false.
export function confirmed(question, hint, button) {
  const dialog = $("confirm");
  $("confirm-title").textContent = question;
  $("confirm-hint").textContent = hint;
  $("confirm-yes").textContent = button;
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    show("confirm");
  });
}

let managers = [];

export function managersKnown(known) {
  managers = known;
}

// Does what a manager allows with her PIN, and asks again when it was not hers. Answers what the work
// answers, or null when nobody allows it.
export async function allowed(sentence, work) {
  for (let problem = null; ;) {
    const given = await approval(sentence, problem);
    if (!given) return null;
    try {
      return (await work(given)) ?? true;
    } catch (trouble) {
      if (trouble.code !== "pin_refused") throw trouble;
      problem = trouble;
    }
  }
}

// A manager's id and PIN, or null when nobody gives one.
function approval(sentence, problem) {
  const dialog = $("approve");
  if (!managers.length) {
    refused(new Error(say("noManager")));
    return Promise.resolve(null);
  }
  const before = problem && $("approve-name").value;
  filled($("approve-name"), ...managers.map((each) => el("option", { value: each.id }, each.name)));
  $("approve-why").textContent = sentence;
  $("approve-form").reset();
  if (before) $("approve-name").value = before;
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(
      dialog.returnValue === "yes"
        ? { manager: $("approve-name").value, pin: $("approve-pin").value }
        : null), { once: true });
    show("approve");
    if (problem) refused(problem);
  });
}
