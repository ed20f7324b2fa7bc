"""References whose citations are known: one of each sort that styles and formats must get right."""

from __future__ import annotations

from citing.quotation import quote_all
from citing.reference import Chapter, Cited, Reference
from corpus.citation import Place
from corpus.publication import LabelSource, Name, PageLabel, Passage, Piece, Publication

SIX = (
    Name("Beloe", "Elizabeth"),
    Name("Koşan", "Ümit"),
    Name("Kruse", "Wilfried"),
    Name("Möller-Öncü", "Martina"),
    Name("Otálvaro", "Andrés"),
    Name("Warnecke", "Jenny"),
)
BOOK = Publication(
    "nahe",
    "nahe.pdf",
    "Nahe bei den Menschen",
    kind="book",
    subtitle="Migrant*innen-Organisationen ziehen Bilanz",
    authors=SIX,
    year="2025",
    publisher="transcript Verlag",
    place="Bielefeld",
    series="Kultur und soziale Praxis",
    isbn="978-3-8376-7188-9",
)
REPORT = Publication(
    "augenhoehe",
    "augenhoehe.pdf",
    "Auf Augenhöhe zusammenarbeiten",
    kind="report",
    authors=SIX[:2],
    year="2026",
    publisher="Musterverlag",
    place="Musterstadt",
    doi="10.1000/muster",
    url="https://example.org/bericht",
)
BROCHURE = Publication(
    "heft",
    "heft.pdf",
    "Teilhabe für alle",
    kind="pamphlet",
    subtitle="Ein Heft",
    authors=(Name("Verbund der Vereine"),),
    year="2024",
    publisher="Selbstverlag",
    place="Dortmund",
)
UNSIGNED = Publication(
    "strasse", "strasse.pdf", "Große Straße der Bürger*innen", kind="book", year="2023", publisher="Übersee-Verlag", place="Köln"
)
UNSIGNED_REPORT = Publication("lage", "lage.pdf", "Zur Lage", kind="report", year="2022", publisher="Stadt Halle", place="Halle")
UNDATED = Publication(
    "ohne", "ohne.pdf", "Ohne Jahr", kind="report", authors=(Name("Groß", "Änne-Marie"),), publisher="Verein", place="Kiel"
)
UNKNOWN = Publication("lose", "lose.pdf", "Ein loses Blatt")


def at(*labels: str, first: int = 45, source: LabelSource = LabelSource.SEEN) -> tuple[Place, ...]:
    """Return pages one after the other, with their printed numbers."""
    return tuple((first + number, PageLabel(label, source)) for number, label in enumerate(labels))


REFERENCES = {
    "book of six": Reference(BOOK, at("46")),
    "report, two pages": Reference(REPORT, at("46", "47")),
    "brochure of an association": Reference(BROCHURE, at("5")),
    "no author": Reference(UNSIGNED, at("9")),
    "no author, report": Reference(UNSIGNED_REPORT, at("9")),
    "no year": Reference(UNDATED, at("3")),
    "nothing known": Reference(UNKNOWN, ((47, PageLabel()),)),
    "chapter": Reference(BOOK, at("46", "47"), chapter=Chapter("Ehrenamt", at("41", first=40) + at("61", first=60))),
    "number in brackets": Reference(REPORT, at("46", source=LabelSource.INFERRED)),
    "no number": Reference(REPORT, ((47, PageLabel()),)),
    "number, then none": Reference(REPORT, (*at("46"), (46, PageLabel()))),
    "roman number": Reference(REPORT, at("xii")),
    "number with a hyphen": Reference(REPORT, at("2-14", source=LabelSource.DECLARED)),
    "footnote": Reference(REPORT, at("46"), note="3"),
    "recognised text": Reference(REPORT, at("46"), recognised=True),
}

WORDS = "Wer „Teilhabe“ sagt, meint Bürger*innen & Behörden: 100 % {alle} sollen's_sehen. Größe zählt – z. B. #1 [sic] \\ ~ ^ $5."


def cited(reference: Reference, text: str = WORDS) -> Cited:
    """Return a quotation that stands where a reference says, a line of it on each page."""
    share = -(-len(text) // len(reference.places))
    pieces = tuple(
        Piece(page, 0, share, text[number * share : (number + 1) * share]) for number, (page, _) in enumerate(reference.places)
    )
    passage = Passage(reference.publication.id, ("1 Kapitel",), pieces, note=reference.note)
    return Cited(quote_all(passage), reference)
