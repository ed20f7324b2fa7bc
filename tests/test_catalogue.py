from __future__ import annotations

from pathlib import Path

import pytest

import wiring
from corpus.catalogue import Related, load
from corpus.errors import CatalogueError
from corpus.publication import Name, Show
from settings import Settings
from tests.conftest import ROOT

ENTRY = '[[publication]]\nid = "a"\nfile = "a.pdf"\ntitle = "A"\nlicence = "ungeklärt"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_our_catalogue_names_the_three_publications_and_prints_nothing_unconfirmed() -> None:
    entries = load(ROOT / "corpus" / "catalogue.toml").entries
    real = [e.publication for e in entries if not e.publication.specimen]
    assert [p.id for p in real] == [
        "teilhabe-trotz-vulnerabilitaet",
        "platz-von-migrant-innen-organisationen",
        "nahe-bei-den-menschen",
    ]
    assert {p.licence for p in real} == {"ungeklärt"}
    assert all(not p.doi and not p.url for p in real)
    assert real[2].isbn == "978-3-8376-7188-9"
    assert real[2].authors[1] == Name("Koşan", "Ümit")


def test_a_specimen_retires_when_the_real_file_is_there(tmp_path: Path) -> None:
    catalogue = write(tmp_path, ENTRY + ENTRY.replace('"a', '"muster-a').replace('"A"', '"Muster"') + 'stands_in_for = "a"\n')
    (tmp_path / "publications").mkdir()
    (tmp_path / "publications" / "muster-a.pdf").write_bytes(b"%PDF")
    assert [e.publication.id for e in load(catalogue).wanted()] == ["muster-a"]
    (tmp_path / "publications" / "a.pdf").write_bytes(b"%PDF")
    assert [e.publication.id for e in load(catalogue).wanted()] == ["a"]


def test_rights_are_narrow_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    assert load(write(tmp_path, ENTRY)).entries[0].publication.show is Show.PASSAGE
    assert load(write(tmp_path, ENTRY + 'show = "page"\n')).entries[0].publication.show is Show.PAGE
    ours = load(ROOT / "corpus" / "catalogue.toml").entries
    assert {(e.publication.specimen, e.publication.show) for e in ours} == {(True, Show.FULL), (False, Show.PASSAGE)}


def test_related_sources_are_read(tmp_path: Path) -> None:
    text = ENTRY + '[[related]]\ntitle = "Film"\nurl = "https://example.org/film"\nkind = "Film"\n'
    assert load(write(tmp_path, text)).related == (Related("Film", "https://example.org/film", "Film"),)


def test_corrections_are_read(tmp_path: Path) -> None:
    entry = load(write(tmp_path, ENTRY + 'pages = [{pdf = 5, label = "1"}, {pdf = 6, label = ""}]\n')).entries[0]
    assert entry.corrections == ((5, "1"), (6, ""))


def test_a_file_is_found_in_either_unicode_form(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path, ENTRY.replace("a.pdf", "Über uns.pdf")))
    assert catalogue.for_file("U\u0308ber uns.pdf") is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[publication]\n", "nicht lesbar"),
        ('[publication]\nid = "a"\n', "[[publication]]"),
        (ENTRY.replace('licence = "ungeklärt"\n', ""), "licence"),
        (ENTRY + 'autor = "X"\n', "autor"),
        (ENTRY + ENTRY, "mehr als einmal"),
        (ENTRY.replace('id = "a"', 'id = "Ä b"'), "Kleinbuchstaben"),
        (ENTRY.replace("a.pdf", "../a.pdf"), "ohne Ordner"),
        (ENTRY + 'show = "alles"\n', "nur Fundstellen"),
        (ENTRY + '[[related]]\ntitle = "Film"\n', "verwandte Quelle"),
        (ENTRY + '[[related]]\ntitle = "Film"\nurl = "javascript:x"\n', "verwandte Quelle"),
        (ENTRY + "pages = [{pdf = 0, label = 1}]\n", "Seitenkorrektur"),
    ],
)
def test_a_wrong_catalogue_gets_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(write(tmp_path, text))
    assert says in str(caught.value)


def test_a_missing_catalogue_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="fehlt"):
        load(tmp_path / "nein.toml")


def test_a_server_does_not_start_without_a_catalogue_or_with_a_wrong_one(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    with pytest.raises(CatalogueError, match="fehlt"):
        wiring.check(Settings(home=tmp_path, catalogue=file))
    file.write_text("[[publication]]\nyear = 2015x\n")
    with pytest.raises(CatalogueError, match="nicht lesbar"):
        wiring.check(Settings(home=tmp_path, catalogue=file))
