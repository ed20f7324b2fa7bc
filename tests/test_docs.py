"""Every command, option, setting, package and make target of the documents exists, and the other way round."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cli import main
from settings import Settings
from tests.conftest import ROOT

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def variables() -> set[str]:
    return set(re.findall(r'"(FUNDSTELLE_[A-Z_]+)"', text("settings.py")))


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in main.commands if f"fundstelle {name}" not in text("README.md")]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_named_exists(document: str) -> None:
    for command, rest in re.findall(r"`?fundstelle ([a-z]+(?:-[a-z]+)*)([^`\n]*)", text(document)):
        assert command in main.commands, f"{document}: fundstelle {command}"
        known = {option for parameter in main.commands[command].params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", rest)) <= known, f"{document}: fundstelle {command}{rest}"


def test_every_setting_is_in_the_readme_and_only_those() -> None:
    assert set(re.findall(r"FUNDSTELLE_[A-Z_]+", text("README.md"))) == variables()
    assert len(variables()) == len(fields(Settings))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_named_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    assert set(re.findall(r"`make ([a-z]+)", text(document))) <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_named_exists(document: str) -> None:
    names = re.findall(r"`((?:[a-z_]+/)+(?:[\w.-]+)?|[a-z_]+\.(?:py|toml|lock))`", text(document))
    later = {"index/store/", "corpus/publications/", "corpus/operator.toml"}  # built, or put there by the operator
    ours = [n for n in names if n not in later and ("/" not in n or (ROOT / n.split("/")[0]).is_dir())]
    missing = [n for n in ours if not (ROOT / n).exists() and not any(ROOT.glob(f"*/{n}"))]
    assert missing == []


def test_every_package_has_its_question_in_the_architecture() -> None:
    for package in (
        "assistant",
        "checking",
        "citing",
        "corpus",
        "facsimile",
        "ingest",
        "index",
        "search_app",
        "evaluation",
        "models",
    ):
        assert f"`{package}/`" in text("ARCHITECTURE.md")


def test_every_library_has_its_reason_in_the_architecture() -> None:
    names = re.findall(r'^    "([A-Za-z0-9_-]+)[>=]=', text("pyproject.toml"), re.M)
    assert len(names) > 20
    assert [name for name in names if name not in text("ARCHITECTURE.md")] == []


def test_every_library_is_pinned() -> None:
    lock = {line.split("==")[0].lower().replace("_", "-") for line in text("requirements.lock").splitlines() if "==" in line}
    names = {name.lower().replace("_", "-") for name in re.findall(r'^    "([A-Za-z0-9_-]+)>=', text("pyproject.toml"), re.M)}
    assert len(names) > 15
    assert names <= lock
    assert all(
        re.fullmatch(r"[\w.\[\]-]+==[\w.!]+", line) for line in text("requirements.lock").splitlines() if line and line[0] != "#"
    )


def test_no_path_of_a_machine_stands_in_the_documents() -> None:
    for document in [*DOCUMENTS, "pyproject.toml", "Makefile"]:
        assert str(Path.home()) + "/" not in text(document) and str(ROOT.parent) + "/" not in text(document)
