"""What became of passages: held against what is known of every sentence of the specimens' second editions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.publication import Document, Publication
from corpus.specimens.build import FOLDER, SPECIMENS, Specimen
from facsimile.worker import Job
from index.alignment import NOWHERE, Words, align, places
from index.home import Home
from index.links import Fate, Mark, Reading, Resolution, resolve, wording
from index.register import Edition, Register
from ingest.document import read_document
from ingest.passages import Splitting
from tests.editions import Change, Written, second_edition
from tests.editions import Edition as SecondEdition
from tests.fakes import document_of
from tests.shelf import publish, reading_room, register_documents
from tests.truth import known, known_of

_SAME = {Change.SAME, Change.MOVED}
_LOST = {Change.DROPPED, Change.ADDED}  # added by the second edition is lost on the way back


@dataclass(frozen=True, slots=True)
class Way:
    """One edition and the other one that it is looked up in, with what became of each sentence on the way."""

    name: str
    before: Document
    after: Document
    fates: tuple[tuple[Change, Written, Written | None], ...]


def edition_of(document: Document, folder: Path) -> Edition:
    register = Register(folder / "register.sqlite")
    register_documents(register, [document], "1")
    return register.editions_of(document.publication.id)[0]


@pytest.fixture(
    scope="module", params=[(s, back) for s in SPECIMENS for back in (False, True)], ids=lambda p: f"{p[0].text}-{p[1]}"
)
def way(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Way:
    specimen, back = request.param
    folder = tmp_path_factory.mktemp("edition")
    edition: SecondEdition = second_edition(specimen, folder)
    first, second = known(specimen.name).document, known_of(edition.pdf, edition.truth).document
    pairs = [(f.change, f.after, f.before) if back else (f.change, f.before, f.after) for f in edition.fates]
    fates = tuple((change, before, after) for change, before, after in pairs if before and before.kind not in ("cell", "label"))
    return Way(specimen.text, *((second, first) if back else (first, second)), fates)


def sentences_of(way: Way) -> Iterator[tuple[range, Change, Written, Written | None]]:
    """Yield the words of each sentence in the reading, where it stands there once on its page, and what became of it."""
    words = Words.of(passage.text for passage in way.before.passages)
    pages = [{page + 1 for page in passage.pages} for passage in way.before.passages]
    for change, before, after in way.fates:
        wanted = Words.of([before.text]).written
        found = [at for at in places(wanted, words) if before.pages[0] in pages[words.at[at][0]]]
        if len(found) == 1:
            yield range(found[0], found[0] + len(wanted)), change, before, after


def test_no_sentence_is_found_where_it_does_not_stand(way: Way) -> None:
    old, new = (Words.of(p.text for p in document.passages) for document in (way.before, way.after))
    where = align(old, new)
    seen: Counter[Change] = Counter()
    wrong: list[tuple[Change, str]] = []
    for words, change, before, after in sentences_of(way):
        found = where[words.start : words.stop]
        if change in _LOST:
            true = bool((found == NOWHERE).all())
        else:
            assert after is not None
            then = Words.of([after.text]).written
            spots = [at for at in places(then, new) if after.pages[0] - 1 in way.after.passages[new.at[at][0]].pages]
            inside = any(all(at <= p < at + len(then) for p in found if p != NOWHERE) for at in spots)
            whole = bool((found != NOWHERE).all())
            # two sentences of the specimens are read otherwise than they were set: a box stands between their lines
            true = inside and whole == (change in _SAME) and bool((found != NOWHERE).any()) if spots else whole
        seen[change] += 1
        if not true:
            wrong.append((change, before.text))
    assert wrong == []
    assert sum(seen.values()) >= 0.98 * len(way.fates) and seen[Change.CHANGED] >= 4


def fate_of(changes: Sequence[Change]) -> Fate:
    if set(changes) <= _SAME:
        return Fate.KEPT
    return Fate.GONE if set(changes) <= _LOST else Fate.CHANGED


def changes_of(way: Way) -> dict[int, list[Change]]:
    """Return what became of the sentences of each passage in which some are known, by its position."""
    words = Words.of(passage.text for passage in way.before.passages)
    told: dict[int, list[Change]] = {}
    for sentence, change, _, _ in sentences_of(way):
        told.setdefault(words.at[sentence.start][0], []).append(change)
    return told


def test_no_passage_is_said_to_have_become_what_it_has_not(way: Way, tmp_path: Path) -> None:
    edition, today, told = edition_of(way.before, tmp_path), Reading(way.after.passages), changes_of(way)
    wrong, table = [], Counter[tuple[Fate, Fate]]()
    for position, passage in enumerate(way.before.passages):
        resolution = resolve(edition, position, today)
        holds(wording(passage), resolution)
        if position in told:
            table[fate_of(told[position]), resolution.fate] += 1
            if resolution.fate is not fate_of(told[position]):
                wrong.append((passage.text, told[position], resolution.fate))
    assert wrong == [], f"{table}: {wrong[:5]}"
    assert len(told) >= 0.6 * len(way.before.passages)


@pytest.mark.parametrize("way", [(SPECIMENS[1], False)], ids=["paper"], indirect=True)
def test_every_link_to_a_first_edition_leads_to_what_became_of_it(way: Way, tmp_path: Path) -> None:
    home, told = Home(tmp_path), changes_of(way)
    seen: Counter[str] = Counter()
    publish(home, way.before)
    publish(home, way.after)
    with reading_room(home) as client:
        for position, passage in enumerate(way.before.passages):
            answer = client.get(f"/f/{passage.id}", follow_redirects=True)
            said = next(
                (fate for fate, words in _SAID.items() if words in answer.text),
                "moved" if "stand früher" in answer.text else "same",
            )
            assert answer.status_code == (410 if said == "gone" else 200)
            seen[said] += 1
            if position in told:
                fate = fate_of(told[position])
                assert said in {Fate.KEPT: ("same", "moved"), Fate.CHANGED: ("changed",), Fate.GONE: ("gone",)}[fate], (
                    passage.text
                )
                if set(told[position]) == {Change.MOVED}:
                    assert said == "moved", passage.text
    assert set(seen) == {"same", "moved", "changed", "gone"}, seen


_SAID = {
    "changed": "<h1>Diese Stelle wurde geändert",
    "gone": "<h1>Diese Stelle gibt es nicht mehr",
    "uncertain": "nicht sicher wieder",
}


def holds(text: str, resolution: Resolution) -> None:
    """Assert that what is said of a passage adds up: to its words before, and to those that stand where it is said today."""
    words = Words.of([text]).written
    there = tuple(
        w for part in resolution.parts for s in part.stretches for w in Words.of([s.passage.text[s.start : s.end]]).written
    )
    if resolution.fate is Fate.KEPT:
        assert there == words
    if resolution.fate is Fate.CHANGED:
        runs = [run for part in resolution.parts for run in part.runs]
        before, after = (
            Words.of(["".join(run.text for run in runs if run.mark is not other)]).written for other in (Mark.ADDED, Mark.REMOVED)
        )
        assert (before, after) == (words, there)
        assert all(one.mark is not other.mark for part in resolution.parts for one, other in pairwise(part.runs))


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.text)
def test_another_splitting_loses_no_passage(specimen: Specimen, tmp_path: Path) -> None:
    document = known(specimen.name).document
    with Job(FOLDER / f"{specimen.name}.pdf") as job:
        today = Reading(read_document(job, None, {}, Splitting(20, 45, 80)).passages)
    edition = edition_of(document, tmp_path)
    assert len(today.passages) > 1.5 * len(document.passages)
    for position, passage in enumerate(document.passages):
        resolution = resolve(edition, position, today)
        assert resolution.fate is Fate.KEPT and len(resolution.parts) == 1, passage.text
        assert {page for stretch in resolution.parts[0].stretches for page in stretch.pages} == set(passage.pages)


# Small readings

BOOK = Publication("buch", "buch.pdf", "Titel")
LONG = "Die Beratung im Stadtteil ist an jedem Dienstag von neun bis zwölf Uhr geöffnet und kostet nichts."
CITY = "Die Stadt hat im letzten Jahr zwölf Räume für Vereine hergerichtet, die abends offen sind."
RIVER = "Am Fluss treffen sich die Frauen der Nähgruppe, sobald es warm genug dafür ist."
SHORT = "Mehr dazu im Anhang."


def book(texts: Sequence[str]) -> Document:
    """Return a book in which each text is a passage, equal ones numbered."""
    document = document_of(BOOK, [[text] for text in texts])
    numbers = [texts[: n + 1].count(text) for n, text in enumerate(texts)]
    return replace(document, passages=tuple(replace(p, number=n) for p, n in zip(document.passages, numbers, strict=True)))


def became(before: Sequence[str], after: Sequence[str], position: int, folder: Path) -> tuple[Fate, list[str]]:
    """Return what became of a page of a book whose pages are passages, and the texts of where it stands."""
    resolution = resolve(edition_of(book(before), folder), position, Reading(book(after).passages))
    return resolution.fate, [s.passage.text[s.start : s.end] for part in resolution.parts for s in part.stretches]


def test_a_passage_that_is_split_otherwise_is_kept(tmp_path: Path) -> None:
    half, rest = LONG[:38], LONG[39:]
    assert became([CITY, LONG], [CITY + " " + half, rest], 1, tmp_path) == (Fate.KEPT, [half, rest.rstrip(".")])


def test_a_passage_of_its_own_words_that_is_torn_out_is_known_by_them(tmp_path: Path) -> None:
    assert became([CITY, LONG], [RIVER, LONG], 1, tmp_path) == (Fate.KEPT, [LONG.rstrip(".")])


def test_of_few_words_nobody_can_say_whether_they_are_the_same_passage(tmp_path: Path) -> None:
    assert became([CITY, SHORT, LONG], [CITY, LONG, RIVER, SHORT], 1, tmp_path)[0] is Fate.UNCERTAIN
    assert became([CITY, SHORT], [CITY, SHORT, RIVER], 1, tmp_path) == (Fate.KEPT, [SHORT.rstrip(".")])


@pytest.mark.parametrize("text", [SHORT, LONG])
def test_a_look_alike_never_takes_the_place_of_what_is_gone(text: str, tmp_path: Path) -> None:
    before = [CITY, text, RIVER, text]
    assert became(before, [CITY, RIVER, text], 1, tmp_path) == (Fate.GONE, [])
    assert became(before, [CITY, RIVER, text], 3, tmp_path) == (Fate.KEPT, [text.rstrip(".")])
    assert became(before, [RIVER, text, CITY, text], 1, tmp_path)[0] is Fate.KEPT


@pytest.mark.parametrize("text", [SHORT, LONG])
def test_where_two_fit_equally_well_both_are_named(text: str, tmp_path: Path) -> None:
    fate, found = became([CITY, text], [RIVER, text, "Danach kommt etwas ganz anderes als zuvor.", text], 1, tmp_path)
    assert (fate, found) == (Fate.UNCERTAIN, [text.rstrip(".")] * 2)


def test_what_was_written_otherwise_is_shown_word_by_word(tmp_path: Path) -> None:
    after = LONG.replace("Dienstag", "Montag").replace("kostet nichts", "kostet jetzt 5 €")
    edition = edition_of(book([LONG, CITY]), tmp_path)
    resolution = resolve(edition, 0, Reading(book([after, CITY]).passages))
    assert [(run.mark.value, run.text) for run in resolution.parts[0].runs] == [
        ("kept", "Die Beratung im Stadtteil ist an jedem "),
        ("removed", "Dienstag "),
        ("added", "Montag "),
        ("kept", "von neun bis zwölf Uhr geöffnet und kostet "),
        ("removed", "nichts.\n"),
        ("added", "jetzt 5 €.\n"),
    ]
