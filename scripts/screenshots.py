"""Take the README's and the docs' pictures from a fresh demo shop, in Chinese and in English.

Start `make demo`, then `make screenshots ARGS="--user NAME --password WORD --messages FILE"` with
the sign-in that the demo printed, and the file sent-messages.txt of its data folder. The Chinese
ones have the plain names, the English ones end in `-en`. A till is registered, a member enrolled
and a sale made for each language: the shop is a demo.
"""

import io
import re
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from conftest import find_chromium

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
VIEW = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
QUALITY = 82  # of WebP: letters stay sharp, and a picture weighs less than 100 kB
LANGUAGES = {"zh-hans": "", "en": "-en"}
CUSTOMERS = {"zh-hans": ("13812340001", "李雨桐"), "en": ("13812340002", "Kim Lee")}
CODE_SECONDS = 30

# File name → path. {member} is the page of the first member in the list; {rule} is
# the first rule of a program, in the editor.
PICTURES = {
    "console-today": "/console/?period=30d",
    "console-members": "/console/members/",
    "console-member": "{member}",
    "console-program": "{rule}",
}


def screenshots_take(
    user: Annotated[str, typer.Option(help="A staff member's sign-in name.")],
    password: Annotated[str, typer.Option(help="The password that the demo printed.")],
    messages: Annotated[Path, typer.Option(help="sent-messages.txt of the demo's data folder.")],
    address: Annotated[str, typer.Option(help="Where the demo listens.")] = "http://127.0.0.1:8000",
    search: Annotated[
        str, typer.Option(help="Order and filters of the list of members: its first is shown.")
    ] = ("sort=joined"),
    program: Annotated[str, typer.Option(help="The program whose first rule is shown.")] = (
        "tea-leaves"
    ),
) -> None:
    """Sign in and write each picture into docs/images, in both languages."""
    chromium = find_chromium()
    if chromium is None:
        raise typer.BadParameter("there is no Chromium: run scripts/ensure_chromium first")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, ending in LANGUAGES.items():
            page = _signed_in(_context(browser, address, language, VIEW), user, password)
            places = {"member": _member_found(page, search), "rule": _rule_found(page, program)}
            for name, path in PICTURES.items():
                page.goto(path.format(**places), wait_until="load")
                _kept(page, name + ending)
            phone, called = CUSTOMERS[language]
            _sold(page, phone, called, ending)
            handset = _context(browser, address, language, PHONE).new_page()
            _shown_on_phone(handset, phone, messages, ending)
        browser.close()


def _context(browser: Browser, address: str, language: str, view: ViewportSize) -> BrowserContext:
    context = browser.new_context(base_url=address, viewport=view, device_scale_factor=1.5)
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    return context


def _signed_in(context: BrowserContext, user: str, password: str) -> Page:
    page = context.new_page()
    page.goto("/console/", wait_until="load")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.locator("input[type=password]").wait_for(state="detached")
    page.wait_for_load_state("load")
    return page


def _member_found(page: Page, search: str) -> str:
    """The path of the member's page."""
    page.goto(f"/console/members/?{search}", wait_until="load")
    paths = page.locator("main a[href*='/console/members/mem_']")
    return paths.first.get_attribute("href") or ""


def _rule_found(page: Page, program: str) -> str:
    """The path of the editor of the program's first rule; nothing is saved there."""
    page.goto(f"/console/programs/{program}/draft/", wait_until="load")
    return page.locator("a[href*='/draft/rule/?']").first.get_attribute("href") or ""


def _sold(page: Page, phone: str, called: str, ending: str) -> None:
    """A till is registered, a new member enrolled; the picture is taken before she pays."""
    page.goto("/pos/", wait_until="load")
    page.locator("form:has(input[value=register]) button").first.click()
    page.locator("html[data-ready=yes]").wait_for()
    for text in ("200", "28", "100"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.wait_for_timeout(800)
    page.keyboard.press("F3")
    page.keyboard.type(phone)
    page.keyboard.press("Enter")
    page.locator("#find-enrol:focus").wait_for()
    page.keyboard.press("Enter")
    page.locator("#enrol-consents input[required]").check()
    page.fill("#enrol-name", called)
    page.keyboard.press("Enter")
    page.locator("#member-card:visible").wait_for()
    page.wait_for_timeout(800)
    _kept(page, "counter-sale" + ending)
    page.keyboard.press("F9")
    page.wait_for_timeout(800)
    page.keyboard.type("150")
    page.keyboard.press("Enter")
    page.locator("#done-money:visible").wait_for()
    _kept(page, "counter-paid" + ending)


def _shown_on_phone(page: Page, phone: str, messages: Path, ending: str) -> None:
    """The member signs in with the code that the demo wrote down instead of sending it."""
    known = told = messages.read_text(encoding="utf-8") if messages.exists() else ""
    page.goto("/m/", wait_until="load")
    page.locator("input[type=tel]").fill(phone)
    page.locator("main button[type=submit], form button[type=submit]").last.click()
    page.locator("#code").wait_for()
    for _second in range(CODE_SECONDS):
        told = messages.read_text(encoding="utf-8") if messages.exists() else ""
        if told != known:
            break
        page.wait_for_timeout(1_000)
    page.locator("#code").fill(re.findall(r"\b\d{6}\b", told)[-1])
    page.locator("#code").wait_for(state="detached")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1_500)
    _kept(page, "phone-card" + ending)
    page.goto("/m/points/", wait_until="load")
    _kept(page, "phone-points" + ending)


def _kept(page: Page, name: str) -> None:
    """What is on the screen, as a small WebP file."""
    page.evaluate("scrollTo(0, 0)")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(IMAGES / f"{name}.webp", quality=QUALITY, method=6)
    typer.echo(f"docs/images/{name}.webp")


if __name__ == "__main__":
    typer.run(screenshots_take)
