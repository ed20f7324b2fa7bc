"""A backup holds all of an installation and makes one again; a bad one changes nothing."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from index.archive import Archive
from index.home import Home
from index.register import Register
from tests.pdfs import make_pdf, paragraph

TEXT = "Ehrenamtliche begleiten ältere Menschen in der Musterstadt."


@dataclass
class Machine:
    """An installation of its own: home, PDFs, catalogue, vocabulary, operator."""

    folder: Path

    def __post_init__(self) -> None:
        (self.folder / "pdfs").mkdir(parents=True)
        (self.folder / "katalog.toml").write_text(
            '[[publication]]\nid = "bericht"\nfile = "bericht.pdf"\ntitle = "Ein Bericht"\nlicence = "CC BY 4.0"\nfolder = "pdfs"\n'
        )
        (self.folder / "woerter.toml").write_text("")

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    def run(self, *arguments: str | Path, expect: int = 0) -> str:
        environment = {
            "FUNDSTELLE_HOME": self.folder / "home",
            "FUNDSTELLE_PUBLICATIONS": self.folder / "pdfs",
            "FUNDSTELLE_CATALOGUE": self.folder / "katalog.toml",
            "FUNDSTELLE_VOCABULARY": self.folder / "woerter.toml",
            "FUNDSTELLE_OPERATOR": self.folder / "betreiber.toml",
        }
        result = CliRunner(env={name: str(path) for name, path in environment.items()}).invoke(main, [*map(str, arguments)])
        assert result.exit_code == expect, result.output
        return result.output

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a machine with two publications, one of them in the catalogue."""
    machine = Machine(tmp_path_factory.mktemp("old") / "machine")
    make_pdf(machine.folder / "pdfs" / "bericht.pdf", [paragraph([TEXT])])
    make_pdf(machine.folder / "pdfs" / "anderes.pdf", [paragraph(["Ganz anderes steht hier."])])
    (machine.folder / "betreiber.toml").write_text('name = "Verein"')
    machine.run("ingest")
    (machine.folder / "home" / "ocr").mkdir()
    (machine.folder / "home" / "ocr" / "gesehen.json").write_text("{}")
    target = tmp_path_factory.mktemp("backup") / "sicherung.zip"
    assert re.search(r"2 Publikation\(en\), 2 PDF-Datei\(en\), \d+,\d MB\.", machine.run("export", target))
    shutil.rmtree(machine.folder)
    return target


