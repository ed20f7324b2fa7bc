"""Who may read: with a shared password, or whom a proxy has let through."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

import wiring
from cli import main
from corpus.errors import SettingsError
from guarding import warnings
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from search_app.access import Password, hashed, is_hash
from search_app.serving import Serving
from settings import Settings
from tests.shelf import evil, open_searcher, publish, report

RIGHT = "Ein Wort für alle 🐘"


@pytest.fixture(scope="module")
def stored() -> str:
    return hashed(RIGHT)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Serving], FlaskClient]]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, report(), evil())
    index = LiveIndex(home, open_searcher)
    yield lambda serving: create_app(index, serving=serving).test_client()
    index.close()


def test_nothing_of_the_collection_is_seen_without_the_password(guarded: Callable[[Serving], FlaskClient], stored: str) -> None:
    client = guarded(Serving(password=stored))
    rules = [rule for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for rule in rules:
        path = rule.rule.replace("<publication_id>", "bericht")
        response = client.get(path)
        if rule.endpoint in ("health.health", "readiness.ready", "static", "language.choose"):
            assert response.status_code != 401
        else:
            assert response.status_code == 401, path
        assert "Ankommen" not in response.text
    response = client.get("/")
    assert response.headers["WWW-Authenticate"].startswith('Basic realm="Fundstelle"')
    assert "gemeinsamen Passwort" in response.text
    assert client.get("/api/v1/search?q=ehrenamt").content_type == "application/problem+json"


def test_any_name_with_the_password_reads(guarded: Callable[[Serving], FlaskClient], stored: str) -> None:
    client = guarded(Serving(password=stored))
    for name in ("", "anna", "Büro"):
        assert client.get("/p/bericht", auth=(name, RIGHT)).status_code == 200
    for wrong in ("", RIGHT + " ", RIGHT.lower(), "x"):
        assert client.get("/p/bericht", auth=("anna", wrong)).status_code == 401


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !", "Basic YQ==", "Bearer geheim", "Digest username=a", "Basic /////w==", "\xff"]
)
def test_an_odd_header_is_no_password(guarded: Callable[[Serving], FlaskClient], stored: str, header: str) -> None:
    assert guarded(Serving(password=stored)).get("/", headers={"Authorization": header}).status_code == 401


def test_who_guesses_is_stopped_and_who_knows_is_not(guarded: Callable[[Serving], FlaskClient], stored: str) -> None:
    client, guesser = guarded(Serving(password=stored)), {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/", auth=("", RIGHT)).status_code == 200
    tried = [client.get("/", auth=("", str(n)), environ_base=guesser).status_code for n in range(12)]
    assert tried == [401] * 10 + [429] * 2
    assert int(client.get("/", auth=("", "x"), environ_base=guesser).headers["Retry-After"]) >= 1
    assert client.get("/", auth=("", RIGHT), environ_base=guesser).status_code == 200
    assert client.get("/", auth=("", "x"), environ_base={"REMOTE_ADDR": "192.0.2.2"}).status_code == 401


def test_a_guesser_who_hits_upon_it_too_late_does_not_learn_so(guarded: Callable[[Serving], FlaskClient], stored: str) -> None:
    client = guarded(Serving(password=stored))
    for n in range(10):
        client.get("/", auth=("", str(n)))
    assert client.get("/", auth=("", RIGHT)).status_code == 429


def test_the_hash_is_tried_once(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    password = Password(stored)
    assert not password.is_known(RIGHT)
    assert password.is_right(RIGHT) and not password.is_right("x")
    monkeypatch.setattr("search_app.access.check_password_hash", lambda *_: pytest.fail("tried again"))
    assert password.is_known(RIGHT) and not password.is_known("x")


def test_a_header_of_the_proxy_lets_in(guarded: Callable[[Serving], FlaskClient]) -> None:
    client = guarded(Serving(proxies=1, trusted_header="X-Remote-User"))
    assert client.get("/p/bericht", headers={"X-Remote-User": "anna"}).status_code == 200
    for headers in ({}, {"X-Remote-User": " "}, {"X-Other": "anna"}):
        response = client.get("/p/bericht", headers=headers)
        assert response.status_code == 403 and "Ankommen" not in response.text
    assert client.get("/bereit").status_code == 200


# The commands


def typed(target: Path, *lines: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["password", str(target)], input="\n".join(lines) + "\n")
    return result.exit_code, result.output


def test_the_command_writes_a_hash_that_only_its_owner_reads(tmp_path: Path) -> None:
    target = tmp_path / "passwort"
    code, output = typed(target, "kurz", RIGHT, RIGHT)
    assert code == 0 and "mindestens 12 Zeichen" in output and RIGHT not in output
    assert f"FUNDSTELLE_PASSWORD_FILE={target}" in output
    text = target.read_text().strip()
    assert is_hash(text) and RIGHT not in text and Password(text).is_right(RIGHT)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_two_different_passwords_are_none(tmp_path: Path) -> None:
    code, output = typed(tmp_path / "passwort", RIGHT, RIGHT + "!")
    assert code == 2 and "verschieden" in output and not (tmp_path / "passwort").exists()


def test_a_file_without_a_hash_is_named_before_anything_is_served(tmp_path: Path) -> None:
    for text in (None, "", "geheim", "scrypt:geheim", "ä$b"):
        file = tmp_path / "passwort"
        if text is not None:
            file.write_text(text)
        with pytest.raises(SettingsError, match="fundstelle password"):
            wiring.check(Settings(home=tmp_path, password=file))


def test_who_opens_a_server_to_others_is_told_what_that_means() -> None:
    assert list(warnings(Settings())) == list(warnings(Settings(host="localhost"))) == []
    (plain,) = warnings(Settings(host="0.0.0.0", password=Path("p")))
    assert "unverschlüsselt" in plain and "das Passwort" in plain
    (header,) = warnings(Settings(host="::", proxies=1, trusted_header="X-User"))
    assert "X-User selbst" in header
