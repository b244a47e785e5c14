// The member's phone: the code changes by itself, and the card tells when something was earned.
// Everything else on these pages works without a script.
(function () {
  "use strict";

  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(worker, { scope: worker.replace(/[^/]*$/, "") }).catch(() => {});
  }

  const codeForm = document.querySelector("[data-code-form]");
  // The last digit sends the code. It is good once: whoever presses Enter after it, or the button,
  // must not send it a second time, which would be refused.
  let isSent = false;
  codeForm?.addEventListener("input", (event) => {
    if (/^\d{6}$/.test(event.target.value)) codeForm.requestSubmit?.();
  });
  codeForm?.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  window.addEventListener("pageshow", () => {
    isSent = false;
  });

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const card = document.querySelector("[data-card]");
  const box = card?.querySelector("[data-codes]");
  if (!box) return;

  const find = (name) => box.querySelector(`[data-${name}]`);
  const picture = find("picture");
  const drawing = picture.querySelector("path");
  const [digits, age, bar, left, stale] = ["digits", "age", "bar", "left", "stale"].map(find);
  const LOW = 3;
  const NEWS_SECONDS = 8;
  const NEWS_TIMES = 40;

  // The phone's own clock may be wrong, so times are seconds since the codes came. Asleep, one of
  // the two clocks may stand still: the later of both is right.
  let codes = [];
  let asking = false;
  let shown = null;

  function since(mark) {
    return Math.max(performance.now() - mark.ticks, Date.now() - mark.date) / 1000;
  }

  function taken(list) {
    const mark = { ticks: performance.now(), date: Date.now() };
    codes = list.map((each) => ({ ...each, mark }));
  }

  function path(code) {
    let fields = "";
    for (const digit of code.bits) fields += parseInt(digit, 16).toString(2).padStart(4, "0");
    fields = fields.padStart(code.size * code.size, "0").slice(-code.size * code.size);
    let drawn = "";
    for (let y = 0; y < code.size; y += 1) {
      for (let x = 0; x < code.size; x += 1) {
        if (fields[y * code.size + x] === "1") drawn += `M${x} ${y}h1v1h-1z`;
      }
    }
    return drawn;
  }

  async function more() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(card.dataset.more, {
        method: "POST",
        headers: { "X-CSRFToken": box.dataset.token },
        credentials: "same-origin",
      });
      if (answer.redirected) location.reload();
      if (answer.ok) taken((await answer.json()).codes);
    } catch {
      // No network: the codes at hand go on, and their age is on the screen.
    } finally {
      window.setTimeout(() => { asking = false; }, 4000);
    }
  }

  function tick() {
    const living = codes.filter((each) => since(each.mark) < each.ends);
    const now = living.filter((each) => since(each.mark) >= each.begins).pop();
    if (living.length <= LOW && navigator.onLine !== false) more();
    stale.hidden = Boolean(now);
    if (!now) return;
    if (now !== shown) {
      shown = now;
      drawing.setAttribute("d", path(now));
      digits.textContent = now.digits;
    }
    const next = living[living.indexOf(now) + 1];
    const ends = next ? Math.min(now.ends, next.begins) : now.ends;
    const seconds = Math.max(0, Math.ceil(ends - since(now.mark)));
    bar.value = seconds;
    left.textContent = left.dataset.words.replace("#", String(seconds));
  }

  let asked = 0;
  async function news() {
    if (document.hidden || asked >= NEWS_TIMES) return;
    asked += 1;
    try {
      const answer = await fetch(card.dataset.news, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected && (await answer.json()).seq !== Number(card.dataset.seq)) {
        location.replace(location.pathname);
      }
    } catch {
      // Tried again soon.
    }
  }

  taken(JSON.parse(box.dataset.codes));
  find("still").hidden = true;
  age.hidden = false;
  tick();
  window.setInterval(tick, 500);
  window.setInterval(news, NEWS_SECONDS * 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { asked = 0; tick(); news(); }
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
