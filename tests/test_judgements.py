"""The judged queries over the specimens: that their judgements are whole, and stand on the pages that they name."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import cache

import pytest

from corpus.specimens.build import FOLDER
from evaluation.collection import Question, read
from tests.conftest import ROOT

QUERIES = ROOT / "tests" / "judged" / "queries.tsv"
QRELS = ROOT / "tests" / "judged" / "qrels.tsv"


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
    return re.findall(r"\w+", text.casefold())


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


@pytest.mark.parametrize("question", [q for q in questions() if q.type == "quote"], ids=lambda question: question.id)
def test_quotes_stand_in_the_text_or_nearly_so(question: Question) -> None:
    asked = words(question.text)
    kept = [sum(word in words(sentence) for word in asked) for sentence in answers(question)]
    assert max(kept) >= 0.6 * len(asked)
