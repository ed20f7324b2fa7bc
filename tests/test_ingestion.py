"""From files to a published generation: what is read, taken over, dropped, refused."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, Entry
from corpus.errors import FundstelleError, IndexDamaged, NoIndex
from corpus.publication import Document, Publication
from index.building import Steps
from index.home import Home
from index.library import Stored
from index.volume import Volume
from ingestion import Outcome, Wanted, ingest, plan, wanted_files, wanted_of
from tests.fakes import CountingEmbedder, document_of
from tests.pdfs import make_pdf, paragraph


class OtherEmbedder(CountingEmbedder):
    """Another model, as far as the index can tell."""

    fingerprint = "other-1"


def pdf(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    return make_pdf(folder / name, [paragraph([text])])


def run(home: Path, *paths: Path, rebuild: bool = False, embedder: CountingEmbedder | None = None) -> Outcome:
    return ingest(Home(home), wanted_files(Catalogue(()), paths), embedder or CountingEmbedder(), rebuild=rebuild)


def files(home: Path) -> list[str]:
    library = Home(home).live().library()
    try:
        return [s.publication.file for s in library.stored()]
    finally:
        library.close()


def stored(file: str, key: str, folder: str = "/p") -> Stored:
    return Stored(Publication(file.removesuffix(".pdf"), file, file), Path(folder) / file, key, 1, 1, (), "")


def test_the_plan_reads_what_is_new_or_changed_and_keeps_the_rest() -> None:
    old = [stored("a.pdf", "1"), stored("b.pdf", "2"), stored("c.pdf", "3"), stored("d.pdf", "4", "/elsewhere")]
    wanted = [(Wanted(Path("/p/a.pdf")), "1"), (Wanted(Path("/p/b.pdf")), "changed"), (Wanted(Path("/p/e.pdf")), "5")]
    changes = plan(old, wanted, [Path("/p")], complete=True)
    assert [w.path.name for w in changes.read] == ["b.pdf", "e.pdf"]
    assert [s.publication.file for s, _ in changes.keep] == ["a.pdf", "d.pdf"]
    assert [s.publication.file for s in changes.drop] == ["c.pdf"]


def test_the_plan_for_named_files_drops_nothing() -> None:
    changes = plan([stored("a.pdf", "1")], [(Wanted(Path("/q/b.pdf")), "2")], [Path("/p")], complete=False)
    assert ([w.path.name for w in changes.read], changes.drop) == (["b.pdf"], ())
    assert [s.publication.file for s, _ in changes.keep] == ["a.pdf"]


def test_new_bibliographic_data_needs_no_reading() -> None:
    better = Publication("a", "a.pdf", "Ein besserer Titel")
    changes = plan([stored("a.pdf", "1")], [(Wanted(Path("/p/a.pdf"), better), "1")], [], complete=False)
    assert changes.read == () and changes.keep[0][1] == better


def test_files_are_added_and_unchanged_ones_are_not_read_again(tmp_path: Path) -> None:
    home, one, two = (
        tmp_path / "home",
        pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein."),
        pdf(tmp_path, "zwei.pdf", "Das Ehrenamt wächst."),
    )
    assert len(run(home, one).read) == 1
    second = run(home, two)
    assert ([d.publication.file for d in second.read], second.kept) == (["zwei.pdf"], 1)
    assert files(home) == ["eins.pdf", "zwei.pdf"]
    again = run(home, one, two)
    assert (again.read, again.kept, again.generation) == ((), 2, None)


def test_a_changed_file_replaces_its_former_reading(tmp_path: Path) -> None:
    home, path = tmp_path / "home", pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein.")
    run(home, path)
    pdf(tmp_path, "eins.pdf", "Die Wohnung ist groß.")
    run(home, path)
    library = Home(home).live().library()
    assert [p.text for p in library.passages()] == ["Die Wohnung ist groß."]
    library.close()


def test_a_file_that_moved_is_found_where_it_is_now_without_being_read_again(tmp_path: Path) -> None:
    home, path = tmp_path / "home", pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein.")
    run(home, path)
    (tmp_path / "anderswo").mkdir()
    moved = path.rename(tmp_path / "anderswo" / path.name)
    outcome = run(home, moved)
    assert (outcome.read, outcome.kept) == ((), 1)
    library = Home(home).live().library()
    assert [s.path for s in library.stored()] == [moved]
    library.close()
    assert run(home, moved).generation is None


def test_one_bad_file_stops_nothing_and_keeps_what_was_known_of_it(tmp_path: Path) -> None:
    home, good, bad = (
        tmp_path / "home",
        pdf(tmp_path, "gut.pdf", "Die Stadt hilft."),
        pdf(tmp_path, "schlecht.pdf", "Noch ist alles gut."),
    )
    run(home, good, bad)
    bad.write_text("kein PDF mehr")
    outcome = run(home, good, bad)
    assert [e.file for e in outcome.failed] == ["schlecht.pdf"]
    assert sorted(files(home)) == ["gut.pdf", "schlecht.pdf"]


def test_nothing_readable_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "schlecht.pdf"
    bad.write_text("kein PDF")
    with pytest.raises(FundstelleError, match="Keine der Dateien"):
        run(tmp_path / "home", bad)
    with pytest.raises(NoIndex, match="nichts einzulesen"):
        run(tmp_path / "home")
    with pytest.raises(NoIndex):
        Home(tmp_path / "home").live()


def test_where_there_is_nothing_the_operators_own_folder_is_named(tmp_path: Path) -> None:
    folders = [tmp_path / "pdfs", tmp_path / "specimens"]
    with pytest.raises(NoIndex) as error:
        ingest(Home(tmp_path / "home"), (), CountingEmbedder(), managed=folders, complete=True)
    assert f"Legen Sie PDF-Dateien in {folders[0]} ab" in str(error.value)


def test_two_files_of_one_name_are_not_confused(tmp_path: Path) -> None:
    one, two = pdf(tmp_path / "x", "a.pdf", "Text eins steht hier."), pdf(tmp_path / "y", "a.pdf", "Text zwei steht hier.")
    outcome = run(tmp_path / "home", one, two)
    assert len(outcome.read) == 1
    assert "Zwei Dateien dieses Namens" in str(outcome.failed[0])


def test_names_that_make_the_same_id_stay_apart(tmp_path: Path) -> None:
    run(tmp_path / "home", pdf(tmp_path, "a b.pdf", "Text eins steht hier."), pdf(tmp_path, "a_b.pdf", "Text zwei steht hier."))
    library = Home(tmp_path / "home").live().library()
    assert sorted(p.id for p in library.publications) == ["a-b", "a-b-2"]
    library.close()


def test_another_model_takes_the_text_over_and_makes_new_vectors(tmp_path: Path) -> None:
    home, path = tmp_path / "home", pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein.")
    run(home, path)
    outcome = run(home, path, embedder=OtherEmbedder())
    assert outcome.read == () and outcome.generation is not None
    assert Home(home).live().manifest.model == "other-1"


def test_rebuild_reads_everything_anew(tmp_path: Path) -> None:
    home, path = tmp_path / "home", pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein.")
    run(home, path)
    assert len(run(home, path, rebuild=True).read) == 1


def test_the_folder_is_followed_but_named_files_from_elsewhere_stay(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "publications"
    elsewhere = pdf(tmp_path / "x", "fremd.pdf", "Text von anderswo.")
    pdf(folder, "eins.pdf", "Text eins steht hier.")
    second = pdf(folder, "ZWEI.PDF", "Text zwei steht hier.")
    catalogue = Catalogue((Entry(Publication("k", "eins.pdf", "Aus dem Katalog"), folder / "eins.pdf"),))

    def follow() -> Outcome:
        return ingest(Home(home), wanted_of(catalogue, folder), CountingEmbedder(), managed=[folder], complete=True)

    run(home, elsewhere)
    follow()
    assert sorted(files(home)) == ["ZWEI.PDF", "eins.pdf", "fremd.pdf"]
    second.unlink()
    assert [s.publication.file for s in follow().dropped] == ["ZWEI.PDF"]
    assert sorted(files(home)) == ["eins.pdf", "fremd.pdf"]
    library = Home(home).live().library()
    assert library.publication("k") == Publication("k", "eins.pdf", "Aus dem Katalog")
    library.close()


def catalogue_of(path: Path, id_: str = "k", label: str = "77", title: str = "Aus dem Katalog") -> Catalogue:
    return Catalogue((Entry(Publication(id_, path.name, title), path.parent / "anderswo" / path.name, ((1, label),)),))


def test_the_catalogue_reaches_files_that_lie_elsewhere(tmp_path: Path) -> None:
    home, path = Home(tmp_path / "home"), pdf(tmp_path, "quelle.pdf", "Ein Satz steht hier.")
    for catalogue, rebuild in (
        (catalogue_of(path), False),
        (catalogue_of(path, label="78", title="Neu"), False),
        (catalogue_of(path, label="79"), True),
    ):
        wanted = wanted_files(catalogue, [path] if catalogue.entries[0].corrections[0][1] == "77" else [])
        ingest(home, wanted, CountingEmbedder(), catalogue=catalogue, rebuild=rebuild)
        library = home.live().library()
        (stored_,) = library.stored()
        (page,) = library.pages("k")
        assert (stored_.publication.title, page.label.text) == (
            catalogue.entries[0].publication.title,
            catalogue.entries[0].corrections[0][1],
        )
        library.close()


def test_a_catalogue_entry_takes_its_id_and_nothing_is_lost(tmp_path: Path) -> None:
    home, old, new = (
        tmp_path / "home",
        pdf(tmp_path, "bericht.pdf", "Der alte Text bleibt."),
        pdf(tmp_path, "anders.pdf", "Der neue Text kommt."),
    )
    run(home, old)
    catalogue = Catalogue((Entry(Publication("bericht", "anders.pdf", "A"), new),))
    ingest(Home(home), wanted_files(catalogue, [new]), CountingEmbedder(), catalogue=catalogue)
    library = Home(home).live().library()
    assert {(p.id, p.file) for p in library.publications} == {("bericht", "anders.pdf"), ("bericht-2", "bericht.pdf")}
    assert sorted(p.text for p in library.passages()) == ["Der alte Text bleibt.", "Der neue Text kommt."]
    library.close()


def test_an_id_that_is_given_way_to_takes_no_other_ones(tmp_path: Path) -> None:
    home, new = tmp_path / "home", pdf(tmp_path, "anders.pdf", "Der neue Text kommt.")
    run(home, pdf(tmp_path, "bericht.pdf", "Der alte Text bleibt."), pdf(tmp_path, "bericht-2.pdf", "Der zweite bleibt auch."))
    catalogue = Catalogue((Entry(Publication("bericht", "anders.pdf", "A"), new),))
    ingest(Home(home), wanted_files(catalogue, [new]), CountingEmbedder(), catalogue=catalogue)
    with closing(Home(home).live().library()) as library:
        assert {p.file: p.id for p in library.publications} == {
            "bericht.pdf": "bericht-3", "bericht-2.pdf": "bericht-2", "anders.pdf": "bericht",
        }  # fmt: skip


def test_a_failed_file_keeps_its_id_from_others(tmp_path: Path) -> None:
    home, broken = tmp_path / "home", pdf(tmp_path, "Bericht 1.pdf", "Der alte Text bleibt.")
    run(home, broken)
    broken.write_text("kaputt")
    run(home, broken, pdf(tmp_path, "bericht-1.pdf", "Der neue Text kommt."))
    library = Home(home).live().library()
    assert {(p.id, p.file) for p in library.publications} == {("bericht-1", "Bericht 1.pdf"), ("bericht-1-2", "bericht-1.pdf")}
    library.close()


def test_another_file_of_the_same_name_does_not_replace_the_first(tmp_path: Path) -> None:
    home, one, two = (
        tmp_path / "home",
        pdf(tmp_path / "x", "a.pdf", "Text eins steht hier."),
        pdf(tmp_path / "y", "a.pdf", "Text zwei steht hier."),
    )
    run(home, one)
    assert "Zwei Dateien dieses Namens" in str(run(home, two).failed[0])
    library = Home(home).live().library()
    assert [p.text for p in library.passages()] == ["Text eins steht hier."]
    library.close()


@pytest.mark.parametrize("part", ["live", "manifest.json", "library.sqlite", "vectors.npy", "words", "vectors"])
def test_an_ingestion_mends_a_damaged_index_and_loses_nothing(tmp_path: Path, part: str) -> None:
    home, one, two = (
        tmp_path / "home",
        pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein."),
        pdf(tmp_path, "zwei.pdf", "Das Ehrenamt wächst."),
    )
    run(home, one)
    run(home, one, two)
    live = Home(home).live().folder
    gone = home / "live" if part == "live" else live / part
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    assert run(home, two).generation is not None
    assert sorted(files(home)) == ["eins.pdf", "zwei.pdf"]
    assert Home(home).live().is_whole()


def test_a_file_that_became_unreadable_is_not_dropped(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "publications"
    path = pdf(folder, "eins.pdf", "Text eins steht hier.")

    def follow() -> Outcome:
        wanted = wanted_of(Catalogue(()), folder)
        return ingest(Home(home), wanted, CountingEmbedder(), managed=[folder], complete=True)

    follow()
    path.unlink()
    path.symlink_to(tmp_path / "nirgends.pdf")
    outcome = follow()
    assert (outcome.dropped, [e.file for e in outcome.failed]) == ((), ["eins.pdf"])
    assert files(home) == ["eins.pdf"]


def test_a_name_that_is_no_text_is_refused_alone(tmp_path: Path) -> None:
    good, bad = pdf(tmp_path, "gut.pdf", "Die Stadt hilft."), Path(os.fsdecode(os.fsencode(tmp_path) + b"/kaputt\xff.pdf"))
    shutil.copy(good, bad)
    outcome = run(tmp_path / "home", good, bad)
    assert [d.publication.file for d in outcome.read] == ["gut.pdf"]
    assert "Benennen Sie die Datei um" in str(outcome.failed[0])


@pytest.mark.parametrize(
    ("damaged", "read"), [("library.sqlite", ["eins.pdf", "zwei.pdf"]), ("vectors.npy", ["zwei.pdf"])], ids=["library", "vectors"]
)
def test_what_changed_on_the_disk_is_not_taken_over(tmp_path: Path, damaged: str, read: list[str]) -> None:
    home, one = tmp_path / "home", pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein und das Ehrenamt wächst.")
    run(home, one)
    file = Home(home).live().folder / damaged
    data = file.read_bytes()
    at = data.find(b"Ehrenamt") if damaged.endswith("sqlite") else len(data) - 1
    file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])  # still a sound database, a sound array
    outcome = run(home, one, pdf(tmp_path, "zwei.pdf", "Die Stadt hilft."))
    assert [stored.publication.file for stored in outcome.read] == read
    live = Home(home).live()
    with closing(live.library()) as library:
        texts = [passage.text for passage in library.passages()]
    assert texts == ["Die Wohnung ist klein und das Ehrenamt wächst.", "Die Stadt hilft."]
    assert live.exact_vectors().matrix.tolist() == CountingEmbedder().passages(texts).tolist()


def changed(file: Path, old: bytes, new: bytes) -> None:
    data = file.read_bytes()
    assert data.count(old) >= 1 and len(old) == len(new)
    file.write_bytes(data.replace(old, new))


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("part", ["library.sqlite", "inventory.json"])
def test_what_a_damaged_index_names_is_read_again_or_told(tmp_path: Path, part: str, rebuild: bool) -> None:
    home, one, gone = (
        tmp_path / "home",
        pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein und das Ehrenamt wächst."),
        pdf(tmp_path / "usb", "fort.pdf", "Ein Netz trägt alle."),
    )
    run(home, one, gone)
    gone.unlink()
    hurt = Home(home).live().folder / part
    if part == "library.sqlite":
        changed(hurt, b"Ehrenamt", b"Ehrenant")
    else:
        hurt.unlink()
    outcome = run(home, pdf(tmp_path, "zwei.pdf", "Die Stadt hilft."), rebuild=rebuild)
    assert sorted(files(home)) == ["eins.pdf", "zwei.pdf"]
    assert [(e.file, f"nicht mehr in {gone.parent}" in str(e)) for e in outcome.failed] == [("fort.pdf", True)]
    with closing(Home(home).live().library()) as library:
        assert "Die Wohnung ist klein und das Ehrenamt wächst." in [passage.text for passage in library.passages()]


@pytest.mark.parametrize(("old", "new"), [(b'"title"', b'"tjtle"'), (b'"id":', b'"id";'), (b'"show"', b'"shnw"')])
def test_publications_that_are_none_are_a_damaged_index_which_an_ingestion_mends(tmp_path: Path, old: bytes, new: bytes) -> None:
    home, one = tmp_path / "home", pdf(tmp_path, "eins.pdf", "Die Wohnung ist klein.")
    run(home, one)
    changed(Home(home).live().folder / "library.sqlite", old, new)
    with pytest.raises(IndexDamaged, match="fundstelle ingest --rebuild"):
        Home(home).live().library()
    run(home, one, rebuild=True)
    assert files(home) == ["eins.pdf"]


def test_only_one_document_is_in_memory_while_a_generation_is_written(tmp_path: Path) -> None:
    events: list[str] = []

    def volume(name: str) -> Volume:
        document = document_of(Publication(name, f"{name}.pdf", name), [["Die Stadt hilft."], ["Das Ehrenamt wächst."]])

        def load() -> Document:
            events.append(f"load {name}")
            return document

        return Volume(Stored.of(document), load)

    home = Home(tmp_path)
    with home.locked():
        steps = Steps(events.append, lambda done, of: events.append(f"{done} of {of}"))
        home.publish([volume("a"), volume("b")], CountingEmbedder(), "x", steps)
    assert events == [
        "Texte und Vektoren schreiben", "load a", "2 of 4", "load b", "4 of 4",
        "Wörter verzeichnen", "4 of 4", "Vektoren speichern", "4 of 4", "prüfen",
    ]  # fmt: skip
