"""Links to passages through editions: unchanged, moved, changed, gone, and never to a look-alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.editions import latest_editions
from corpus.publication import Document, LabelSource, PageLabel, Publication, Show
from index.home import Home
from index.links import Fate
from ingestion import forget
from tests.fakes import document_of
from tests.shelf import look, publish, reading_room, report
from tests.test_register import ONE, THREE, TWICE, TWO, book, ids

BOOK = Publication("buch", "buch.pdf", "Titel", year="2024", place="Musterstadt", publisher="Verlag", show=Show.PAGE)
SECOND = replace(BOOK, title="Titel, zweite Auflage", year="2026")

Read = Callable[..., FlaskClient]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def read(home: Home) -> Iterator[Read]:
    """Publish documents and return a client that reads them."""
    with ExitStack() as opened:

        def publish_and_read(*documents: Document) -> FlaskClient:
            publish(home, *documents)
            return opened.enter_context(reading_room(home))

        yield publish_and_read


def first(*texts: str) -> Document:
    return book(*texts, publication=BOOK)


def second(*texts: str) -> Document:
    return book(*texts, publication=SECOND)


def test_a_passage_that_stands_as_it_stood_says_nothing_of_it(home: Home, read: Read) -> None:
    read(first(ONE, TWO))
    client = read(first(ONE, TWO, THREE))
    seen = look(client, f"/f/{ids(home)[0]}")
    assert "früher" not in seen.words and ONE in seen.words


def test_a_passage_that_moved_says_from_where_to_where(home: Home, read: Read) -> None:
    read(first(ONE, TWO))
    moved = ids(home)[1]
    client = read(first(ONE, THREE, TWO))
    assert "Diese Stelle stand früher auf S. 2; sie steht jetzt auf S. 3." in look(client, f"/f/{moved}").words
    client = read(second(ONE, TWO))
    words = look(client, f"/f/{moved}").words
    assert "Diese Stelle stand früher auf S. 3 („Titel“, 2024); sie steht jetzt auf S. 2." in words


def test_a_page_number_that_was_put_right_is_named_as_it_was_cited(home: Home, read: Read) -> None:
    wrong, right = (document_of(BOOK, [[ONE]], labels=[PageLabel(n, LabelSource.CORRECTED)]) for n in ("7", "9"))
    read(wrong)
    assert "stand früher auf S. 7; sie steht jetzt auf S. 9." in look(read(right), f"/f/{ids(home)[0]}").words


def test_a_passage_in_another_chapter_names_the_one_that_it_belonged_to(home: Home, read: Read) -> None:
    read(document_of(BOOK, [[ONE]], heading_path=("1 Am Wasser", "1.1 Häuser")))
    client = read(document_of(BOOK, [[ONE]], heading_path=("2 Musik",)))
    assert "Sie gehörte zum Kapitel „1 Am Wasser › 1.1 Häuser“." in look(client, f"/f/{ids(home)[0]}").words


def test_a_passage_that_is_split_otherwise_leads_to_the_one_that_holds_it(home: Home, read: Read) -> None:
    read(first(ONE, TWO, THREE))
    old = ids(home)[1]
    client = read(first(ONE, f"{TWO} {THREE}"))
    answer = client.get(f"/f/{old}?q=Garten")
    assert (answer.status_code, answer.location) == (302, f"/f/{ids(home)[1]}?frueher={old}&q=Garten")
    seen = look(client, answer.location)
    assert "Der Text ist inzwischen anders eingeteilt; die Stelle selbst ist unverändert." in seen.words
    assert f"Der Link meint diesen Teil: {TWO.rstrip('.')}" in seen.words and seen.marks == ["Garten"]


def test_a_passage_that_is_torn_apart_names_all_its_parts(home: Home, read: Read) -> None:
    read(first(f"{ONE} {TWO}", THREE))
    old = ids(home)[0]
    client = read(first(ONE, THREE, TWO))
    seen = look(client, client.get(f"/f/{old}").location)
    assert "Diese Stelle stand früher auf S. 1; sie steht jetzt auf S. 1, S. 3." in seen.words
    assert "Sie verteilt sich jetzt auf mehrere Fundstellen: S. 1: Am Hafen" in seen.words
    (other,) = [link for link in seen.links("/f/") if "frueher" in link]
    assert "sie steht jetzt auf S. 1, S. 3." in look(client, other).words


@pytest.mark.parametrize("led", ["", "0" * 16, "x", "'; --"])
def test_where_a_link_is_said_to_come_from_is_not_believed(home: Home, read: Read, led: str) -> None:
    client = read(first(ONE, TWO))
    read(first(ONE))
    for other in (led, ids(home)[0]):
        assert "Der Link meint" not in look(client, f"/f/{ids(home)[0]}", frueher=other).words


def test_a_passage_that_was_changed_shows_the_difference(home: Home, read: Read) -> None:
    read(first(ONE, TWO))
    old = ids(home)[0]
    client = read(first(ONE.replace("sieben", "acht"), TWO))
    seen = look(client, f"/f/{old}")
    assert "Diese Stelle wurde geändert" in seen.words
    assert "ein Haus mit [gestrichen: sieben] [neu: acht] Fenstern, in dem" in " ".join(seen.text.split())
    assert [tag for tag, _ in seen.tags if tag in ("ins", "del")] == ["del", "ins"]
    assert f"So lautete sie {ONE} Titel, Musterstadt: Verlag, 2024, S. 1" in seen.words
    assert seen.links("/f/") == [f"/f/{ids(home)[0]}"]


def test_a_passage_that_is_gone_is_quoted_and_said_to_be_gone(home: Home, read: Read) -> None:
    read(first(ONE, TWO))
    gone = ids(home)[0]
    seen = look(read(second(TWO)), f"/f/{gone}", 410)
    assert "Sie stand in „Titel“ auf S. 1. In der heutigen Fassung steht sie nicht mehr." in seen.words
    assert f"So lautete sie {ONE} Titel, Musterstadt: Verlag, 2024, S. 1" in seen.words
    assert seen.links("/p/") == ["/p/buch"] and len(seen.links("/suche?q=Am+Hafen+steht")) == 1
    seen = look(read(report()), f"/f/{gone}", 410)
    assert "Diese Publikation ist nicht mehr in der Sammlung." in seen.words and ONE in seen.words


def test_what_the_operator_took_out_is_not_quoted(home: Home, read: Read) -> None:
    read(first(ONE))
    gone = ids(home)[0]
    client = read(report())
    forget(home, "buch")
    words = look(client, f"/f/{gone}", 410).words
    assert "Die Betreiber haben die Publikation" in words and "Hafen" not in words


def test_of_two_equal_paragraphs_none_takes_the_place_of_the_other(home: Home, read: Read) -> None:
    read(first(ONE, TWICE, TWO, TWICE, THREE))
    _, one, _, other, _ = ids(home)
    client = read(first(ONE, TWO, TWICE, THREE))  # the first of them is gone
    assert "So lautete sie" in look(client, f"/f/{one}", 410).words
    assert "stand früher auf S. 4; sie steht jetzt auf S. 3." in look(client, f"/f/{other}").words
    client = read(first(ONE, TWICE, TWO, THREE))  # it is back, and the second one gone
    assert "stand früher" not in look(client, f"/f/{one}").words
    assert "So lautete sie" in look(client, f"/f/{other}", 410).words
    client = read(first(TWICE, ONE, TWICE, TWO, TWICE, THREE))  # both are back, and a look-alike before them
    assert "sie steht jetzt auf S. 3." in look(client, f"/f/{one}").words
    assert "sie steht jetzt auf S. 5." in look(client, f"/f/{other}").words


def test_after_going_back_links_lead_to_what_is_live_again(home: Home, read: Read) -> None:
    read(first(ONE, TWO))
    client = read(second(ONE.replace("sieben", "acht"), TWO, THREE))
    changed, kept, new = ids(home)
    with home.locked():
        home.roll_back()
    assert "[gestrichen: acht] [neu: sieben]" in look(client, f"/f/{changed}").words
    assert "stand früher" not in look(client, f"/f/{kept}").words
    assert "So lautete sie" in look(client, f"/f/{new}", 410).words


def test_where_a_look_alike_stands_elsewhere_nobody_is_led_there(home: Home, read: Read) -> None:
    read(first(ONE, TWICE, TWO))
    old = ids(home)[1]
    client = read(first(ONE, TWO, THREE, TWICE))
    seen = look(client, f"/f/{old}")
    assert "ob es dieselbe Stelle ist, lässt sich nicht sagen" in seen.words
    assert seen.links("/f/") == [f"/f/{ids(home)[3]}"]


@pytest.mark.parametrize("how", ["succeeds", "digest"])
def test_a_publication_under_another_id_is_the_same_where_that_is_known(home: Home, read: Read, how: str) -> None:
    read(replace(first(ONE, TWO), digest="abc"))
    old = ids(home)[0]
    new = replace(SECOND, id="neu", file="neu.pdf", succeeds="buch" if how == "succeeds" else "")
    client = read(replace(book(THREE, ONE, TWO, publication=new), digest="abc" if how == "digest" else "def"))
    seen = look(client, client.get(f"/f/{old}").location)
    assert "Diese Stelle stand früher auf S. 1 („Titel“, 2024); sie steht jetzt auf S. 2." in seen.words
    other = replace(new, id="anders", succeeds="")
    assert "nicht mehr in der Sammlung" in look(read(book(ONE, publication=other)), f"/f/{old}", 410).words


def test_an_edition_that_is_still_there_says_that_there_is_a_later_one(read: Read, home: Home) -> None:
    old, new = replace(BOOK, show=Show.PAGE), replace(SECOND, id="neu", file="neu.pdf", succeeds="buch")
    client = read(book(ONE, publication=old), book(TWO, publication=new))
    said = "Von dieser Publikation gibt es eine spätere Auflage: Titel, zweite Auflage (2026)."
    for path in ("/p/buch", "/p/buch/s/1", f"/f/{ids(home)[0]}"):
        seen = look(client, path)
        assert said in seen.words and "/p/neu" in seen.links("/p/neu"), path
    for path in ("/p/neu", "/p/neu/s/1", f"/f/{ids(home, 'neu')[0]}"):
        assert "spätere Auflage" not in look(client, path).words, path
    rows = client.get("/api/v1/publications").get_json()["publications"]
    assert {row["publication_id"]: row["succeeded_by"] for row in rows} == {"buch": ["neu"], "neu": []}


@pytest.mark.parametrize(
    ("succeeds", "latest"),
    [
        ({"b": "a"}, {"a": "b"}),
        ({"b": "a", "c": "b"}, {"a": "c", "b": "c"}),
        ({"b": "a", "c": "a", "d": "c"}, {"a": "bd", "c": "d"}),
        ({"b": "fort"}, {}),
        ({"a": "a"}, {}),
        ({"a": "b", "b": "a", "c": "b"}, {}),  # in a circle nobody knows
    ],
)
def test_the_latest_edition_is_the_one_that_none_succeeds(succeeds: dict[str, str], latest: dict[str, str]) -> None:
    known = [Publication(id_, f"{id_}.pdf", id_.upper(), succeeds=succeeds.get(id_, "")) for id_ in "abcd"]
    found = {one.id: "".join(later.id for later in latest_editions(one, known)) for one in known}
    assert found == {id_: latest.get(id_, "") for id_ in "abcd"}


def test_a_register_that_cannot_be_read_stops_no_reader(home: Home, read: Read) -> None:
    client = read(first(ONE))
    home.register.file.write_bytes(b"kaputt" * 1000)
    assert ONE in look(client, f"/f/{ids(home)[0]}").words
    assert "Fundstelle nicht gefunden" in look(client, "/f/0123456789abcdef", 404).words


def test_a_text_that_would_like_to_be_markup_stays_text(home: Home, read: Read) -> None:
    read(first(f"<b>fett</b> {ONE}", TWO))
    old = ids(home)[0]
    for after in (f"<i>kursiv</i> {ONE}", THREE):
        html = read(first(after, TWO)).get(f"/f/{old}").text
        assert "&lt;b&gt;" in html and "<b>" not in html and "<i>" not in html


def test_every_fate_has_its_page(home: Home) -> None:
    assert {fate.value for fate in Fate} == {"kept", "changed", "gone", "uncertain"}
