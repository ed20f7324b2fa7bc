"""What an operator needs: every command of docs/betrieb.md, the units, nginx before two processes, the image's parts."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import main
from corpus.specimens.build import FOLDER
from settings import from_environment
from tests.conftest import ROOT
from tests.operator_machine import Machine

MANUAL = (ROOT / "docs" / "betrieb.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|toml)\n(.*?)^```$", MANUAL, re.M | re.S)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "machine")
    yield made
    made.close()


def test_every_command_of_the_manual_does_what_it_says(machine: Machine, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    shutil.copy(FOLDER / "muster-arbeitspapier.pdf", desk / "bericht.pdf")
    library = machine.folder / "var/lib/fundstelle"
    printed: dict[str, str] = {}
    for kind, block in BLOCKS:
        if kind == "toml":
            with (library / "catalogue.toml").open("a", encoding="utf-8") as catalogue:
                catalogue.write(f"\n{block}")
            continue
        for line in block.splitlines():
            if line == "fundstelle ingest" and not (library / "index").exists():
                shutil.copy(FOLDER / "muster-broschuere.pdf", library / "publications" / "heft.pdf")
            printed[line] = machine.run(line, desk)
    assert '"passages"' in printed["curl --fail --silent http://127.0.0.1:8000/gesund"]
    assert "vergessen" in printed["fundstelle forget bericht-2024"]
    assert "CC BY 4.0" in printed["fundstelle catalogue"]
    assert len(list((machine.folder / "var/backups/fundstelle").glob("[1-7].zip"))) == 1
    assert "Alles steht so auf den Seiten" in printed["fundstelle verify"]
    assert "In Gebrauch ist jetzt wieder" in printed["fundstelle rollback"]
    live = (library / "index/live").read_text()
    assert (machine.folder / "srv/kopie/index/live").read_text() == live
    assert (machine.folder / "srv/kopie/index/generations" / live.split()[0] / "manifest.json").is_file()
    assert "S. " in machine.run('fundstelle --home /srv/kopie/index search "Geflüchtete" -k 1', desk)
    assert "server 127.0.0.1" in (machine.folder / "etc/nginx/sites-enabled/fundstelle").read_text()


def test_commands_in_the_manuals_sentences_exist() -> None:
    for command in re.findall(r"`fundstelle ([a-z-]+)", MANUAL):
        assert command in main.commands
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)
    assert set(re.findall(r"\bmake (?:-C \S+ )?(install|serve|[a-z]+)`?$", MANUAL, re.M)) <= set(targets)


def test_files_that_the_manual_copies_are_in_the_project() -> None:
    names = re.findall(r"/opt/fundstelle/((?:deploy|corpus)/[\w@.-]+)", MANUAL)
    assert {name for name in names if not (ROOT / name).is_file()} == set()
    assert {f"deploy/{file.name}" for file in (ROOT / "deploy").iterdir()} - set(names) == {"deploy/left-out.txt"}


def test_the_example_of_settings_is_understood() -> None:
    lines = [line for line in (ROOT / "deploy/fundstelle.env").read_text().splitlines() if line and line[0] != "#"]
    settings = from_environment(dict(line.split("=", 1) for line in lines))
    assert settings.home == Path("/var/lib/fundstelle/index")
    assert {settings.catalogue.parent, settings.vocabulary.parent, settings.operator.parent} == {Path("/var/lib/fundstelle")}


def test_every_setting_that_the_manual_names_is_one_and_has_such_values() -> None:
    assert set(re.findall(r"FUNDSTELLE_[A-Z_]+", MANUAL)) <= set(
        re.findall(r"FUNDSTELLE_[A-Z_]+", (ROOT / "README.md").read_text())
    )
    given = re.findall(r"(FUNDSTELLE_[A-Z_]+)=\"?([^\s`\"][^\n`\"]*)", MANUAL)
    assert len(given) > 6
    for name, value in given:
        assert from_environment({name: value}) != from_environment({}) or name in ("FUNDSTELLE_RATE",)


def needs(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def test_systemd_finds_nothing_wrong_with_the_units(machine: Machine) -> None:
    program = needs("systemd-analyze")
    units = machine.folder / "etc/systemd/system"
    for file in (ROOT / "deploy").glob("*.[st]*i[cm]*e*"):
        (units / file.name.replace("@", "@8000")).write_text((machine.folder / "opt/fundstelle/deploy" / file.name).read_text())
    names = sorted(units.iterdir())
    assert [unit.name for unit in names] == ["fundstelle-backup.service", "fundstelle-backup.timer", "fundstelle@8000.service"]
    checked = subprocess.run([program, "verify", "--man=no", *map(str, names)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    names[2].write_text(names[2].read_text().replace("ProtectSystem=strict", "ProtectSystem=strikt"))
    checked = subprocess.run([program, "verify", "--man=no", str(names[2])], capture_output=True, text=True, check=False)
    assert "strikt" in checked.stderr


# The image, where no engine is at hand: its parts, and that what it leaves out is not missed


def left_out() -> list[str]:
    lines = (ROOT / "deploy/left-out.txt").read_text().splitlines()
    return [line for line in lines if line and line[0] != "#"]


def test_what_the_image_leaves_out_is_pinned_and_nothing_else_has_such_a_name() -> None:
    pinned = [line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line]
    names = {name.lower() for name in left_out()}
    assert {name.lower() for name in pinned} >= names
    # as the Dockerfile's grep takes them
    taken = [name for name in pinned if not any(f"{left}==" in f"{name.lower()}==" for left in names)]
    assert len(taken) == len(pinned) - len(names)


WITHOUT = """
import sys, importlib.metadata as metadata
left = {name.lower().replace("_", "-") for name in sys.argv.pop(1).split(",")}
for module, owners in metadata.packages_distributions().items():
    if any(owner.lower().replace("_", "-") in left for owner in owners):
        sys.modules[module] = None
