from __future__ import annotations

import pytest

from corpus.citation import Place, cite, locator, reference
from corpus.publication import LabelSource, Name, PageLabel, Publication

SEEN, DECLARED, INFERRED, CORRECTED, NONE = (
    LabelSource.SEEN,
    LabelSource.DECLARED,
    LabelSource.INFERRED,
    LabelSource.CORRECTED,
    LabelSource.NONE,
)


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ([(45, "46", SEEN)], "S. 46"),
        ([(45, "46", SEEN), (46, "47", SEEN)], "S. 46–47"),
        ([(45, "46", SEEN), (46, "47", SEEN), (47, "48", SEEN)], "S. 46–48"),
        ([(4, "5", CORRECTED)], "S. 5"),
        ([(9, "xii", SEEN), (10, "1", SEEN)], "S. xii–1"),
        ([(45, "46", DECLARED)], "S. [46]"),
        ([(45, "46", INFERRED)], "S. [46]"),
        ([(45, "46", SEEN), (46, "47", INFERRED)], "S. 46–[47]"),
        ([(47, "", NONE)], "PDF-S. 48"),
        ([(0, "", NONE)], "PDF-S. 1"),
        ([(47, "", NONE), (48, "", NONE)], "PDF-S. 48–49"),
        ([(47, "46", SEEN), (48, "", NONE)], "S. 46, PDF-S. 49"),
        ([(23, "46–47", SEEN)], "S. 46–47"),
        ([(23, "46–47", SEEN), (24, "48–49", SEEN)], "S. 46–49"),
        ([(23, "46–47", SEEN), (24, "48–49", INFERRED)], "S. 46–[49]"),
        ([(23, "46–47", INFERRED)], "S. [46]–[47]"),
        ([(4, "viii–1", SEEN), (5, "2–3", CORRECTED)], "S. viii–3"),
        ([(30, "2–14", DECLARED), (31, "2–15", DECLARED)], "S. [2–14]–[2–15]"),  # chapter and page
    ],
)
def test_locator(places: list[tuple[int, str, LabelSource]], shown: str) -> None:
    built: list[Place] = [(index, PageLabel(text, source)) for index, text, source in places]
    assert locator(built) == shown


def test_reference_leaves_out_what_is_not_known() -> None:
    assert reference(Publication("a", "a.pdf", "Titel")) == "Titel"
    full = Publication(
        "a",
        "a.pdf",
        "Titel",
        subtitle="Mehr",
        authors=(Name("Koşan", "Ümit"),),
        year="2025",
        place="Bielefeld",
        publisher="transcript",
    )
    assert reference(full) == "Koşan (2025): Titel. Mehr, Bielefeld: transcript"


def test_more_than_three_authors_are_shortened() -> None:
    names = tuple(Name(n) for n in ("Beloe", "Koşan", "Kruse", "Warnecke"))
    assert reference(Publication("a", "a.pdf", "T", authors=names)) == "Beloe u. a.: T"
    assert reference(Publication("a", "a.pdf", "T", authors=names[:3])) == "Beloe / Koşan / Kruse: T"


def test_citation_joins_reference_and_locator() -> None:
    assert str(cite(Publication("a", "a.pdf", "Titel", year="2024"), [(3, PageLabel("2", SEEN))])) == "Titel, 2024, S. 2"
