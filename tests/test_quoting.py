"""Links that quote words of a page: only those are marked, wherever they stand now, and a look-alike never is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from corpus.publication import Document, Publication, Show
from index.home import Home
from tests.pdfs import Text, make_pdf, paragraph
from tests.shelf import Seen, look, over_a_page_break, publish, reading_room, shelve
from tests.test_leafing import BOOK, book, rectangles
from tests.test_register import ONE, THREE, TWICE, TWO, ids
from tests.test_register import book as pages_of

PAPER = Publication("buch", "buch.pdf", "Titel", show=Show.PAGE)
Read = Callable[..., FlaskClient]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def read(home: Home) -> Iterator[Read]:
    """Publish documents, or pages of one, and return a client that reads them."""
    with ExitStack() as opened:

        def publish_and_read(*given: str | Document) -> FlaskClient:
            documents = [item for item in given if isinstance(item, Document)]
            publish(home, *(documents or [pages_of(*map(str, given), publication=PAPER)]))
            return opened.enter_context(reading_room(home))

        yield publish_and_read


@pytest.fixture
def client(home: Home, tmp_path: Path) -> Iterator[FlaskClient]:
    shelve(home, book(tmp_path / "buch.pdf"), BOOK)
    with reading_room(home) as opened:
        yield opened


def best(client: FlaskClient, path: str) -> str:
    """Return what of a page's text is highlighted."""
    html = client.get(path).text
    found = ""
    for part in html.split('<span class="best">')[1:]:
        seen = Seen()
        seen.feed(part.split("</span>")[0])
        found += seen.text
    return " ".join(found.split())


# Marked


def test_any_words_of_a_page_are_marked_in_text_and_picture(client: FlaskClient) -> None:
    path = f"/p/buch/s/1?zitat={quote('der Wohnung und der Straße')}"
    assert best(client, path) == "der Wohnung und der Straße"
    seen = look(client, path)
    assert "Hervorgehoben ist die Stelle, zu der der Link führt." in seen.words
    assert "Umrahmt ist die Stelle, zu der der Link führt." in seen.words
    first, second = sorted(rectangles(seen, "quoted"), key=lambda box: -box[1])
    assert first[0] > second[0] == pytest.approx(50, abs=1) and first[1] - second[1] == pytest.approx(
        14, abs=3
    )  # from one line into the next
    assert [attrs.get("id") for tag, attrs in seen.tags if tag == "article"].count("stelle") == 1


def test_words_from_a_first_to_a_last_one_are_marked_on_both_pages(client: FlaskClient) -> None:
    value = f"{quote('Orte, an denen')},{quote('im ganzen Viertel')}"
    assert best(client, f"/p/buch/s/1?zitat={value}") == "Orte, an denen das geht, also"
    assert best(client, f"/p/buch/s/2?zitat={value}") == "Küchen und Gärten im ganzen Viertel"


def test_the_words_searched_for_stay_marked_inside(client: FlaskClient) -> None:
    path = f"/p/buch/s/1?q=Räume&zitat={quote('braucht Räume')}"
    assert look(client, path).marks == ["Räume", "Räume"]
    assert best(client, path) == "braucht Räume"


def test_every_link_of_a_page_and_of_a_passage_marks_what_it_says(client: FlaskClient, home: Home) -> None:
    links = [
        link
        for name in ("pdf-1", "1", "2", "3")
        for link in look(client, f"/p/buch/s/{name}").links("/p/buch/s/")
        if "zitat=" in link
    ]
    links += [link for id_ in ids(home) for link in look(client, f"/f/{id_}").links("/p/buch/s/") if "zitat=" in link]
    assert len(links) >= 6
    for link in links:
        seen = look(client, link.split("#")[0])
        assert "Hervorgehoben ist die Stelle" in seen.words and rectangles(seen, "quoted") != [], link


def test_a_word_broken_over_two_pages_is_quoted_whole(home: Home, tmp_path: Path) -> None:
    pages = [
        [*paragraph(["Die Vereine fragen nach der Wohnung und nach der Sprachmitt-"]), Text(205, 30, "1", 9)],
        [*paragraph(["lung am Telefon, und sie suchen Menschen, die zuhören."]), Text(205, 30, "2", 9)],
    ]
    shelve(home, make_pdf(tmp_path / "buch.pdf", pages), BOOK)
    with reading_room(home) as client:
        for page, marked in (("1", "Die Vereine fragen nach der Wohnung und nach der Sprachmitt"), ("2", "lung am Telefon")):
            (link,) = look(client, f"/p/buch/s/{page}").links(f"/p/buch/s/{page}?zitat=")
            assert "Sprachmittlung" in link and best(client, link.split("#")[0]).startswith(marked)


