"""Take the README's and the docs' pictures from a running demo shop, in Chinese and in English.

Start `make demo`, then `make screenshots ARGS="--user NAME --password WORD"` with the sign-in that
the demo printed. The Chinese ones have the plain names, the English ones end in `-en`.
"""

from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from conftest import find_chromium

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
VIEW = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
LANGUAGES = {"zh-hans": "", "en": "-en"}

# File name → (path, view). A path that begins with {member} is a page of the member with most to
# show: the one whom the search finds first, else the first of the list.
PICTURES: dict[str, tuple[str, ViewportSize]] = {
    "console-today": ("/console/?period=7d", VIEW),
    "console-today-phone": ("/console/?period=7d", PHONE),
    "console-members": ("/console/members/", VIEW),
    "console-member": ("{member}", VIEW),
    "console-member-movements": ("{member}?tab=timeline", VIEW),
    "console-member-purchases": ("{member}?tab=purchases", VIEW),
    "console-member-erase": ("{member}manage/?do=erase", VIEW),
}
# What is opened on a page before its picture is taken.
OPENED = {
    "console-member-movements": "details.why summary",
    "console-member-purchases": ".sales summary",
}


def screenshots_take(
    user: Annotated[str, typer.Option(help="A staff member's sign-in name.")],
    password: Annotated[str, typer.Option(help="The password that the demo printed.")],
    address: Annotated[str, typer.Option(help="Where the demo listens.")] = "http://127.0.0.1:8000",
    search: Annotated[str, typer.Option(help="Finds the member whose page is shown.")] = "",
    only: Annotated[str, typer.Option(help="Only pictures whose names begin so.")] = "",
) -> None:
    """Sign in and write each picture into docs/images, in both languages."""
    chromium = find_chromium()
    if chromium is None:
        raise typer.BadParameter("there is no Chromium: run scripts/ensure_chromium first")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, ending in LANGUAGES.items():
            page = _signed_in(browser, address, language, user, password)
            member = _member_found(page, address, search)
            for name, (path, view) in PICTURES.items():
                if name.startswith(only):
                    _taken(page, f"{address}{path.format(member=member)}", name, ending, view)
        browser.close()


def _signed_in(browser: Browser, address: str, language: str, user: str, password: str) -> Page:
    page = browser.new_page(viewport=VIEW, device_scale_factor=1.5)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page.goto(f"{address}/console/", wait_until="networkidle")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.locator("input[type=password]").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    return page


def _member_found(page: Page, address: str, search: str) -> str:
    """The path of the member's page."""
    page.goto(f"{address}/console/members/?q={search}", wait_until="networkidle")
    first = page.locator("[data-result] a").first
    path = first.get_attribute("href") or ""
    return path.removeprefix(address)


def _taken(page: Page, address: str, name: str, ending: str, view: ViewportSize) -> None:
    page.set_viewport_size(view)
    page.goto(address, wait_until="networkidle")
    opened = page.locator(OPENED[name]).first if name in OPENED else None
    if opened is not None and opened.count():
        opened.click()
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=IMAGES / f"{name}{ending}.png")
    typer.echo(f"docs/images/{name}{ending}.png")


if __name__ == "__main__":
    typer.run(screenshots_take)