def test_a_new_machine_has_all_that_the_old_one_had(saved: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    (machine.folder / "woerter.toml").unlink()
    said = machine.run("import", saved)
    assert "Durchsuchbar sind jetzt 2 Passagen." in said
    assert {path.name for path in (machine.folder / "pdfs").iterdir()} == {"bericht.pdf", "anderes.pdf"}
    assert (machine.folder / "betreiber.toml").read_text() == 'name = "Verein"'
    assert (machine.folder / "woerter.toml").is_file() and (machine.folder / "home" / "ocr" / "gesehen.json").is_file()
    assert TEXT.split()[0] in machine.run("search", "Ehrenamtliche")
    assert "Alles steht so auf den Seiten" in machine.run("verify")
    assert "Nichts zu tun" in machine.run("ingest")


def test_links_of_all_editions_last_on_the_new_machine(tmp_path: Path) -> None:
    old, new = Machine(tmp_path / "old"), Machine(tmp_path / "new")
    for text in (TEXT, "Eine neuere Fassung.", "Eine noch neuere Fassung."):
        make_pdf(old.folder / "pdfs" / "bericht.pdf", [paragraph([text])])
        old.run("ingest")
    old.run("export", tmp_path / "sicherung.zip")
    make_pdf(new.folder / "pdfs" / "eigenes.pdf", [paragraph(["Was hier schon stand."])])
    new.run("ingest")
    new.run("import", tmp_path / "sicherung.zip")
    assert [e.records[0].text for e in new.home.register.editions_of("bericht")][-1] == TEXT
    assert len(new.home.register.editions_of("bericht")) == 3 and len(new.home.register.editions_of("eigenes")) == 1
    assert new.home.register.published == new.home.live().name
    assert not (new.folder / "home" / "register.import").exists()


def test_what_was_forgotten_here_comes_back_only_with_a_word_about_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine")
    make_pdf(machine.folder / "pdfs" / "eigenes.pdf", [paragraph(["Was hier schon stand."])])
    for text in (TEXT, "Eine neuere Fassung."):
        make_pdf(machine.folder / "pdfs" / "bericht.pdf", [paragraph([text])])
        machine.run("ingest")
    machine.run("export", tmp_path / "mit.zip")
    (machine.folder / "pdfs" / "bericht.pdf").unlink()
    machine.run("ingest")
    machine.run("export", tmp_path / "ohne.zip")  # whose register still has both editions
    machine.run("forget", "bericht")
    said = machine.run("import", tmp_path / "ohne.zip")
    assert "Hier vergessen, darum ohne die früheren Fassungen aus der Sicherung: bericht" in said
    assert "wieder eingelesen" not in said and machine.home.register.editions_of("bericht") == ()
    said = machine.run("import", tmp_path / "mit.zip")
    assert "War hier vergessen und ist mit der Sicherung wieder eingelesen: bericht" in said
    (edition,) = machine.home.register.editions_of("bericht")
    assert edition.records[0].text == "Eine neuere Fassung."


def test_what_differs_here_is_never_replaced(saved: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    own = make_pdf(machine.folder / "pdfs" / "bericht.pdf", [paragraph(["Eine neuere Fassung."])]).read_bytes()
    (machine.folder / "woerter.toml").write_text("# meine\n")
    said = machine.run("import", saved)
    assert "bericht.pdf.import" in said and "woerter.toml.import" in said
    assert (machine.folder / "pdfs" / "bericht.pdf").read_bytes() == own
    assert (machine.folder / "pdfs" / "bericht.pdf.import").is_file()
    assert (machine.folder / "woerter.toml").read_text() == "# meine\n"
    machine.run("import", saved)
    assert not (machine.folder / "pdfs" / "bericht.pdf.2.import").exists(), "the same lies there already"
    (machine.folder / "pdfs" / "bericht.pdf.import").write_bytes(b"von anderswo")
    machine.run("import", saved)
    assert (machine.folder / "pdfs" / "bericht.pdf.import").read_bytes() == b"von anderswo"
    assert (machine.folder / "pdfs" / "bericht.pdf.2.import").is_file()
    assert "Eingelesen: bericht.pdf" in machine.run("ingest")
    assert "neuere Fassung" in machine.run("search", "Fassung")


def test_one_can_go_back_to_what_was_there_before(saved: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    make_pdf(machine.folder / "eigenes.pdf", [paragraph(["Nur hier vorhanden."])])
    machine.run("ingest", machine.folder / "eigenes.pdf")
    machine.run("import", saved)
    machine.run("rollback")
    assert "Nur hier vorhanden" in machine.run("search", "vorhanden")


def test_without_pdfs_a_backup_is_smaller_and_still_searched(saved: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    machine.run("import", saved)
    assert "0 PDF-Datei(en)" in machine.run("export", tmp_path / "klein.zip", "--without-pdfs")
    (machine.folder / "pdfs" / "bericht.pdf").unlink()
    assert "Nicht gesichert, weil die Datei fehlt: bericht.pdf" in machine.run("export", tmp_path / "fast.zip")
    assert (tmp_path / "klein.zip").stat().st_size < saved.stat().st_size
    other = Machine(tmp_path / "other")
    other.run("import", tmp_path / "klein.zip")
    assert TEXT.split()[0] in other.run("search", "Ehrenamtliche")


def changed(saved: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the archive again with other files in it, and honest sums of the ZIP itself."""
    with zipfile.ZipFile(saved) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def swap_a_letter(files: dict[str, bytes]) -> None:
    name = "generation/library.sqlite"
    files[name] = files[name].replace(b"Ehrenamtliche", b"Ehrenamtlixhe")


def leave_one_out(files: dict[str, bytes]) -> None:
    del files["generation/vectors.npy"]


def add_one(files: dict[str, bytes]) -> None:
    files["generation/mehr"] = b"x"


def swap_a_letter_of_a_pdf(files: dict[str, bytes]) -> None:
    files["publications/bericht.pdf"] = files["publications/bericht.pdf"].replace(b"%PDF-1.", b"%PDF-2.", 1)


def rubbish_for_a_register(files: dict[str, bytes]) -> None:
    replace_honestly(files, "register.sqlite", b"kein Verzeichnis" * 99)


def lead_out_by_the_library(files: dict[str, bytes]) -> None:
    """Name an absolute path as a publication's file: "publications/" and "/draussen/x.pdf" make "publications//draussen/x.pdf"."""
    name = "generation/library.sqlite"
    replace_honestly(files, name, files[name].replace(b'"file": "bericht.pdf"', b'"file": "/tmp/xt.pdf"'))


def replace_honestly(files: dict[str, bytes], name: str, data: bytes) -> None:
    """Change a file and its checksum, so that only what it says is wrong."""
    assert files[name] != data
    files[name] = data
    listed = json.loads(files["fundstelle.json"])
    listed["files"][name] = [len(data), hashlib.sha256(data).hexdigest()]
    files["fundstelle.json"] = json.dumps(listed).encode()


def name_a_path_twice_slashed(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["fundstelle.json"])
    manifest["files"]["publications//tmp/xt.pdf"] = manifest["files"].pop("publications/bericht.pdf")
    files["publications//tmp/xt.pdf"] = files.pop("publications/bericht.pdf")
    files["fundstelle.json"] = json.dumps(manifest).encode()


def lead_out(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["fundstelle.json"])
    manifest["files"]["../../draussen"] = manifest["files"].pop("settings/katalog.toml")
    files["../../draussen"] = files.pop("settings/katalog.toml")
    files["fundstelle.json"] = json.dumps(manifest).encode()


def say_another_version(files: dict[str, bytes]) -> None:
    files["fundstelle.json"] = files["fundstelle.json"].replace(b'"fundstelle": 1', b'"fundstelle": 99')


def without_manifest(files: dict[str, bytes]) -> None:
    del files["fundstelle.json"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (swap_a_letter, "Prüfsumme von generation/library.sqlite"),
        (leave_one_out, "anderes, als sein Verzeichnis nennt"),
        (add_one, "anderes, als sein Verzeichnis nennt"),
        (swap_a_letter_of_a_pdf, "Prüfsumme von publications/bericht.pdf"),
        (rubbish_for_a_register, "Verzeichnis der Links ist nicht lesbar"),
        (lead_out, "führen"),
        (name_a_path_twice_slashed, "führen"),
        (lead_out_by_the_library, "Dateien mit Ordnern"),
        (say_another_version, "anderen Programmversion"),
        (without_manifest, "kein Archiv"),
    ],
)
def test_a_changed_backup_is_refused_and_changes_nothing(
    saved: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], named: str
) -> None:
    machine = Machine(tmp_path / "new")
    make_pdf(machine.folder / "eigenes.pdf", [paragraph(["Nur hier vorhanden."])])
    machine.run("ingest", machine.folder / "eigenes.pdf")
    before = machine.files()
    assert named in machine.run("import", changed(saved, tmp_path / "anders.zip", change), expect=1)
    assert machine.files() == before
    assert not (tmp_path / "draussen").exists()


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.99])
def test_a_cut_off_backup_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    machine = Machine(tmp_path / "new")
    cut = tmp_path / "halb.zip"
    cut.write_bytes(saved.read_bytes()[: int(share * saved.stat().st_size)])
    assert "kein Archiv von Fundstelle, oder es ist beschädigt" in machine.run("import", cut, expect=1)


def test_what_is_no_file_at_all_is_named(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    assert "gibt es nicht" in machine.run("import", tmp_path / "keine.zip", expect=1)
    assert "das ist ein Ordner" in machine.run("import", tmp_path, expect=1)
    assert "noch nichts eingelesen" in machine.run("export", tmp_path / "neu.zip", expect=1)
    assert not list(tmp_path.glob("neu.zip*"))


def test_a_backup_that_cannot_be_written_leaves_none(saved: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    machine.run("import", saved)
    (tmp_path / "datei").write_text("")
    assert "kann nicht geschrieben werden" in machine.run("export", tmp_path / "datei" / "x.zip", expect=1)
    (tmp_path / "ordner.zip").mkdir()
    assert "kann nicht geschrieben werden" in machine.run("export", tmp_path / "ordner.zip", expect=1)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("part", "said", "live"),
    [
        (Archive, "kann nicht geschrieben werden: Der Datenträger ist voll.", False),
        (Register, "Der Index aus dem Archiv ist in Gebrauch, aber", True),
    ],
)
def test_a_disk_that_is_full_for_the_register_is_told(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: type, said: str, live: bool
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    machine = Machine(tmp_path / "new")
    with monkeypatch.context() as patch:
        patch.setattr(part, "extract" if part is Archive else "take_in", full)
        assert said in machine.run("import", saved, expect=1)
    assert bool(machine.home.live_mark()) == live and not (machine.folder / "home" / "register.import").exists()
    machine.run("import", saved)


def test_a_backup_of_another_model_is_refused(saved: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")

    def say(files: dict[str, bytes]) -> None:
        name = "generation/manifest.json"
        replace_honestly(files, name, json.dumps(json.loads(files[name]) | {"model": "anderes"}).encode())

    assert "mit dem Modell anderes gebaut" in machine.run("import", changed(saved, tmp_path / "m.zip", say), expect=1)
    assert not machine.home.live_mark()


def test_the_archive_holds_the_generation_without_its_store(saved: Path) -> None:
    with Archive(saved) as archive:
        assert "generation/library.sqlite" in archive.parts
        assert not [name for name in archive.parts if "chroma" in name or name.startswith("generation/vectors/")]
