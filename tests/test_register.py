"""The register outlives generations: what was published is in it, equal texts keep their ids, and nothing breaks it halfway."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import FundstelleError, RegisterDamaged
from corpus.publication import Document, Kind, Publication
from index import register as registers
from index.generation import Generation
from index.home import Home
from index.lasting import with_lasting_ids
from index.register import Register
from ingestion import forget
from tests.fakes import CountingEmbedder, document_of, volumes
from tests.shelf import register_documents, report

BOOK = Publication("buch", "buch.pdf", "Titel", year="2024")
ONE = "Am Hafen steht ein Haus mit sieben Fenstern, in dem am Abend gesungen wird."
TWO = "Hinter der Schule liegt ein Garten, den die Kinder im Frühling selbst bepflanzen."
THREE = "Auf dem Markt verkauft eine Frau aus Aleppo Brot, das noch warm ist."
TWICE = "Wer mitmachen will, ruft an."


def book(*texts: str, publication: Publication = BOOK) -> Document:
    """Return a book of which each page is a passage, equal ones numbered in their order, as reading does it."""
    document = document_of(publication, [[text] for text in texts])
    numbers = [texts[: n + 1].count(text) for n, text in enumerate(texts)]
    return replace(document, passages=tuple(replace(p, number=n) for p, n in zip(document.passages, numbers, strict=True)))


def publish(home: Home, *documents: Document) -> Generation:
    with home.locked():
        return home.publish(volumes(documents), CountingEmbedder(), "split")


def ids(home: Home, publication_id: str = "buch") -> list[str]:
    with closing(home.live().library()) as library:
        return library.passage_ids(publication_id)


def numbers(home: Home) -> list[str]:
    """Return what stands behind the hash in the ids of the live passages."""
    return [id_[16:] for id_ in ids(home)]


# What is kept


def test_what_was_published_is_given_back_the_latest_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, second = report(), replace(report(), passages=report().passages[1:])
    names = [publish(home, document).name for document in (first, second)]
    editions = home.register.editions_of("bericht")
    assert [edition.generation for edition in editions] == names[::-1]
    assert [[record.text for record in e.records] for e in editions] == [[p.text for p in d.passages] for d in (second, first)]
    record, page = editions[1].records[1], first.pages[1]
    assert (record.places, record.heading_path, record.kind) == (((1, page.label),), first.passages[1].heading_path, Kind.TEXT)
    assert [e.generation for e in home.register.editions_with(first.passages[0].id)] == names[:1]
    assert editions[0].publication == first.publication


def test_what_is_published_again_is_one_edition(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [publish(home, book(ONE), report()).name for _ in range(3)]
    assert [e.generation for e in home.register.editions_of("buch")] == names[-1:]
    better = replace(BOOK, title="Ein besserer Titel")
    publish(home, book(ONE, publication=better))
    assert [e.publication for e in home.register.editions_of("buch")] == [better]


def test_a_publication_that_is_dropped_stays_in_the_register(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for documents in ([book(ONE), report()], [report()], [report()], [report()]):
        publish(home, *documents)
    assert [record.text for record in home.register.editions_of("buch")[0].records] == [ONE]


def test_a_home_without_a_register_gets_one_from_what_is_live(tmp_path: Path) -> None:
    home = Home(tmp_path)
    name = publish(home, book(ONE)).name
    home.register.file.unlink()
    assert home.register.editions_of("buch") == () and home.register.published == ""
    with home.locked():
        pass
    assert (home.register.published, len(home.register.editions_with(ids(home)[0]))) == (name, 1)


def test_a_damaged_generation_is_no_reason_not_to_mend_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (publish(home, book(ONE)).folder / "library.sqlite").write_bytes(b"x" * 100)
    home.register.file.unlink()
    publish(home, book(ONE))
    assert home.live().is_whole() and len(home.register.editions_of("buch")) == 1


# What may happen meanwhile


@pytest.mark.parametrize("step", ["record", "_point_to"])
def test_an_ingestion_that_breaks_off_leaves_all_links_and_the_next_one_heals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    home = Home(tmp_path)
    publish(home, book(ONE))

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(home.register if step == "record" else home, step, broken)
        publish(home, book(TWO))
    assert [e.records[0].text for e in home.register.editions_with(ids(home)[0])] == [ONE]
    with home.locked():
        pass
    assert home.register.published == home.live().name
    publish(home, book(TWO))
    assert {e.records[0].text for e in home.register.editions_of("buch")} == {ONE, TWO}


def test_a_write_that_breaks_off_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = Register(tmp_path / "register.sqlite")
    register_documents(register, [book(ONE)], "1")
    before = register.file.read_bytes()
    monkeypatch.setattr(registers, "_row", lambda record: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        register_documents(register, [book(TWO)], "2")
    assert register.file.read_bytes() == before and [f.name for f in tmp_path.iterdir()] == ["register.sqlite"]


def test_reading_needs_no_right_to_write_and_leaves_nothing_behind(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite")
    register_documents(register, [book(ONE)], "1")
    tmp_path.chmod(0o500)
    try:
        assert len(register.editions_of("buch")) == 1
    finally:
        tmp_path.chmod(0o700)
    assert [f.name for f in tmp_path.iterdir()] == ["register.sqlite"]


def test_a_damaged_register_is_named_and_not_overwritten(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, book(ONE))
    home.register.file.write_bytes(b"kein SQLite" * 100)
    with pytest.raises(RegisterDamaged, match="Sicherung"):
        publish(home, book(TWO))
    with home.locked():  # what else needs the lock works on
        pass
    assert home.register.file.read_bytes() == b"kein SQLite" * 100


@pytest.mark.parametrize(("old", "new"), [(b'"title"', b'"tjtle"'), (b'"id":', b'"id";')])
def test_a_damaged_publication_of_the_register_is_named(tmp_path: Path, old: bytes, new: bytes) -> None:
    register = Register(tmp_path / "register.sqlite")
    register_documents(register, [book(ONE)], "1")
    register.file.write_bytes(register.file.read_bytes().replace(old, new))
    with pytest.raises(RegisterDamaged, match="Sicherung"):
        register.editions_of("buch")


def test_a_register_of_another_version_is_left_alone(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite")
    register_documents(register, [book(ONE)], "1")
    with closing(sqlite3.connect(register.file)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(RegisterDamaged, match="Programmversion"):
        register.editions_of("buch")
    with pytest.raises(RegisterDamaged, match="Programmversion"):
        register_documents(register, [book(TWO)], "2")


# Equal texts


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ((ONE, TWICE, TWO, TWICE, THREE), ["", "", "", "-2", ""]),
        ((ONE, TWO, TWICE, THREE), ["", "", "-2", ""]),  # the first of the two is gone
        ((ONE, TWICE, TWO, THREE), ["", "", "", ""]),  # the second
        ((TWO, TWICE, THREE, ONE, TWICE), ["", "-2", "", "", ""]),  # they changed places
        ((TWICE, ONE, TWICE, TWO, TWICE, THREE), ["-3", "", "", "", "-2", ""]),  # another one came before them
        ((THREE, TWICE), ["", "-3"]),  # torn out of what stood around, as a look-alike would be
    ],
)
def test_equal_texts_keep_their_ids_by_what_stands_around_them(tmp_path: Path, texts: Sequence[str], wanted: list[str]) -> None:
    home = Home(tmp_path)
    publish(home, book(ONE, TWICE, TWO, TWICE, THREE))
    publish(home, book(*texts))
    assert numbers(home) == wanted
    publish(home, book(*texts))  # and stay so
    assert numbers(home) == wanted


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for texts in ((ONE, TWICE, TWO, TWICE), (ONE, TWICE), (TWICE, THREE, TWO), (ONE, TWICE, TWO, TWICE)):
        publish(home, book(*texts))
    assert numbers(home) == ["", "", "", "-2"]  # as they were when they stood there last


def test_a_long_text_of_its_own_keeps_its_id_wherever_it_goes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, book(ONE, TWO))
    publish(home, book(THREE, ONE))
    assert numbers(home) == ["", ""]


TEXT = st.sampled_from([ONE, TWO, THREE, TWICE, "Ja.", "Siehe oben.", "Wer mitmachen will, ruft an oder schreibt."])


@given(st.lists(st.lists(TEXT, min_size=1, max_size=7), min_size=1, max_size=4))
def test_no_id_ever_names_two_passages(editions: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        register = Register(Path(folder) / "register.sqlite")
        for number, texts in enumerate(editions):
            document = with_lasting_ids(book(*texts), register)
            own = [passage.id for passage in document.passages]
            assert [passage.text for passage in document.passages] == texts
            assert len(set(own)) == len(own)
            register_documents(register, [document], str(number))
            again = with_lasting_ids(book(*texts), register)
            assert [passage.id for passage in again.passages] == own


# What is to be gone


def test_what_is_forgotten_lies_nowhere_any_more(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, book(ONE), report())
    (gone,) = ids(home)
    with pytest.raises(FundstelleError, match="noch eingelesen"):
        forget(home, "buch")
    publish(home, report())
    assert len(list((tmp_path / "generations").iterdir())) == 2
    forget(home, "buch")
    assert [f.name for f in (tmp_path / "generations").iterdir()] == [home.live().name]
    assert home.register.editions_of("buch") == () == home.register.editions_with(gone)
    assert home.register.is_forgotten(gone) and not home.register.is_forgotten("0" * 16)
    assert len(home.register.editions_of("bericht")) == 1
    with pytest.raises(FundstelleError, match="steht nichts"):
        forget(home, "buch")
    publish(home, book(ONE), report())  # the operator may think again
    assert not home.register.is_forgotten(gone) and len(home.register.editions_with(gone)) == 1


def test_a_slip_in_the_name_deletes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = publish(home, book(ONE), report())
    publish(home, report())
    with pytest.raises(FundstelleError, match="Von „bcuh“ steht nichts"):
        forget(home, "bcuh")
    with home.locked():
        assert home.roll_back().name == first.name
    assert len(home.register.editions_of("buch")) == 1


def test_what_is_forgotten_does_not_lie_about_in_the_file(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite")
    register_documents(register, [book(ONE), book(TWO, publication=replace(BOOK, id="fort", title="Ein geheimer Titel"))], "1")
    assert b"Ein geheimer Titel" in register.file.read_bytes()
    register.forget("fort")
    assert b"Ein geheimer Titel" not in register.file.read_bytes()


def test_what_another_register_forgot_is_forgotten_here_too_unless_it_is_known_here(tmp_path: Path) -> None:
    other, own = Register(tmp_path / "other.sqlite"), Register(tmp_path / "own.sqlite")
    gone, known = book(ONE, publication=replace(BOOK, id="fort")), book(TWO)
    register_documents(other, [gone, known, report()], "1")
    other.forget("fort")
    other.forget("buch")
    register_documents(own, [known], "1")
    assert own.take_in(other.file) == ()
    assert own.is_forgotten(gone.passages[0].id) and not own.is_forgotten(known.passages[0].id)
    assert len(own.editions_of("buch")) == len(own.editions_of("bericht")) == 1 and own.editions_of("fort") == ()


def test_what_was_forgotten_here_does_not_come_back_with_another_register(tmp_path: Path) -> None:
    other, own = Register(tmp_path / "other.sqlite"), Register(tmp_path / "own.sqlite")
    earlier, later = book(ONE, TWO), book(ONE, THREE)
    for generation, edition in enumerate((earlier, later)):
        register_documents(other, [edition, report()], str(generation))
    register_documents(own, [later], "1")
    own.forget("buch")
    assert own.take_in(other.file) == ("buch",)
    assert own.editions_of("buch") == () and len(own.editions_of("bericht")) == 1
    assert all(own.is_forgotten(passage.id) for passage in (*earlier.passages, *later.passages))
    register_documents(own, [later], "2")  # the operator may think again: of this edition, not of the one before
    assert own.take_in(other.file) == ("buch",)
    assert len(own.editions_of("buch")) == 1
    assert [own.is_forgotten(passage.id) for passage in (*earlier.passages, *later.passages)] == [False, True, False, False]


def test_the_register_may_be_copied_as_one_file(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, book(ONE))
    shutil.copy(home.register.file, tmp_path / "sicherung.sqlite")
    assert len(Register(tmp_path / "sicherung.sqlite").editions_of("buch")) == 1
