"""Pages of a publication, and the pictures beside passages: what is boxed is printed there, and rights are honoured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.publication import Document, Publication, Show
from index.home import Home
from index.library import Library
from tests.pdfs import Text, make_pdf, paragraph
from tests.shelf import Seen, look, publish, reading_room, report, shelve

BOOK = Publication("buch", "buch.pdf", "Ankommen & Bleiben", show=Show.PAGE)
HEAD = [
    "Das Ehrenamt in der Stadt braucht Räume, und die Räume brauchen eine",
    "Miete, die jemand bezahlt. Die Vereine fragen nach der Wohnung und der",
    "Straße. Sie suchen Menschen, die zuhören, und Orte, an denen das geht, also",
]
TAIL = ["Küchen und Gärten im ganzen Viertel. Am Abend sind sie offen für alle."]
ALONE = ["Zum Schluss steht hier noch ein Satz über die Einsamkeit der Älteren."]


def book(path: Path) -> Path:
    """Three numbered pages behind a cover; a sentence runs from the first to the second."""
    number = [[Text(205, 30, str(n), 9)] for n in (1, 2, 3)]
    pages = [
        [Text(100, 400, "Ankommen", 24)],
        [*paragraph(HEAD), *number[0]],
        [*paragraph(TAIL), *number[1]],
        [Text(50, 540, "Alleine leben", 16, bold=True), *paragraph(ALONE), *number[2]],
    ]
    return make_pdf(path, pages)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    return shelve(Home(tmp_path / "home"), book(tmp_path / "buch.pdf"), BOOK)


@pytest.fixture
def client(document: Document, tmp_path: Path) -> Iterator[FlaskClient]:
    with reading_room(Home(tmp_path / "home")) as opened:
        yield opened


def rectangles(seen: Seen, kind: str) -> list[tuple[float, ...]]:
    """Return the rectangles of a kind as (x0, y0, x1, y1) from the lower left corner of an A5 page."""
    found = [attrs for tag, attrs in seen.tags if tag == "rect" and attrs["class"] == kind]
    numbers = [[float(attrs[name] or 0) for name in ("x", "y", "width", "height")] for attrs in found]
    return [(x, 595 - y - height, x + width, 595 - y) for x, y, width, height in numbers]


def pictures(seen: Seen) -> list[dict[str, str | None]]:
    return [attrs for tag, attrs in seen.tags if tag == "img"]


# A passage and its pages


def test_a_passage_on_several_pages_has_the_pictures_of_all_with_its_lines_boxed(client: FlaskClient, document: Document) -> None:
    passage = document.passages[0]
    seen = look(client, f"/f/{passage.id}")
    assert [picture["alt"] for picture in pictures(seen)] == [
        f"Bild der Seite: {where}, Ankommen & Bleiben" for where in ("PDF-S. 1", "S. 1", "S. 2")
    ]
    assert [attrs["viewbox"] for tag, attrs in seen.tags if tag == "svg"] == ["0 0 420.0 595.0"] * 3
    lines = rectangles(seen, "quoted")
    assert rectangles(seen, "word") == []
    assert sorted({round((500 - y0) / 14) for _, y0, *_ in lines if y0 > 450}) == [0, 1, 2]  # lines stand 14 points apart
    assert all(x1 > x0 >= 50 and 5 < y1 - y0 < 30 for x0, y0, x1, y1 in lines)
    assert "Umrahmt ist diese Stelle." in seen.words
    assert all(client.get(str(picture["src"])).status_code == 200 for picture in pictures(seen))
    assert {link for link in seen.links("/p/buch/s/") if ".png" not in link and "zitat=" not in link} == {
        "/p/buch/s/pdf-1",
        "/p/buch/s/1",
        "/p/buch/s/2",
    }


def test_the_words_searched_for_are_boxed_inside_the_passage(client: FlaskClient, document: Document) -> None:
    seen = look(client, f"/f/{document.passages[-1].id}?q=Einsamkeit")
    ((x0, y0, x1, y1),) = rectangles(seen, "word")
    line = rectangles(seen, "quoted")[-1]
    assert line[0] < x0 < x1 < line[2] and line[1] <= y0 < y1 <= line[3]
    assert "stärker die Wörter, nach denen Sie gesucht haben" in seen.words


@pytest.mark.parametrize(
    ("change", "says"), [("other", "hat sich seit dem Einlesen geändert"), ("gone", "liegt nicht mehr dort")]
)
def test_a_file_that_changed_or_is_gone_has_no_picture_and_no_marks(
    client: FlaskClient, document: Document, change: str, says: str
) -> None:
    if change == "other":
        make_pdf(document.path, [paragraph(ALONE)] * 4)
    else:
        document.path.unlink()
    for address in (f"/f/{document.passages[-1].id}?q=Einsamkeit", "/p/buch/s/3?q=Einsamkeit"):
        seen = look(client, address)
        assert says in seen.words and seen.marks == ["Einsamkeit"]
        assert pictures(seen) == [] and not any(tag in ("svg", "rect") for tag, _ in seen.tags)


def test_where_letters_are_printed_over_each_other_nothing_is_marked_and_it_is_said(tmp_path: Path) -> None:
    over = [Text(50, 500, "Das Ehrenamt braucht Zeit.", 10), Text(50, 480, "Und es braucht Orte.", 10), Text(50, 480, "U", 10)]
    document = shelve(Home(tmp_path / "home"), make_pdf(tmp_path / "buch.pdf", [over]), BOOK)
    with reading_room(Home(tmp_path / "home")) as client:
        for address in (f"/f/{document.passages[0].id}?q=Orte", "/p/buch/s/pdf-1?q=Und"):
            seen = look(client, address)
            assert "Auf der Seite sind Zeichen übereinander gedruckt" in seen.words
            assert len(pictures(seen)) == 1 and not any(tag == "rect" for tag, _ in seen.tags)


# A page


def test_a_page_has_its_picture_and_its_text_with_citations(client: FlaskClient) -> None:
    seen = look(client, "/p/buch/s/2")
    assert pictures(seen)[0]["alt"] == "Bild der Seite: S. 2, Ankommen & Bleiben"
    assert "PDF-S. 3 · Die Seitenzahl steht so auf der Seite." in seen.words
    text = seen.words.split("Text der Seite")[1]
    assert "Beginnt auf einer früheren Seite." in text and "Küchen und Gärten" in text and "Orte, an denen" not in text
    assert "Ankommen & Bleiben, S. 2 Zitieren und weiterlesen" in text
    before = look(client, "/p/buch/s/1").words
    assert "an denen das geht, also" in before and "Küchen" not in before and "Geht auf einer späteren Seite weiter." in before


def test_the_text_of_all_pages_is_the_text_of_all_passages(client: FlaskClient, document: Document) -> None:
    quotes = ""
    for pdf_page in range(1, 5):
        html = client.get(f"/p/buch/s/pdf-{pdf_page}").text
        for quote in html.split("<blockquote")[1:]:
            seen = Seen()
            seen.feed("<blockquote" + quote.split("</blockquote>")[0])
            quotes += seen.text
    assert "".join(quotes.split()) == "".join("".join(p.text for p in document.passages).split())


def test_pages_are_leafed_through_with_the_search_kept(client: FlaskClient) -> None:
    links = [f"/p/buch/s/{name}?q=Orte" for name in ("pdf-1", "1", "2", "3")]
    for number, link in enumerate(links):
        seen = look(client, link)
        turns = [attrs["href"] for tag, attrs in seen.tags if tag == "a" and attrs.get("rel") in ("prev", "next")]
        assert turns == [links[n] for n in (number - 1, number + 1) if 0 <= n < 4]
        assert "Zurück zur Suche nach „Orte“" in seen.words


def test_the_words_searched_for_are_marked_in_picture_and_text(client: FlaskClient) -> None:
    seen = look(client, "/p/buch/s/1?q=Räume")
    assert seen.marks == ["Räume", "Räume"]
    assert len(rectangles(seen, "word")) == 2 and rectangles(seen, "quoted") == []
    assert look(client, "/p/buch/s/2?q=Räume").marks == []


@pytest.mark.parametrize(("typed", "name"), [("2", "2"), ("S. 2", "2"), ("pdf-2", "1"), ("PDF-S. 1", "pdf-1"), ("  [3] ", "3")])
def test_a_page_is_gone_to_as_it_is_typed(client: FlaskClient, typed: str, name: str) -> None:
    response = client.get("/p/buch/s", query_string={"seite": typed, "q": "Orte"})
    assert (response.status_code, response.headers["Location"]) == (303, f"/p/buch/s/{name}?q=Orte")


def test_a_page_that_does_not_exist_says_which_there_are(client: FlaskClient) -> None:
    seen = look(client, "/p/buch/s?seite=4", 404)
    assert "Eine Seite „4“ hat „Ankommen & Bleiben“ nicht." in seen.words
    assert "Gedruckte Seitenzahlen reichen von S. 1 (PDF-S. 2) bis S. 3 (PDF-S. 4). Die Datei hat 4 Seiten." in seen.words
    assert "Meinten Sie die 4. Seite der Datei" in seen.words and "/p/buch/s/pdf-4" in seen.links("/p/buch/s/pdf")
    for typed in ("xx", "pdf-5", "", "<b>", "%00", "é" * 500):
        assert "Meinten Sie" not in look(client, f"/p/buch/s?seite={typed}", 404).words
    assert "Eine Seite „9“" in look(client, "/p/buch/s/9", 404).words


def test_where_several_pages_have_a_number_the_reader_chooses(tmp_path: Path) -> None:
    shelve(Home(tmp_path / "home"), book(tmp_path / "buch.pdf"), BOOK, {1: "1"})
    with reading_room(Home(tmp_path / "home")) as client:
        for address in ("/p/buch/s?seite=1", "/p/buch/s/1"):
            seen = look(client, address)
            assert "heißen 2 Seiten so: S. 1 (PDF-S. 1) S. 1 (PDF-S. 2)" in seen.words
            assert seen.links("/p/buch/s/") == ["/p/buch/s/pdf-1", "/p/buch/s/pdf-2"]


def test_where_only_passages_may_be_shown_there_are_no_pages(tmp_path: Path) -> None:
    document = shelve(Home(tmp_path / "home"), book(tmp_path / "buch.pdf"), replace(BOOK, show=Show.PASSAGE))
    with reading_room(Home(tmp_path / "home")) as client:
        for address in ("/p/buch/s/1", "/p/buch/s?seite=1", "/p/buch/s/pdf-1?q=Orte"):
            assert "werden nur einzelne Fundstellen gezeigt" in look(client, address, 404).words
        for address in (f"/f/{document.passages[0].id}?q=Orte", "/p/buch"):
            seen = look(client, address)
            assert pictures(seen) == [] and seen.links("/p/buch/s") == [] and "Gehe zu Seite" not in seen.words


def test_a_page_without_text_says_so(tmp_path: Path) -> None:
    shelve(Home(tmp_path / "home"), make_pdf(tmp_path / "buch.pdf", [paragraph(HEAD), []]), BOOK)
    with reading_room(Home(tmp_path / "home")) as client:
        assert "Auf dieser Seite steht kein Text" in look(client, "/p/buch/s/pdf-2").words


def test_passages_of_a_page_come_in_reading_order(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, report())
    library: Library = home.live().library()
    assert [p.pages for index in range(5) for p in library.passages_on("bericht", index)] == [(i,) for i in range(5)]
    assert library.passages_on("bericht", 9) == [] == library.passages_on("anders", 0)
    assert library.labels("anders") == {}
    library.close()
