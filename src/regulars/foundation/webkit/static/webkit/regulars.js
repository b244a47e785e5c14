// The console's few habits that need a script: "/" finds the search, arrows walk its results.
(function () {
  "use strict";

  const search = () => document.querySelector("[data-search]");
  const results = () => Array.from(document.querySelectorAll("[data-result] a[href]"));

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function walk(step) {
    const found = results();
    if (!found.length) return false;
    const place = found.indexOf(document.activeElement) + step;
    if (place < 0) {
      search()?.focus();
    } else {
      found[Math.min(place, found.length - 1)].focus();
    }
    return true;
  }

  function keysShown() {
    const help = document.getElementById("keys");
    if (!help || dialog().open) return;
    document.getElementById("dialog-body").replaceChildren(help.content.cloneNode(true));
    dialog().showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = search();
    if (event.key === "/" && box && !isTyping(event.target)) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "?" && !isTyping(event.target)) {
      event.preventDefault();
      keysShown();
    } else if (event.key === "Escape" && event.target === box) {
      if (box.value) {
        box.value = "";
        box.dispatchEvent(new Event("input", { bubbles: true }));
      } else {
        box.blur();
      }
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const inside = event.target === box || event.target.closest?.("[data-result]");
      if (inside && walk(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    }
  });

  // What is opened in a dialog (a confirmation, a short form) is asked for by htmx; a refusal or an
  // end of the session comes as a page of its own.
  const dialog = () => document.getElementById("dialog");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "dialog-body") dialog().showModal();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) keysShown();
    const box = dialog();
    if (!box?.open) return;
    if (event.target === box || event.target.closest("[data-close]")) {
      event.preventDefault();
      box.close();
    }
  });

  // Short news of what htmx did, told by the answer's header `HX-Trigger: {"toast": …}`. Bad news
  // stays until it is closed.
  document.addEventListener("toast", (event) => {
    const { text, tone } = event.detail;
    const news = document.getElementById("toast").content.firstElementChild.cloneNode(true);
    news.classList.add(tone || "good");
    news.firstElementChild.textContent = text;
    news.querySelector("button").addEventListener("click", () => news.remove());
    document.getElementById("toasts").append(news);
    if (tone !== "bad") setTimeout(() => news.remove(), 8000);
  });

  // Boxes of a list: one ticks all of its page; columns travel in one part of the address.
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all]")) return;
    event.target
      .closest("form")
      .querySelectorAll('input[name="key"]')
      .forEach((box) => (box.checked = event.target.checked));
  });

  document.addEventListener("submit", (event) => {
    const joined = event.target.querySelector("[data-joined]");
    if (!joined) return;
    const boxes = Array.from(event.target.querySelectorAll('input[type="checkbox"]'));
    joined.value = boxes.filter((box) => box.checked).map((box) => box.value).join(",") || "-";
    boxes.forEach((box) => (box.disabled = true));
  });

  // On a phone many filters would stand before the first row: they wait behind a button, unless one
  // of them is in use.
  function filtersFolded() {
    if (!window.matchMedia("(max-width: 640px)").matches) return;
    document.querySelectorAll("form.filters").forEach((form) => {
      const others = Array.from(form.querySelectorAll(".filter ~ .filter :is(input, select)"));
      if (others.length > 1 && !others.some((box) => box.value)) form.classList.add("folded");
    });
  }

  filtersFolded();

  // Whoever sent a form with a mistake is led to it, also where it stands far below.
  const wrong = document.querySelector('main [aria-invalid="true"]');
  if (wrong) wrong.focus();
  else document.querySelector("main .field > .error")?.scrollIntoView({ block: "center" });

  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-unfold]")?.closest("form");
    if (!form) return;
    form.classList.remove("folded");
    form.querySelector(".filter ~ .filter :is(input, select)").focus();
  });

  // A form that is drawn anew while somebody works in it keeps what she has typed since it was sent,
  // and what she has unfolded.
  let sent = null;
  let kept = null;

  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.detail.elt;
    if (form.tagName !== "FORM") return;
    sent = new FormData(form);
    // Whoever leaves a box by the tab key lands on the button beside it, and htmx would send that
    // button along with the change, as if it had been pressed.
    const isPressed = event.detail.triggeringEvent?.type === "submit";
    if (!isPressed && !sent.has("do")) event.detail.parameters.delete?.("do");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.target;
    kept = null;
    if (form.tagName !== "FORM") return;
    const box = document.activeElement;
    const isTyped = box.matches('textarea, input:not([type="checkbox"], [type="radio"])');
    kept = {
      id: form.contains(box) && isTyped ? box.id : "",
      value: box.value,
      open: Array.from(form.querySelectorAll("details[open][id]"), (each) => each.id),
    };
  });

  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    const { id, value, open } = kept;
    kept = null;
    open.forEach((each) => document.getElementById(each)?.setAttribute("open", ""));
    const box = id ? document.getElementById(id) : null;
    if (!box || box.value === value) return;
    box.value = value;
    if (sent?.get(box.name) !== value) box.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Where one is stands in sight: in the long navigation, and among tabs that don't fit.
  function currentShown() {
    document.querySelectorAll(".side, .drawer, .tabs").forEach((box) => {
      const link = box.querySelector("[aria-current]");
      if (!link) return;
      const outer = box.getBoundingClientRect();
      const inner = link.getBoundingClientRect();
      if (inner.top < outer.top || inner.bottom > outer.bottom)
        box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
      if (inner.left < outer.left || inner.right > outer.right)
        box.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
    });
  }
  currentShown();
  document.querySelector("[data-menu]")?.addEventListener("toggle", currentShown);

  // A menu closes when one looks elsewhere.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });
})();
