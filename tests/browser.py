"""A real browser over a real server, for tests: Debian's Chromium, driven by Playwright, allowed nothing but 127.0.0.1."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

_ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root, where Chromium's sandbox can't
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # it would ask for its maker's hosts, whatever is switched off
)


@dataclass
class Visit:
    """A page of the browser, what it requested, and what it complained of."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> set[str | None]:
        """The hosts that were asked for anything."""
        return {urlsplit(url).hostname for url in self.requested}

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def follow(self, locator: Locator) -> None:
        """Click what leads to a page, and wait for that page with its style sheets and scripts.

        A click alone returns, and what is expected of the new page may come true, before its scripts have run.
        """
        with self.page.expect_navigation():
            locator.click()

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is on an element that the selector matches."""
        for _ in range(30):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never came to {selector}")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an application in a thread; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium(wrapper: Path | None = None) -> Generator[Browser, None, None]:
    """Yield a browser, started by ``wrapper`` where one is given; skips the test where Chromium is missing."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wrapper or path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
    language: str = "de-DE",
    high_contrast: bool = False,
    still: bool = False,
) -> Iterator[Visit]:
    """Open a window of its own, without history; paths are relative to ``address``.

    ``high_contrast`` leaves the page only the system's few colours, ``still`` says that the reader wants nothing to move.
    """
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=scripts,
        locale=language,
        forced_colors="active" if high_contrast else "none",
        reduced_motion="reduce" if still else "no-preference",
    )
    try:
        opened = Visit(context.new_page())
        context.on("request", lambda request: opened.requested.append(request.url))
        context.on("console", lambda message: opened.complaints.append(message.text))
        yield opened
    finally:
        context.close()
