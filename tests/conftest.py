"""Fixtures of all tests; --nothing-skipped turns a skip into a failure."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from tests.shelf import application, clients, evil, report

# How long an example takes tells more of the machine than of the code: speed is measured in benchmarks/.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # as what a shell runs in the background; programs that we start would not hear the keyboard either
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
#: Real German PDFs and judged queries, beside the checkout where they are at hand; never part of it.
DATA = Path(os.environ.get("FUNDSTELLE_TEST_DATA", ROOT.parent / "shared" / "data"))
SPECIMEN = ROOT / "corpus" / "specimens" / "muster-arbeitspapier.pdf"
SPECIMEN_PAGES = 22
MODEL = ROOT / "models" / "german-static"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nothing-skipped", action="store_true", help="a skipped test counts as failed")
    parser.addoption("--load-seconds", type=int, default=600, help="how long the proof under load runs")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.config.getoption("--nothing-skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be: {reason}"
    return report


@pytest.fixture(scope="session")
def real_pdfs() -> Path:
    """The folder of real PDFs."""
    folder = DATA / "pdfs"
    if not folder.is_dir():
        pytest.skip(f"the real PDFs are not at hand ({folder})")
    return folder


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The pages over two small publications; a test file may have its own."""
    with application(tmp_path_factory.mktemp("home"), report(), evil()) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Whoever reads them."""
    return app.test_client()


@pytest.fixture
def client_of(tmp_path: Path) -> Iterator[Callable[..., FlaskClient]]:
    """Make readers of a home in ``tmp_path``; see ``clients``."""
    with clients(tmp_path) as make:
        yield make
