"""A served installation and a real browser that looks at it."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.factories import PASSWORD
from tests.planning.world import make_world, sunday

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CANDIDATES = ("chromium", "chromium-browser", "google-chrome")


def executable():
    """Return the system's browser, or skip by name where there is none."""
    found = next((path for name in CANDIDATES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no browser: install chromium")
    if found is None:
        pytest.skip("no browser: install chromium to run what drives one")
    return found


def pytest_collection_modifyitems(config, items):
    """Look at pages on one database where both are tested: what differs lies far below them."""
    if config.getoption("database") != "both":
        return
    twice = [
        item for item in items if "tests/e2e/" in item.nodeid and "[postgresql" in item.nodeid
    ]
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in set(twice)]


@pytest.fixture(scope="session")
def chromium():
    where = executable()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  skipped where it is absent

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()


@pytest.fixture
def site(app, world, monkeypatch):
    """Serve the application, tokens of forms and all; return its address."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


class Visitor:
    """Somebody at a browser; what the browser complains of is kept."""

    def __init__(self, browser, site, **device):
        self.context = browser.new_context(base_url=site, locale="en-GB", **device)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.site, self.complaints = site, []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _asked(self, request):
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def sign_in(self, login):
        self.page.goto("/sign-in")
        self.page.get_by_label("User name").fill(login)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.locator("form.form button").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def read(self, language):
        """Read the product in a language from now on."""
        if not (self.page.get_attribute("html", "lang") or "").startswith(language):
            self.page.locator('form[action="/language"] button').click()
            self.page.wait_for_selector(f'html[lang^="{language}"]', state="attached")

    def drawn(self):
        """Wait until the scripts of the day page have drawn it."""
        self.page.wait_for_selector("body[data-ready]", state="attached")

    def picture(self, name):
        """Keep a picture where ``SHIFU_TEST_PICTURES`` names a folder."""
        if folder := os.environ.get("SHIFU_TEST_PICTURES"):
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def visitor(chromium, site):
    """Return a way to open browsers; each must have had nothing to complain of."""
    opened = []

    def open_browser(**device):
        opened.append(Visitor(chromium, site, **device))
        return opened[-1]

    yield open_browser
    for one in opened:
        one.context.close()
    assert [complaint for one in opened for complaint in one.complaints] == []