def test_equal_paragraphs_on_pages_of_their_own_are_told_apart(read: Read) -> None:
    client = read(ONE, TWICE, TWO, TWICE, THREE)
    for page in ("2", "4"):
        (link,) = look(client, f"/p/buch/s/{page}").links(f"/p/buch/s/{page}?zitat=")
        assert "Hervorgehoben ist die Stelle" in look(client, link.split("#")[0]).words
        elsewhere = look(client, link.replace(f"/s/{page}", "/s/1").split("#")[0])
        assert [way for way in elsewhere.links("/p/buch/s/") if "zitat=" in way and "/s/1?" not in way] == [link]


def test_where_letters_are_printed_over_each_other_the_quotation_is_not_boxed(home: Home, tmp_path: Path) -> None:
    over = [Text(50, 500, "Das Ehrenamt braucht Zeit.", 10), Text(50, 480, "Und es braucht Orte.", 10), Text(50, 480, "U", 10)]
    shelve(home, make_pdf(tmp_path / "buch.pdf", [[*over, *paragraph(["Ein zweiter Absatz."], top=400)]]), BOOK)
    with reading_room(home) as client:
        seen = look(client, f"/p/buch/s/pdf-1?zitat={quote('braucht Zeit. Und es braucht')}")
        assert "Auf der Seite sind Zeichen übereinander gedruckt" in seen.words and rectangles(seen, "quoted") == []


# Told apart


def test_words_that_stand_twice_on_a_page_are_told_apart_or_not_marked(read: Read) -> None:
    client = read(f"{TWICE} {ONE} {TWICE} {TWO}", THREE)
    plain = quote("Wer mitmachen will")
    assert "steht auf dieser Seite mehrmals" in look(client, f"/p/buch/s/1?zitat={plain}").words
    assert best(client, f"/p/buch/s/1?zitat={plain}") == ""
    html = client.get(f"/p/buch/s/1?zitat={quote('Abend gesungen wird')}-,{plain}").text
    assert html.count('<span class="best">') == 1 and html.index("sieben Fenstern") < html.index('<span class="best">')


def test_a_look_alike_on_the_page_is_not_marked(read: Read) -> None:
    client = read(f"{ONE} {TWICE}", THREE)
    seen = look(client, f"/p/buch/s/1?zitat={quote('ganz anderes')}-,{quote(TWICE)},-{quote('und danach auch')}")
    assert "mit anderem davor und danach" in seen.words and not any(attrs.get("class") == "best" for _, attrs in seen.tags)
    assert seen.links("/p/buch/s/1")[0] == "/p/buch/s/1"


# Elsewhere


def test_words_that_moved_lead_to_their_page_and_are_marked_there(read: Read) -> None:
    client = read(ONE, TWO, THREE)
    (link,) = look(client, "/p/buch/s/2").links("/p/buch/s/2?zitat=")
    client = read(THREE, "Eine neue Seite steht hier davor.", ONE, TWO)
    seen = look(client, link.split("#")[0])
    assert "steht jetzt auf einer anderen Seite: S. 4" in seen.words
    (way,) = seen.links("/p/buch/s/4?zitat=")
    assert best(client, way) == TWO.rstrip(".")
    client = read(TWO)
    answer = client.get(link.split("#")[0])  # there is no page 2 any more
    assert (answer.status_code, best(client, answer.location.split("#")[0])) == (302, TWO.rstrip("."))


def test_words_that_were_changed_or_are_gone_lead_to_what_became_of_them(read: Read, home: Home) -> None:
    client = read(ONE, TWO)
    old = ids(home)[0]
    value = quote("Haus mit sieben Fenstern")
    client = read(ONE.replace("sieben", "acht"), TWO)
    seen = look(client, f"/p/buch/s/1?zitat={value}")
    assert "stand in einer früheren Fassung. Was daraus wurde" in seen.words and seen.links("/f/")[0] == f"/f/{old}"
    other = replace(PAPER, id="anderes", file="anderes.pdf")
    client = read(pages_of(THREE, publication=other))
    assert client.get(f"/p/buch/s/1?zitat={value}").location == f"/f/{old}"


