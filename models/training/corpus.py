"""Turns the training text (debates, law, encyclopedia) into arrays of words, sentences and documents."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import zstandard

from models.training.normalisation import words

IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]

_SENTENCE_END = re.compile(r"(?<=[a-zäöüß)\"“»\d][.!?:])\s+(?=[\"„»(]?[A-ZÄÖÜ])|\n+")
_SHORT_SENTENCE = 3
_LONG_SENTENCE = 60


class Source(IntEnum):
    """Where a document comes from."""

    DEBATE = 0
    LAW = 1
    ENCYCLOPEDIA = 2
    PLAIN = 3


@dataclass(frozen=True, slots=True)
class Document:
    """A speech part, a section of a law or an article: its heading and its paragraphs."""

    source: Source
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents as one run of word numbers; `sentence_start` and `document_start` have one more entry.

    A heading is a run of words of its own; `block` numbers neighbouring documents under one heading.
    """

    vocabulary: list[str]
    word: IntArray
    sentence_start: LongArray
    sentence_document: IntArray
    document_start: IntArray
    document_source: IntArray
    heading_word: IntArray
    heading_start: LongArray
    block_start: IntArray
    block_end: IntArray


def is_held_out(title: str) -> bool:
    """Tell whether an encyclopedia article is kept for validation: 5 %, chosen by a hash of its title."""
    return int.from_bytes(hashlib.sha256(title.encode()).digest()[:4], "big") % 20 == 0


def read_documents(folder: Path, held_out: bool = False) -> Iterator[Document]:
    """Yield the documents of `bt18`, `laws` and `klex` in `folder`; with `held_out`, only the articles kept back."""
    if not held_out:
        for row in _rows(folder / "bt18.jsonl.zst"):
            yield Document(Source.DEBATE, _agenda_item(str(row["top"])), _paragraphs(row["p"]))
        for row in _rows(folder / "laws.jsonl.zst"):
            heading = f"{row['head'] or ''} {row['title'] or ''}"
            yield Document(Source.LAW, heading, _paragraphs(row["p"]))
    for row in _rows(folder / "klex.jsonl.zst"):
        title = str(row["t"])
        if is_held_out(title) == held_out:
            source = Source.PLAIN if row["k"] == "klexikon" else Source.ENCYCLOPEDIA
            yield Document(source, title, tuple(str(row["x"]).split("\n\n")))


def sentences(paragraph: str) -> list[str]:
    """Cut a paragraph into sentences, roughly: a wrong cut costs one training pair."""
    return [part for part in _SENTENCE_END.split(paragraph) if part and part.strip()]


def build_corpus(documents: Iterator[Document]) -> Corpus:
    """Number the words of all documents; sentences under three words are dropped, over sixty are cut."""
    numbers: dict[str, int] = {}
    word: list[npt.NDArray[np.int32]] = []
    sentence_lengths: list[int] = []
    sentence_document: list[int] = []
    document_start: list[int] = []
    sources: list[int] = []
    headings: list[list[int]] = []
    heading_texts: list[str] = []
    for document in documents:
        document_start.append(len(sentence_lengths))
        sources.append(int(document.source))
        heading_texts.append(document.heading)
        headings.append([numbers.setdefault(w, len(numbers)) for w in words(document.heading)])
        for run in _runs(document):
            ids = np.fromiter((numbers.setdefault(w, len(numbers)) for w in run), np.int32, len(run))
            word.append(ids)
            sentence_lengths.append(len(ids))
            sentence_document.append(len(sources) - 1)
    document_start.append(len(sentence_lengths))
    block_start, block_end = _blocks(heading_texts, np.array(document_start, np.int32))
    return Corpus(
        vocabulary=list(numbers),
        word=np.concatenate(word),
        sentence_start=_starts(sentence_lengths),
        sentence_document=np.array(sentence_document, np.int32),
        document_start=np.array(document_start, np.int32),
        document_source=np.array(sources, np.int32),
        heading_word=np.array([w for heading in headings for w in heading], np.int32),
        heading_start=_starts([len(heading) for heading in headings]),
        block_start=block_start,
        block_end=block_end,
    )


def _runs(document: Document) -> Iterator[list[str]]:
    for paragraph in document.paragraphs:
        for sentence in sentences(paragraph):
            run = words(sentence)
            if len(run) >= _SHORT_SENTENCE:
                for at in range(0, len(run), _LONG_SENTENCE):
                    yield run[at : at + _LONG_SENTENCE]


def _blocks(headings: list[str], document_start: IntArray) -> tuple[IntArray, IntArray]:
    """Give each document the sentence range of the neighbouring documents under the same heading."""
    start = np.empty(len(headings), np.int32)
    end = np.empty(len(headings), np.int32)
    first = 0
    for number in range(1, len(headings) + 1):
        if number == len(headings) or headings[number] != headings[first]:
            start[first:number] = document_start[first]
            end[first:number] = document_start[number]
            first = number
    return start, end


def _starts(lengths: list[int]) -> LongArray:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _paragraphs(value: object) -> tuple[str, ...]:
    return tuple(str(paragraph) for paragraph in value) if isinstance(value, list) else ()


def _agenda_item(text: str) -> str:
    """Drop the number of an agenda item ("TOP ZP 3 Aktuelle Stunde" -> "Aktuelle Stunde")."""
    return re.sub(r"^TOP\s+(?:ZP\s+)?[\dIVX.,\s]+(?:[a-z]\b)?\s*", "", text)


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open("rb") as raw:
        reader = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), encoding="utf-8")
        for line in reader:
            row: dict[str, object] = json.loads(line)
            yield row
