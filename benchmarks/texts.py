"""Debates, laws and encyclopedia articles become passages' texts of about 120 words, and queries made from these by rule."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index.german import words
from models.training.corpus import Source, read_documents, sentences

ENOUGH = 105  # words after which a passage ends with its sentence: 120 on average
_TOO_LONG = 180
_SEED = 20


@dataclass(frozen=True, slots=True)
class Text:
    """A passage's text with the heading above it."""

    heading: str
    text: str


def write_texts(data: Path, file: Path, count: int, enough: int = ENOUGH) -> int:
    """Write the first ``count`` different texts of DATA/training, all sources in turn, as JSON lines; return how many.

    A text ends with the sentence that reaches ``enough`` words: with fewer there are more texts.
    """
    seen: set[int] = set()
    with file.open("w", encoding="utf-8") as out:
        for text in _texts(data / "training", enough):
            if len(seen) == count:
                break
            if hash(text.text) not in seen:
                seen.add(hash(text.text))
                out.write(json.dumps([text.heading, text.text], ensure_ascii=False) + "\n")
    return len(seen)


def read_texts(file: Path, count: int) -> Iterator[Text]:
    """Yield the first ``count`` texts of a file."""
    with file.open(encoding="utf-8") as lines:
        for line in islice(lines, count):
            yield Text(*json.loads(line))


def _texts(folder: Path, enough: int) -> Iterator[Text]:
    running = [_of_source(folder, source, enough) for source in Source]
    while running:
        for source in list(running):
            text = next(source, None)
            if text is None:
                running.remove(source)
            else:
                yield text


def _of_source(folder: Path, source: Source, enough: int) -> Iterator[Text]:
    for document in read_documents(folder):
        if document.source is source:
            yield from _passages(" ".join(document.heading.split()), document.paragraphs, enough)


def _passages(heading: str, paragraphs: Sequence[str], enough: int) -> Iterator[Text]:
    gathered: list[str] = []
    for sentence in (sentence for paragraph in paragraphs for sentence in sentences(paragraph)):
        gathered += sentence.split()
        if len(gathered) >= enough:
            if len(gathered) <= _TOO_LONG:
                yield Text(heading, " ".join(gathered))
            gathered = []


def make_queries(texts: Sequence[str], count: int, seed: int = _SEED) -> list[str]:
    """Return three to eight words of content, in their order, of a random sentence each; equal seeds give equal queries."""
    return [query for _, query in make_items(texts, count, seed)]


def make_items(texts: Sequence[str], count: int, seed: int = _SEED) -> list[tuple[int, str]]:
    """Return queries as ``make_queries`` does, each with the number of the text that it was made from."""
    chance = random.Random(seed)  # noqa: S311  # draws queries, keeps no secret
    found: list[tuple[int, str]] = []
    for _ in range(100 * count):
        if len(found) == count:
            break
        number = chance.randrange(len(texts))
        sentence = chance.choice(sentences(texts[number]) or [""])
        content = [sentence[word.start : word.end] for word in words(sentence) if not word.is_stop_word]
        if len(content) >= 3:
            wanted = min(len(content), chance.randint(3, 8))
            found.append((number, " ".join(content[i] for i in sorted(chance.sample(range(len(content)), wanted)))))
    return found