def test_words_that_stand_in_another_publication_are_named_there(read: Read, home: Home) -> None:
    other = replace(PAPER, id="anderes", file="anderes.pdf", title="Anderes")
    client = read(pages_of(ONE, publication=PAPER), pages_of(TWO, publication=other))
    seen = look(client, f"/p/buch/s/1?zitat={quote('die Kinder im Frühling')}")
    assert "steht nicht in dieser Publikation, aber in anderen Fundstellen: S. 1, Anderes" in seen.words
    assert seen.links("/f/")[0] == f"/f/{ids(home, 'anderes')[0]}"


def test_words_in_another_publication_are_named_with_their_own_page(read: Read) -> None:
    other = replace(PAPER, id="anderes", file="anderes.pdf", title="Anderes")
    both = over_a_page_break(pages_of(ONE, TWO, publication=other))
    client = read(pages_of(THREE, publication=PAPER), both)
    for words, where in ((TWO, "S. 2"), (ONE, "S. 1"), (ONE.split()[-1] + " " + TWO, "S. 1–2")):
        assert f"aber in anderen Fundstellen: {where}, Anderes" in look(client, f"/p/buch/s/1?zitat={quote(words)}").words


def test_only_what_stands_so_in_another_publication_is_said_to(read: Read, home: Home) -> None:
    other = replace(PAPER, id="anderes", file="anderes.pdf", title="Anderes")
    client = read(pages_of(ONE, publication=PAPER), pages_of(TWO, f"{TWICE} Dann C", TWICE, publication=other))
    first, second, third = ids(home, "anderes")

    def named(seen: Seen) -> list[str]:
        return [link.removeprefix("/f/") for link in seen.links("/f/") if ids(home)[0] not in link]

    held = {
        f"{quote('die Kinder')},{quote('selbst bepflanzen')}": [first],
        quote("selbst bepflanzen. Wer mitmachen"): [first],  # goes on in the next passage
        f"{quote('ganz anders')}-,{quote(TWICE)}": [second, third],
        f"{quote('Dann C')}-,{quote(TWICE)}": [third],
        "C": [second],
    }
    for value, wanted in held.items():
        seen = look(client, f"/p/buch/s/1?zitat={value}")
        assert ("in anderen Fundstellen" in seen.words, named(seen)) == (True, wanted), value
    own = {f"{quote('Fenstern')},{quote('steht ein Haus')}", f"{quote('Abend')},{quote('Am Hafen')}"}  # the other way round
    for value in (*own, f"{quote('selbst bepflanzen')},{quote('die Kinder')}", "x" * 3000, "%", "B%2CA", "B", "inder", "a-,-b"):
        seen = look(client, f"/p/buch/s/1?zitat={value}")
        assert ("wurde nicht gefunden" in seen.words, named(seen)) == (True, []), value


@pytest.mark.parametrize("value", [quote("steht nirgends so"), "", ",,,", "%00", "%ff", "x" * 9000, quote("<b>fett</b>")])
def test_words_that_stand_nowhere_are_said_to(read: Read, value: str) -> None:
    client = read(ONE)
    seen = look(client, f"/p/buch/s/1?zitat={value}")
    assert "wurde nicht gefunden" in seen.words or "nennt keinen Wortlaut" in seen.words
    assert (
        not any(attrs.get("class") == "best" for _, attrs in seen.tags)
        and "<b>" not in client.get(f"/p/buch/s/1?zitat={value}").text
    )


def test_where_only_passages_may_be_shown_the_passage_is(read: Read, home: Home) -> None:
    client = read(pages_of(ONE, TWO, publication=replace(PAPER, show=Show.PASSAGE)))
    answer = client.get(f"/p/buch/s/2?zitat={quote('die Kinder im Frühling')}")
    assert (answer.status_code, answer.location) == (302, f"/f/{ids(home)[1]}")
    assert "werden nur einzelne Fundstellen gezeigt" in look(client, "/p/buch/s/2?zitat=nichts", 404).words
    assert look(client, f"/f/{ids(home)[1]}").links("/p/buch/s/") == []
