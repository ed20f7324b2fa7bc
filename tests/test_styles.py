"""What the shipped styles make of a reference, held to golden files that were written from the styles' rules."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citing.reference import Chapter, Reference
from citing.styles import STYLES, Text, plain, style
from corpus.publication import LabelSource, Name, PageLabel, Publication
from tests.conftest import ROOT
from tests.references import REFERENCES, at

GOLDEN = ROOT / "tests" / "citations"


def golden(style_id: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((GOLDEN / f"{style_id}.toml").read_text(encoding="utf-8"))


def written(text: Text) -> str:
    """Italics between underscores, and blanks that don't break as tildes, as the golden files have them."""
    return "".join(f"_{run.text}_" if run.italic else run.text for run in text).replace("\xa0", "~")


@pytest.mark.parametrize("style_id", [known.id for known in STYLES])
@pytest.mark.parametrize("name", REFERENCES)
def test_a_style_is_followed_to_the_letter(style_id: str, name: str) -> None:
    styled = style(style_id, REFERENCES[name])
    expected = golden(style_id)[name]
    assert {field: written(getattr(styled, field)) for field in expected} == expected
    assert expected.keys() & {"citation", "short"}


def test_the_golden_files_are_of_the_styles_and_references_that_there_are() -> None:
    assert {file.stem for file in GOLDEN.glob("*.toml")} == {known.id for known in STYLES}
    assert {file.stem for file in (ROOT / "citing" / "csl").glob("*.csl")} == {known.id for known in STYLES}
    for known in STYLES:
        assert list(golden(known.id)) == list(REFERENCES)


def test_only_a_style_of_footnotes_has_a_short_footnote() -> None:
    short = {known.id for known in STYLES if style(known.id, REFERENCES["book of six"]).short}
    assert short == {"chicago-notes-bibliography"}


def test_the_same_reference_at_two_places_differs_in_its_locator_only() -> None:
    one, other = (style("apa", Reference(REFERENCES["book of six"].publication, at(page))) for page in ("46", "52"))
    assert one.entry == other.entry
    assert plain(one.citation).replace("46", "52") == plain(other.citation)


_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
_NAMES = st.builds(Name, st.text("Aä ß-*'’.,&<>/{}", min_size=1, max_size=12).filter(str.strip), _TEXTS)


@given(
    publication=st.builds(
        Publication,
        id=st.just("p"),
        file=st.just("p.pdf"),
        title=_TEXTS.filter(str.strip),
        kind=st.sampled_from(["book", "report", "pamphlet", "document", "webpage", "article-journal", "thesis", "Quatsch"]),
        subtitle=_TEXTS,
        authors=st.lists(_NAMES, max_size=4).map(tuple),
        year=st.sampled_from(["", "2025", "2021/22", "o. J.", "um 1900", "0000"]),
        publisher=_TEXTS,
        place=_TEXTS,
        url=st.sampled_from(["", "https://example.org/a b", "javascript:alert(1)"]),
        language=st.sampled_from(["de", "en", "", "x"]),
    ),
    label=st.builds(PageLabel, st.text("0123456789xiv-–", min_size=1, max_size=6), st.sampled_from(LabelSource)),
    chapter=st.none() | st.builds(Chapter, _TEXTS.filter(str.strip), st.just(())),
    style_id=st.sampled_from([known.id for known in STYLES]),
)
@settings(max_examples=150, deadline=None)
def test_every_style_copes_with_whatever_a_catalogue_holds(
    publication: Publication, label: PageLabel, chapter: Chapter | None, style_id: str
) -> None:
    styled = style(style_id, Reference(publication, ((4, label),), chapter=chapter))
    for text in (styled.citation, styled.entry):
        assert plain(text).strip()
        assert not {"\ue000", "\ue001", "\u2011"} & set(plain(text))
        assert "javascript" not in plain(text)


@pytest.mark.parametrize("style_id", [known.id for known in STYLES])
@pytest.mark.parametrize("title", ["Wem gehört die Stadt?", "Mach mit!"])
@pytest.mark.parametrize("author", [(), (Name("Groß", "Änne"),)])
def test_a_title_that_asks_or_calls_ends_without_a_full_stop(style_id: str, title: str, author: tuple[Name, ...]) -> None:
    publication = Publication("stadt", "stadt.pdf", title, kind="book", authors=author, year="2024", publisher="Verein")
    whole, chapter = Reference(publication, at("46")), Reference(publication, at("46"), chapter=Chapter("Und wir?", at("40")))
    for text in (plain(style(style_id, whole).entry), plain(style(style_id, chapter).entry)):
        assert f"{title}." not in text
        assert "Und wir?." not in text
        assert title in text


def test_citeproc_is_loaded_when_a_style_is_asked_for_and_not_before() -> None:
    program = "import sys, search_app.citing, search_app.collecting; assert not {'citeproc', 'lxml', 'docx'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
