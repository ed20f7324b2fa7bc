"""The judged queries over the specimens: that their judgements are whole, and stand on the pages that they name."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from corpus.specimens.build import FOLDER
from evaluation.collection import Question, read
from tests.conftest import ROOT

QUERIES = ROOT / "tests" / "judged" / "queries.tsv"
QRELS = ROOT / "tests" / "judged" / "qrels.tsv"
#: So many queries of each type there are at least; fewer tell nothing about their type.
LEAST = {
    "paraphrase": 40, "question": 35, "keyword": 30, "compound": 20, "gender": 15, "typo": 20, "umlaut": 12, "name": 10,
    "abbreviation": 8, "quote": 15, "suspended": 5, "none": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was set in a specimen, and the page on which it begins."""

    text: str
    page: int


@dataclass(frozen=True, slots=True)
class Row:
    """A judgement with words of the sentence for which it was given."""

    query_id: str
    file: str
    page: int
    relevance: int
    snippet: str


@cache
def sentences(file: str) -> tuple[Sentence, ...]:
    written = json.loads((FOLDER / file).with_suffix(".truth.json").read_text("utf-8"))["written"]
    return tuple(Sentence(" ".join(item["text"].split()), item["starts"][0]) for item in written)


@cache
def rows() -> tuple[Row, ...]:
    with QRELS.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Row(r["query_id"], r["file"], int(r["pdf_page"]), int(r["relevance"]), r["snippet"]) for r in table)


@cache
def questions() -> tuple[Question, ...]:
    return read(QUERIES, QRELS).questions


def answers(question: Question) -> list[str]:
    """Return the sentences for which pages were judged to be precisely what a query asks for."""
    wanted = [row for row in rows() if row.query_id == question.id and row.relevance == 2]
    return [s.text for row in wanted for s in sentences(row.file) if row.snippet in s.text]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def of_type(type_: str) -> list[Question]:
    return [question for question in questions() if question.type == type_]


@cache
def printed_words() -> frozenset[str]:
    return frozenset(word for file in {row.file for row in rows()} for s in sentences(file) for word in words(s.text))


def test_there_are_enough_queries_of_each_type() -> None:
    counted = Counter(question.type for question in questions())
    assert set(counted) == set(LEAST)
    assert {type_: (counted[type_], least) for type_, least in LEAST.items() if counted[type_] < least} == {}
    assert len({row.file for row in rows()}) == 3


def test_every_judgement_names_the_page_on_which_its_sentence_stands() -> None:
    wrong = []
    for row in rows():
        pages = {sentence.page for sentence in sentences(row.file) if row.snippet in sentence.text}
        if not row.snippet or pages != {row.page}:
            wrong.append(f"{row.query_id} {row.file} {row.page}: „{row.snippet}“ begins on {sorted(pages)}")
    assert wrong == [], "the specimens were set anew: put these pages right"


def test_every_answerable_query_has_a_page_that_is_precisely_its_answer() -> None:
    best = {row.query_id for row in rows() if row.relevance == 2}
    assert [question.id for question in questions() if question.answerable and question.id not in best] == []
    assert {row.relevance for row in rows()} == {1, 2}


def test_what_has_no_answer_has_no_judgement() -> None:
    judged = {row.query_id for row in rows()}
    assert [question.id for question in questions() if not question.answerable and question.id in judged] == []


def test_no_query_is_asked_twice() -> None:
    asked = [" ".join(words(question.text)) for question in questions()]
    assert sorted(asked) == sorted(set(asked))


def test_quotes_stand_in_the_text_or_nearly_so() -> None:
    strange = []
    for question in of_type("quote"):
        asked = words(question.text)
        if max(sum(word in words(sentence) for word in asked) for sentence in answers(question)) < 0.6 * len(asked):
            strange.append(question.id)
    assert strange == []


def test_paraphrases_hardly_share_a_word_with_their_answers() -> None:
    asked = [(word, words(" ".join(answers(q)))) for q in of_type("paraphrase") for word in words(q.text) if len(word) > 4]
    shared = [word for word, answer in asked if word in answer]
    assert len(shared) <= 0.1 * len(asked), shared


def test_slips_and_missing_umlauts_stand_nowhere_in_the_text() -> None:
    mistaken = of_type("typo") + of_type("umlaut")
    assert [q.id for q in mistaken if set(words(q.text)) <= printed_words()] == []


def test_what_suspended_hyphens_left_out_is_not_printed_whole_in_the_answer() -> None:
    completed = [(words(q.text)[0], " ".join(answers(q)).lower()) for q in of_type("suspended")]
    assert [word for word, answer in completed if word in answer] == []