import cli
cli.main()
"""


def test_everything_works_without_what_the_image_leaves_out(tmp_path: Path) -> None:
    def fundstelle(*arguments: str, exact: str = "20000") -> str:
        command = [sys.executable, "-c", WITHOUT, ",".join(left_out()), "--home", str(tmp_path), *arguments]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "FUNDSTELLE_EXACT_UP_TO": exact}
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Durchsuchbar" in fundstelle("ingest", str(FOLDER / "muster-broschuere.pdf"))
    assert "PDF-S." in fundstelle("search", "Einsamkeit")
    assert "PDF-S." in fundstelle("search", "Einsamkeit", exact="0")  # with Chroma's graph
    fundstelle("export", str(tmp_path / "sicherung.zip"))
    assert "Alles steht so" in fundstelle("verify")


def test_the_dockerfile_copies_what_there_is_and_runs_as_nobody() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]
    assert copied == ["requirements.lock", "deploy/left-out.txt", "."]
    assert all((ROOT / name).exists() for name in copied)
    ignored = {line for line in (ROOT / ".dockerignore").read_text().splitlines() if "*" not in line}
    assert ignored & {"corpus", "models", "deploy", "models/german-static", "corpus/specimens"} == set()
    assert lines.index("USER fundstelle") < lines.index('CMD ["serve"]')
    variables = set(re.findall(r"FUNDSTELLE_[A-Z_]+", "\n".join(lines)))
    assert variables <= set(re.findall(r'"(FUNDSTELLE_[A-Z_]+)"', (ROOT / "settings.py").read_text()))


@pytest.mark.parametrize("name", ["compose.yaml", "compose.chroma.yaml"])
def test_the_compose_files_write_only_where_they_may(name: str) -> None:
    yaml = importlib.import_module("yaml")  # it has no types
    plain = yaml.safe_load((ROOT / "compose.yaml").read_text())
    file = yaml.safe_load((ROOT / name).read_text())
    for service, own in file["services"].items():
        described = {**plain["services"].get(service, {}), **own}
        assert described["read_only"] is True and described["cap_drop"] == ["ALL"]
        assert [volume.split(":")[1] for volume in described["volumes"]] == ["/data"]
        assert all(port.startswith("127.0.0.1:") for port in described.get("ports", []))
        assert {volume.split(":")[0] for volume in described["volumes"]} <= {*plain["volumes"], *file["volumes"]}
        variables = set(re.findall(r"FUNDSTELLE_[A-Z_]+", str(described.get("environment", {}))))
        assert variables <= set(re.findall(r'"(FUNDSTELLE_[A-Z_]+)"', (ROOT / "settings.py").read_text()))
