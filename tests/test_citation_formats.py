"""Files for literature programs, read back by other programs' readers: every field and every page the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string

from citing.bibtex import bibtex
from citing.csl import TYPES, annotated, csl_json
from citing.footnote import footnotes
from citing.markdown import escaped, markdown
from citing.metadata import coins, highwire
from citing.reference import Reference, sources
from citing.ris import ris
from corpus.publication import Name, Publication
from tests.references import BOOK, REFERENCES, REPORT, UNKNOWN, WORDS, at, cited

EVERY = pytest.mark.parametrize("name", REFERENCES)
ALL = [cited(reference) for reference in REFERENCES.values()]


def known(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def people(publication: Publication) -> list[tuple[str, str]]:
    return [(author.family, author.given) for author in publication.authors]


def test_pages_for_a_field_have_no_letters_before_their_number() -> None:
    shown = {name: reference.pages for name, reference in REFERENCES.items()}
    assert shown["report, two pages"] == "46–47"
    assert shown["number in brackets"] == "[46]"
    assert shown["no number"] == "PDF-S. 48"
    assert shown["number, then none"] == "46, PDF-S. 47"
    assert shown["roman number"] == "xii"


# RIS


@EVERY
def test_ris_is_read_back(name: str) -> None:
    reference = REFERENCES[name]
    publication, chapter = reference.publication, reference.chapter
    one = cited(reference)
    (read,) = rispy.loads(ris([one]))
    expected = {
        "id": sources([one])[0].key,
        "title": chapter.title if chapter else reference.title,
        "secondary_title": reference.title if chapter else publication.series,
        "tertiary_title": publication.series if chapter else "",
        "authors": [", ".join(filter(None, name)) for name in people(publication)],
        "year": publication.year,
        "place_published": publication.place,
        "publisher": publication.publisher,
        "issn": publication.isbn,
        "doi": publication.doi,
        "urls": [publication.url] if publication.url else [],
        "language": "de",
        "notes": [annotated(one)],
    }
    assert known({field: read.get(field) for field in expected}) == known(expected)
    assert reference.locator in read["notes"][0] and one.quotation.quoted in read["notes"][0]


@pytest.mark.parametrize(
    ("name", "type_", "first", "last"),
    [
        ("book of six", "BOOK", None, None),  # there SP would be the number of pages that the book has
        ("brochure of an association", "PAMP", None, None),
        ("chapter", "CHAP", "46", "47"),
        ("report, two pages", "RPRT", "46", "47"),
        ("number in brackets", "RPRT", "[46]", "[46]"),
        ("no number", "RPRT", "PDF-S. 48", "PDF-S. 48"),
        ("number, then none", "RPRT", "46", "PDF-S. 47"),
        ("roman number", "RPRT", "xii", "xii"),
        ("nothing known", "GEN", "PDF-S. 48", "PDF-S. 48"),
    ],
)
def test_ris_gives_the_quoted_pages_where_its_type_has_room_for_them(
    name: str, type_: str, first: str | None, last: str | None
) -> None:
    (read,) = rispy.loads(ris([cited(REFERENCES[name])]))
    assert (read["type_of_reference"], read.get("start_page"), read.get("end_page")) == (type_, first, last)


# BibTeX


def untexed(value: str) -> str:
    for tex, sign in (("textbraceleft", "{"), ("textbraceright", "}"), ("textbackslash", "\\"), ("textasciitilde", "~")):
        value = value.replace(f"\\{tex}{{}}", sign)
    return re.sub(r"\\([&%$#_])", r"\1", value.replace("\\textasciicircum{}", "^"))


def decoded(entry: Entry) -> dict[str, str]:
    return {field: untexed(re.sub(r"^\{(.*)\}$", r"\1", value)).replace("--", "–") for field, value in entry.fields.items()}


@EVERY
def test_bibtex_is_read_back(name: str) -> None:
    reference = REFERENCES[name]
    publication, chapter = reference.publication, reference.chapter
    (entry,) = parse_string(bibtex([cited(reference, "Ein Wort.")]), "bibtex").entries.values()
    read = decoded(entry)
    publishers = [read.get(field, "") for field in ("publisher", "institution", "howpublished") if field in read]
    assert publishers == ([publication.publisher] if publication.publisher else [])
    expected = {
        "title": reference.title,
        "chapter": chapter.title if chapter else "",
        "year": publication.year,
        "address": publication.place,
        "series": publication.series,
        "pages": reference.pages,
        "isbn": publication.isbn,
        "doi": publication.doi,
        "url": publication.url,
        "langid": "ngerman",
    }
    assert known({field: read.get(field) for field in expected}) == known(expected)
    persons = [(" ".join(p.last_names), " ".join(p.first_names)) for p in entry.persons.get("author", [])]
    assert [(last.strip("{}"), first) for last, first in persons] == people(publication)
    assert reference.locator in read["annote"]


def test_bibtex_types() -> None:
    types = {name: bibtex([cited(reference)]).split("{")[0] for name, reference in REFERENCES.items()}
    assert types["book of six"] == "@book"
    assert types["chapter"] == "@inbook"
    assert types["report, two pages"] == "@techreport"
    assert types["brochure of an association"] == "@booklet"
    assert types["nothing known"] == "@misc"


def test_signs_of_tex_are_read_back_as_they_were() -> None:
    one = cited(REFERENCES["no year"])
    (entry,) = parse_string(bibtex([one]), "bibtex").entries.values()
    assert untexed(entry.fields["annote"]) == annotated(one)


def test_a_society_with_and_in_its_name_stays_one_author() -> None:
    publication = Publication("p", "p.pdf", "T", authors=(Name("Verein Arm and Arm"), Name("Müller, Verein"), Name("A", "B")))
    (entry,) = parse_string(bibtex([cited(Reference(publication, at("1")))]), "bibtex").entries.values()
    assert len(entry.persons["author"]) == 3


# CSL-JSON


@EVERY
def test_csl_json_is_read_back_by_a_csl_processor(name: str) -> None:
    reference = REFERENCES[name]
    publication, chapter = reference.publication, reference.chapter
    one = cited(reference)
    key = sources([one])[0].key
    read = CiteProcJSON(json.loads(csl_json([one])))[key]
    names = [tuple(filter(None, (n.parts()[1], n.parts()[0]))) for n in read.get("author", [])]
    assert names == [tuple(filter(None, pair)) for pair in people(publication)]
    assert str(read["issued"].year if "issued" in read else "") == publication.year
    expected = {
        "title": chapter.title if chapter else reference.title,
        "container_title": reference.title if chapter else "",
        "publisher": publication.publisher,
        "publisher_place": publication.place,
        "collection_title": publication.series,
        "page": "41–61" if chapter else "",
        "ISBN": publication.isbn,
        "DOI": publication.doi,
        "URL": publication.url,
        "language": "de-DE",
        "locator": reference.pages,
        "annote": annotated(one),
    }
    assert known({field: str(read[field]) for field in expected if field in read}) == known(expected)
    assert read.type == ("chapter" if chapter else publication.kind)
    assert read.type in TYPES


def test_a_year_that_is_no_number_is_kept_as_it_is() -> None:
    publication = Publication("p", "p.pdf", "T", year="2021/22")
    one = cited(Reference(publication, at("1")))
    assert json.loads(csl_json([one]))[0]["issued"] == {"literal": "2021/22"}
    assert rispy.loads(ris([one]))[0]["year"] == "2021–22"


# Several quotations


def test_what_is_quoted_twice_is_named_once_with_all_its_pages() -> None:
    two = [cited(Reference(REPORT, at("46", "47")), "Ein Satz. Noch einer."), cited(Reference(REPORT, at("52")), "Und das.")]
    (read,) = rispy.loads(ris(two))
    assert [note[:8] for note in read["notes"]] == ["S. 46–47", "S. 52: „"]
    assert "start_page" not in read
    (entry,) = parse_string(bibtex(two), "bibtex").entries.values()
    assert entry.fields["pages"] == "46--47, 52"
    assert [item["locator"] for item in json.loads(csl_json(two))] == ["46–47, 52"]
    assert markdown(two).count("@beloe2026augenhoehezusammenarbeiten") == 2


def test_keys_tell_everything_apart() -> None:
    keys = [source.key for source in sources(ALL)]
    assert len(set(keys)) == len(keys) == 8
    entries = parse_string(bibtex(ALL), "bibtex").entries
    assert list(entries) == keys == [item["id"] for item in json.loads(csl_json(ALL))]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("book of six", "beloe2025nahemenschen"),
        ("chapter", "beloe2025nahemenschenehrenamt"),
        ("brochure of an association", "verbunddervereine2024teilhabealle"),
        ("no author", "2023grossestrasse"),
        ("no year", "grossohnejahr"),
        ("nothing known", "losesblatt"),
    ],
)
def test_a_key_is_made_of_author_year_and_title(name: str, key: str) -> None:
    assert REFERENCES[name].key == key


def test_two_publications_with_one_key_are_told_apart_by_their_ids() -> None:
    twin = Publication("zwilling", "z.pdf", "Ein loses Blatt")
    keys = [source.key for source in sources([cited(Reference(UNKNOWN, at("1"))), cited(Reference(twin, at("1")))])]
    assert keys == ["losesblatt", "losesblatt-zwilling"]


# Markdown and plain text


def test_markdown_is_a_block_quotation_with_pandocs_citation() -> None:
    text = markdown([cited(REFERENCES["chapter"], "Die „Bürger*innen“ kommen. Alle.")])
    head, body = text.removeprefix("---\nreferences: ").split("\n---\n\n")
    assert [item["id"] for item in json.loads(head)] == ["beloe2025nahemenschenehrenamt"]
    assert body == "> Die „Bürger\\*innen“ kommen. Alle. [@beloe2025nahemenschenehrenamt, S. 46–47]\n"


def test_the_sources_of_markdown_keep_the_signs_that_pandoc_takes_for_markup() -> None:
    title = "Engagierte*r werden: Bürger*innen für Bürger*innen"
    publication = Publication(
        "p",
        "p.pdf",
        title,
        subtitle="Was_sie_sagen, H~2~O, x^2^, [eins](zwei), @wer, $a$, `b` – 'so' -- so ...",
        kind="article-journal",
        authors=(Name("Verein *für* alle"), Name("van_der_Berg", "J. ~o~")),
        year="2019/*20*",
        publisher="1. Verlag",
        series="Reihe *a* & *b*",
        url="https://example.org/a_b_c~d~e",
    )
    one = cited(Reference(publication, at("46")), "Ein Wort.")
    (written,) = json.loads(markdown([one]).removeprefix("---\nreferences: ").split("\n---\n\n")[0])
    assert written["title"].startswith(r"Engagierte\*r werden: Bürger\*innen für Bürger\*innen: Was\_sie")
    assert written["publisher"] == r"1\. Verlag"
    shown = json.loads(csl_json([one]))[0]
    assert (written["id"], written["type"]) == (shown["id"], "article-journal")
    assert _shown_by_markdown(written) == {name: shown[name] for name in written}


def _shown_by_markdown(value: object) -> object:
    """Return what is left of texts when Markdown has read them: no sign of its own may stand there without a backslash."""
    if isinstance(value, dict):
        return {name: _shown_by_markdown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shown_by_markdown(inner) for inner in value]
    if not isinstance(value, str):
        return value
    assert not re.search(r"(?<!\\)[*_~^$@`\[\]'\"]|---?|\.\.\.", value), value
    return re.sub(r"\\([^\w\s]|_)", r"\1", value)


def test_a_paragraph_of_markdown_is_one_of_the_quotation() -> None:
    text = markdown([cited(REFERENCES["book of six"], "1. Eins.\n- Zwei.")])
    assert text.endswith("\n> 1\\. Eins.\n>\n> \\- Zwei. [@beloe2025nahemenschen, S. 46]\n")


@pytest.mark.parametrize(
    ("name", "citation"),
    [
        ("number in brackets", ", S. \\[46\\]]"),
        ("no number", ", PDF-S. 48]"),
        ("recognised text", ", S. 46, Texterkennung]"),
        ("footnote", ", S. 46, Anm. 3]"),
    ],
)
def test_markdown_says_of_pages_what_a_footnote_says(name: str, citation: str) -> None:
    assert markdown([cited(REFERENCES[name])]).endswith(citation + "\n")


@given(st.text("a1. )(-*_[]`#@<>$^~|\"'\\!:ä„“", max_size=30))
def test_what_markdown_escapes_reads_as_it_was(text: str) -> None:
    assert re.sub(r"\\([^\w\s]|_)", r"\1", escaped(text)) == text
    assert not re.search(r"(?<!\\)_", escaped(text).replace(r"\\", ""))


def test_plain_text_has_the_quotation_and_its_footnote() -> None:
    assert footnotes([cited(REFERENCES["report, two pages"], "Wer „wir“ sagt, hilft.")]) == (
        "„Wer ‚wir‘ sagt, hilft.“\nBeloe / Koşan (2026): Auf Augenhöhe zusammenarbeiten, Musterstadt: Musterverlag, S. 46–47.\n"
    )


# What a browser's connector takes from the page


@EVERY
def test_meta_tags_and_coins_name_chapter_authors_and_pages(name: str) -> None:
    reference = REFERENCES[name]
    publication, chapter = reference.publication, reference.chapter
    first, _, last = reference.pages.replace(", ", "–").partition("–")
    tags = highwire(reference)
    commas = [", ".join(filter(None, pair)) for pair in people(publication)]
    assert [content for tag, content in tags if tag == "citation_author"] == commas
    found = dict(tags)
    assert found["citation_title"] == (chapter.title if chapter else reference.title)
    assert found.get("citation_book_title", "") == (reference.title if chapter else "")
    assert (found["citation_firstpage"], found["citation_lastpage"]) == (first, last or first)
    assert found.get("citation_publication_date", "") == publication.year

    context = parse_qsl(coins(reference), strict_parsing=True)
    values = dict(context)
    assert [value for key, value in context if key in ("rft.au", "rft.aucorp")] == commas
    assert values["rft.btitle"] == reference.title and values.get("rft.atitle", "") == (chapter.title if chapter else "")
    assert (values["rft.spage"], values["rft.epage"], values["rft.pages"]) == (first, last or first, reference.pages)
    assert values["rft.genre"] == {"chapter": "bookitem", "nothing known": "document"}.get(
        name, "report" if publication.kind == "report" else "book"
    )


def test_addresses_that_are_none_are_in_no_file() -> None:
    one = cited(Reference(Publication("p", "p.pdf", "T", url="javascript:alert(1)"), at("1")))
    written = [csl_json([one]), ris([one]), bibtex([one]), markdown([one]), coins(one.reference), str(highwire(one.reference))]
    assert not any("javascript" in text for text in written)


def test_the_words_of_the_tests_hold_every_sign_that_means_something_somewhere() -> None:
    assert set("„“&%{}'_–#[]\\~^$") <= set(WORDS)
    assert BOOK.authors[1].given == "Ümit"
