"""The page of a till in Chromium, where somebody scans: a process of its own.

Playwright comes with the tests' packages, which a shop does not install; a bench without them says
so of its one figure. Reads one JSON from stdin (`Asked`) and answers one on stdout: the
milliseconds of each scan, from its Enter to the frame that shows the member.
"""

import shutil
import sys
from os import environ

import msgspec
from playwright.sync_api import Page, expect, sync_playwright

from regulars.faces.bench.scanning_types import Asked

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Two frames: the first is called before the member is painted, the second after.
WATCHED = """() => { window.scanTook = new Promise((took) => {
  let begun = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") begun = event.timeStamp; },
    { capture: true });
  const card = document.getElementById("member-card");
  const watch = new MutationObserver(() => {
    if (card.hidden || !begun) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => took(performance.now() - begun)));
  });
  watch.observe(card, { attributes: true, attributeFilter: ["hidden"] });
}); }"""
TOOK = """() => Promise.race([window.scanTook, new Promise((late) => setTimeout(
  () => late(document.getElementById("note").textContent), 10000))])"""


def main() -> None:
    """Signs the cashier in, stands at the till, and scans everything once."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    browser_path = _browser_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox"], timeout=60_000
        )
        context = browser.new_context(base_url=asked.address, locale="en-GB")
        context.add_cookies(
            [{"name": asked.cookie, "value": asked.device, "url": asked.address}],
        )
        page = context.new_page()
        _at_the_till(page, asked)
        taken = [_scan(page, text) for text in asked.scans]
        browser.close()
    sys.stdout.buffer.write(msgspec.json.encode(taken))


def _browser_path() -> str:
    for name in (environ.get("CHROMIUM", ""), *BROWSERS):
        path = shutil.which(name) if name else None
        if path:
            return path
    raise SystemExit("There is no Chromium here: install it (apt-get install chromium).")


def _at_the_till(page: Page, asked: Asked) -> None:
    page.goto("/console/sign-in/?next=/pos/")
    page.locator("[name=username]").fill(asked.username)
    page.locator("[name=password]").fill(asked.password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/pos/")
    expect(page.locator("html")).to_have_attribute("data-ready", "yes", timeout=20_000)
    page.locator("#open-float").fill("200")
    page.locator("#open-float").press("Enter")
    expect(page.locator("#shift-open")).to_be_hidden(timeout=20_000)


def _scan(page: Page, text: str) -> float:
    page.evaluate(WATCHED)
    page.locator("#scan").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    took = page.evaluate(TOOK)
    if not isinstance(took, int | float):
        raise SystemExit(f"The till shows nobody for {text}: {took}")
    page.locator("#member-change").click()
    expect(page.locator("#member-card")).to_be_hidden()
    return float(took)


if __name__ == "__main__":
    main()
