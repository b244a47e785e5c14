"""Draw the icons of the member's phone from their SVG, with the Chromium of the tests.

Run as `python -m scripts.phone_icons` after changing `icon.svg`; the pictures are committed, so
that nobody who installs Regulars needs a browser.
"""

import base64
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from conftest import find_chromium

FOLDER = Path(__file__).resolve().parents[1] / "src/regulars/faces/h5/static/h5"
# Name, size, and the corners' radius in per cent; a mask cuts its own corners.
PICTURES = (
    ("icon-192.png", 192, 22),
    ("icon-512.png", 512, 22),
    ("icon-mask-512.png", 512, 0),
)


def draw(browser: Browser, name: str, size: int, corner: int) -> None:
    """One picture, transparent outside its corners."""
    svg = base64.b64encode((FOLDER / "icon.svg").read_bytes()).decode()
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(
        f"<style>body{{margin:0}}img{{display:block;width:{size}px;height:{size}px;"
        f"border-radius:{corner}%}}</style><img src='data:image/svg+xml;base64,{svg}'>"
    )
    page.locator("img").screenshot(path=FOLDER / name, omit_background=True)
    page.close()


def main() -> None:
    """All pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, size, corner in PICTURES:
            draw(browser, name, size, corner)
        browser.close()


if __name__ == "__main__":
    main()
