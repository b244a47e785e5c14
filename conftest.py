"""What concerns every test of the checkout: a browser is driven only where one is installed."""

import shutil
import subprocess
from collections.abc import Iterator
from os import environ

import pytest
from django.db import connections

NO_BROWSER = "no working Chromium here: install it (apt-get install chromium) and run again"


def find_chromium() -> str | None:
    """The first Chromium that runs, as `scripts/ensure_chromium` looks for it."""
    for name in (environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name) if name else None
        if path and _runs(path):
            return path
    return None


def _runs(path: str) -> bool:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the browser; give it to playwright as `executable_path`."""
    path = find_chromium()
    if path is None:
        pytest.skip(NO_BROWSER)
    return path


@pytest.fixture(scope="module")
def playwrights_loop() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; Django takes it for asynchronous code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield
    # Beside the loop this thread had other connections; those of before it are dead by now.
    connections.close_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what drives a browser, with a sentence, where there is none."""
    driving = [item for item in items if item.get_closest_marker("browser")]
    if driving and find_chromium() is None:
        for item in driving:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
