"""Word index, vector stores, library and generations: what is written comes back, and the live one is never harmed."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
import pytest

from corpus.errors import IndexDamaged, IndexMismatch, IngestionRunning, NoIndex, StorageError
from corpus.publication import Document, LabelSource, Name, PageLabel, Publication, Recognition
from index import generation as generations
from index.analysis import Analysis
from index.compounds import Lexicon
from index.gathering import Gathered
from index.german import terms
from index.growing import GrowingArray
from index.home import Home
from index.inverting import Contents, discard
from index.library import Library
from index.library_writer import write
from index.occurrences import Occurrences
from index.sentences import Sentences
from index.strings import sums
from index.vectors import ChromaVectors, ExactVectors, VectorStore, best_rows, highest_rows
from index.wording import Wording, write_wording
from index.words import WordIndex, equally
from tests.fakes import CountingEmbedder, document_of, volumes

UNIT = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0], [0, 0, 1]], np.float32)


def example() -> Document:
    publication = Publication("a", "a.pdf", "Titel", authors=(Name("Koşan", "Ümit"),), licence="CC0-1.0")
    pages = [["Einsamkeit im Alter", "trifft viele Menschen."], ["Eine Wohnung zu finden", "ist schwer in der Stadt."]]
    return document_of(publication, pages, heading_path=("Kapitel",), labels=[PageLabel("ix", LabelSource.SEEN), PageLabel()])


def publish(home: Home, *documents: Document) -> generations.Generation:
    with home.locked():
        return home.publish(volumes(documents), CountingEmbedder(), "split")


def test_words_score_the_passages_that_have_them(tmp_path: Path) -> None:
    bags = [terms("Einsamkeit im Alter"), terms("Wohnung in der Stadt"), terms("Stadt und Land"), []]
    built = WordIndex.build(Contents.of(bags))
    built.save(tmp_path / "words")
    for index in (built, WordIndex.open(tmp_path / "words")):
        assert len(index) == 4
        scores = index.scores(equally(terms("Stadt")))
        assert list(scores > 0) == [False, True, True, False]
        assert not index.scores(equally(terms("Quatsch"))).any()
        assert not index.scores([]).any()
        assert index.document_share("=stadt") == 0.5
        assert index.document_share("=quatsch") == 0.0


def test_scores_are_those_of_the_library_that_is_given_strings(tmp_path: Path) -> None:
    texts = ["Einsamkeit im Alter und noch einmal Einsamkeit", "Wohnung in der Stadt", "der die das", "Stadt und Land, Stadt"]
    analysis = Analysis(Lexicon({}))
    words = Gathered(tmp_path, texts).write(tmp_path, analysis)
    contents = Contents(words.table[:, 0], words.offsets, map(analysis.terms, words.vocabulary.words))
    built = WordIndex.build(contents, tmp_path)
    built.save(tmp_path / "words")
    discard(tmp_path)
    found = [built, WordIndex.open(tmp_path / "words"), WordIndex.build(Contents.of([terms(text) for text in texts]))]
    model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    model.index([terms(text) or [""] for text in texts], show_progress=False)
    for asked in (["=stadt"], terms("Stadt Stadt Einsamkeit Wohnungsnot"), terms("Wohnungen")):
        expected = model.get_scores([term for term in asked if term in model.vocab_dict])
        for index in found:
            assert index.scores(equally(asked)).tolist() == expected.tolist()
            assert index.scores((term, 0.5) for term in asked).tolist() == pytest.approx((expected / 2).tolist())


def test_what_no_passage_can_reach_is_the_sum_of_what_the_terms_say() -> None:
    index = WordIndex.build(Contents.of([["=stadt", "=land"], ["=stadt"], []]))
    assert index.most(equally(["=stadt", "=quatsch"])) == pytest.approx(math.log1p(1.5 / 2.5) + math.log1p(3.5 / 0.5))
    assert index.rows("=stadt").tolist() == [0, 1] and index.rows("=quatsch").tolist() == []


def gather(folder: Path, *texts: str, lexicon: Lexicon | None = None) -> Occurrences:
    return Gathered(folder, texts).write(folder, Analysis(lexicon or Lexicon({})))


def test_occurrences_come_back_with_their_vocabulary(tmp_path: Path) -> None:
    texts = ["Die Straße, „hell“ und\nlang.", "", "Die Straßen"]
    gather(tmp_path, *texts)
    index = Occurrences.open(tmp_path)
    assert len(index) == 3
    assert [texts[0][start:end] for _, start, end in index.of(0).tolist()] == ["Die", "Straße", "hell", "und", "lang"]
    assert index.vocabulary.words == ["die", "hell", "lang", "strasse", "strassen", "und"]
    assert index.of(0)[:, 0].tolist() == [0, 3, 1, 5, 2] and index.of(1).shape == (0, 3)
    assert index.vocabulary.of_stem("strass").tolist() == [3, 4]
    assert index.vocabulary.counts.tolist() == [2, 1, 1, 1, 1, 1]
    (tmp_path / "vocabulary.txt").write_text("die\n")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Occurrences.open(tmp_path)


def test_words_are_found_by_parts_beginnings_ends_and_slips(tmp_path: Path) -> None:
    lexicon = Lexicon({"Stadt": 900, "Plan": 900, "Teil": 900})
    words = gather(tmp_path, "Der Stadtteil hat einen Stadtplan, die Stadt keinen.", "Verplanung", lexicon=lexicon).vocabulary
    named = words.words.__getitem__
    assert list(map(named, words.with_part("stadt"))) == ["stadtplan", "stadtteil"]
    assert " ".join(filter(words.has_whole, words.words)) == "der die einen hat keinen stadt verplanung"
    assert not words.has_whole("plan") and not words.has_whole("stad")  # which are no words of these texts
    assert list(map(named, words.beginning("stadt"))) == ["stadt", "stadtplan", "stadtteil"]
    assert list(map(named, words.ending("plan"))) == ["stadtplan"]
    assert list(map(named, words.like("stadtplahn"))) == ["stadtplan"]
    assert list(map(named, words.like("satdt"))) == ["stadt"]  # two letters that changed places are one slip
    assert words.like("plan").tolist() == words.like("hat").tolist() == words.like("verwaltung").tolist() == []


def test_of_sentences_the_one_that_is_near_and_holds_matches_is_the_best() -> None:
    ranges = np.array([(0, 30), (31, 60), (61, 90), (0, 40)], np.int32)
    vectors = np.array([[1, 0], [0.6, 0.8], [0.6, 0.8], [0, 1]], np.float32)
    sentences = Sentences(ranges, sums([3, 1]), vectors)
    compared = sentences.compared(np.array([1, 0]), np.array([0.6, 0.8], np.float32))  # in the order asked for
    assert compared.of(0) == pytest.approx([0.8]) and compared.of(1) == pytest.approx([0.6, 1, 1])
    assert compared.nearest.tolist() == pytest.approx([0.8, 1])
    assert sentences.best(0, [0.6, 1, 1], []) == (31, 60)  # of equals the first
    assert sentences.best(0, [0.6, 1, 1], [(62, 70)]) == (61, 90)
    assert sentences.best(0, [0.6, 0.8, 0.8], [(0, 5), (8, 12), (31, 40)]) == (0, 30)  # two of three matches
    assert sentences.best(0, [0.6, 1, 1], [(95, 99)]) == (31, 60)  # behind the last one: in none


def test_a_suspended_word_stands_for_the_whole_one_too(tmp_path: Path) -> None:
    text = "Förder- und Beratungsstellen"
    found = gather(tmp_path, text, lexicon=Lexicon({"Beratung": 900, "Stellen": 900}))
    written = [(found.vocabulary.words[n], text[start:end]) for n, start, end in found.of(0).tolist()]
    assert written == [
        ("foerder", "Förder"), ("foerderstellen", "Förder"), ("und", "und"), ("beratungsstellen", "Beratungsstellen"),
    ]  # fmt: skip


def test_a_wording_is_found_from_word_to_word_whatever_lies_between(tmp_path: Path) -> None:
    write_wording(tmp_path, ["Die Straße, „hell“ und\nlang.", "", "Die Straßen sind hell.", "Die Inte-\ngration"])
    wording = Wording.open(tmp_path)
    assert len(wording) == 4
    assert wording.rows("STRASSE hell, und").tolist() == [0]
    assert wording.rows("die Straße").tolist() == [0]  # not in "Straßen"
    assert wording.rows("Straßen sind hell", [0, 1]).tolist() == [] and wording.rows("Straßen sind", [2]).tolist() == [2]
    assert wording.rows("raße").tolist() == wording.rows("lang die").tolist() == wording.rows("„“").tolist() == []
    assert wording.rows("Integration").tolist() == [3]
    assert wording.rows("die").tolist() == [0, 2, 3]
    (tmp_path / "letters.txt").write_bytes(b"diestrasse")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Wording.open(tmp_path)


@pytest.mark.parametrize(
    ("k", "rows"), [(0, []), (1, [3]), (2, [1, 3]), (3, [1, 3, 4]), (4, [0, 1, 3, 4]), (5, [0, 1, 2, 3, 4]), (9, [0, 1, 2, 3, 4])]
)
def test_the_highest_rows_are_the_best_ones_in_their_own_order(k: int, rows: list[int]) -> None:
    scores = np.array([1, 2, 1, 3, 2], np.float32)
    assert highest_rows(scores, k).tolist() == rows
    assert best_rows(scores, k).tolist() == sorted(rows, key=lambda row: -scores[row])


@pytest.fixture(params=["exact", "chroma"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    found: VectorStore
    if request.param == "exact":
        np.save(tmp_path / "v.npy", UNIT)
        found = ExactVectors.open(tmp_path / "v.npy")
    else:
        with ChromaVectors(tmp_path / "chroma", rows=len(UNIT)) as new:
            new.add(["a", "a", "b", "b"], UNIT)
        found = ChromaVectors(tmp_path / "chroma")
    yield found
    found.close()


def test_nearest_vectors_are_found_with_their_cosine(store: VectorStore) -> None:
    rows, similarities = store.nearest(np.array([0, 1, 0], np.float32), 2)
    assert dict(zip(rows.tolist(), similarities.tolist(), strict=True)) == pytest.approx({1: 1.0, 2: 0.8}, abs=1e-5)


def test_chroma_gives_every_vector_back_and_never_embeds(tmp_path: Path) -> None:
    with ChromaVectors(tmp_path, rows=4) as new:
        new.add(["a"] * 4, UNIT)
        assert np.allclose(np.concatenate(list(new.stretches())), UNIT, atol=1e-6)
        with pytest.raises(RuntimeError, match="never made by it"):
            new._collection.query(query_texts=["Text"])


def test_a_store_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="--rebuild"):
        ChromaVectors(tmp_path / "leer")


def test_the_library_gives_back_what_was_written(tmp_path: Path) -> None:
    document = example()
    write(tmp_path / "l.sqlite", [document])
    books = Library(tmp_path / "l.sqlite")
    (stored,) = books.stored()
    assert books.document(stored) == document
    assert books.publications == (document.publication,)
    first, second = document.passages
    assert books.passage(first.id) == first and books.passage_at(1) == second and books.passage_at(0) != second
    assert (books.passage_at(1).id, books.passage_at(1).text, books.passage_at(1).pages) == (second.id, second.text, (1,))
    assert replace(books.passage_at(0), note="1") == replace(first, note="1") and hash(books.passage_at(0)) == hash(first)
    assert books.position(second.id) == 1
    assert books.places(first) == ((0, PageLabel("ix", LabelSource.SEEN)),)
    assert books.passage("x") is None and books.publication("x") is None and books.page("a", 7) is None
    assert (stored.pages, stored.passages, books.count()) == (2, 2, 2)
    books.close()


def test_the_library_gives_back_how_pages_were_recognised(tmp_path: Path) -> None:
    plain = example()
    seen = Recognition("tesseract 9, deu, 300 dpi", "ab" * 32, 93, ((0, 4),), ((5, 6, "8"),))
    pages = (replace(plain.pages[0], recognition=seen), *plain.pages[1:])
    passages = (replace(plain.passages[0], recognised=(0,), doubtful=((0, 4), (7, 9))), *plain.passages[1:])
    document = replace(plain, pages=pages, passages=passages)
    write(tmp_path / "l.sqlite", [document])
    books = Library(tmp_path / "l.sqlite")
    assert books.document(books.stored()[0]) == document != plain
    assert books.passage_at(0) != plain.passages[0]
    books.close()


def test_a_damaged_library_is_named(tmp_path: Path) -> None:
    (tmp_path / "l.sqlite").write_bytes(b"kein SQLite" * 500)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        Library(tmp_path / "l.sqlite")


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="fundstelle ingest"):
        Home(tmp_path / "neu").live()


def test_publishing_makes_live_and_keeps_one_generation_to_go_back_to(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [publish(home, example()).name for _ in range(3)]
    assert home.live().name == names[2]
    assert sorted(f.name for f in (tmp_path / "generations").iterdir()) == sorted(names[1:])


def test_a_failed_publishing_leaves_the_live_one_and_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    live = publish(home, example()).name

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(GrowingArray, "append", full)
    with pytest.raises(StorageError, match="voll"):
        publish(home, example())
    assert [f.name for f in (tmp_path / "generations").iterdir()] == [live] and home.live().name == live


def test_a_store_that_lost_vectors_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    live = publish(home, example()).name
    monkeypatch.setattr(ChromaVectors, "add", lambda self, ids, vectors, on_added: None)
    with pytest.raises(IndexDamaged, match="unvollständig"):
        publish(home, example())
    assert home.live().name == live


def test_leftovers_of_a_crash_are_removed_by_the_next_ingestion(tmp_path: Path) -> None:
    (tmp_path / "generations" / ".building-x").mkdir(parents=True)
    publish(Home(tmp_path), example())
    assert not (tmp_path / "generations" / ".building-x").exists()


def test_only_one_ingestion_at_a_time(tmp_path: Path) -> None:
    with Home(tmp_path).locked(), pytest.raises(IngestionRunning, match="läuft schon"), Home(tmp_path).locked():
        pass
    with Home(tmp_path).locked():
        pass


def test_a_home_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x")
    with pytest.raises(StorageError, match="--home"), Home(tmp_path / "datei").locked():
        pass


def test_another_model_or_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    home = Home(tmp_path)
    made = publish(home, example())
    with pytest.raises(IndexMismatch, match="fundstelle ingest"):
        made.require("another model")
    older = replace(made, manifest=replace(made.manifest, analysis=-1))
    with pytest.raises(IndexMismatch, match="Programmversion"):
        older.require(CountingEmbedder.fingerprint)
    manifest = made.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {generations.FORMAT}', '"format": 99'))
    with pytest.raises(IndexMismatch, match="Programmversion"):
        home.live()


@pytest.mark.parametrize("damage", ["manifest", "pointer"])
def test_damage_is_named(tmp_path: Path, damage: str) -> None:
    home = Home(tmp_path)
    made = publish(home, example())
    if damage == "manifest":
        (made.folder / "manifest.json").unlink()
    else:
        (tmp_path / "live").write_text("../../etc")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        home.live()
