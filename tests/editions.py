"""A second edition of a specimen, made from the same text by rule, and what became of every sentence of the first.

Paragraphs are moved to another chapter, dropped and added, sentences changed word by word; all else stays and comes to
stand on other pages.  Only what stands behind another paragraph is moved or dropped, so that no heading loses its text.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from corpus.specimens.build import FOLDER, Specimen, build, chapters
from corpus.specimens.source import Block, Chapter, Paragraph, Sentence

_DROPPED, _MOVED, _FOLLOWED = 1, 3, 5  # of six paragraphs that may be edited, in turn; the sentences of the others are changed
_TURN = 6
#: Words for others that fit the same places.
_WORDS = {
    "auch": "ebenso",
    "bereits": "längst",
    "deshalb": "darum",
    "häufig": "oft",
    "immer": "stets",
    "meist": "meistens",
    "nur": "lediglich",
    "oft": "häufig",
    "schon": "bereits",
    "selten": "kaum einmal",
    "viele": "etliche",
    "wenige": "nicht viele",
    "zuerst": "zunächst",
}
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b")
_ADDED = (
    ("Seit der ersten Ausgabe sind zwei Städte aus dem Kreis ausgeschieden.", "Ihre Zahlen stehen hier weiterhin, damit sich vergleichen lässt."),
    ("Die Rückmeldungen der Leserinnen und Leser füllten vierzig Karteikarten.", "Am meisten vermissten sie ein Kapitel über Scheitern."),
    ("Eine Dolmetscherin hat uns auf drei ungenaue Begriffe hingewiesen.", "Wir haben sie ersetzt und danken ihr."),
    ("Neu hinzugekommen ist das Gespräch mit einer Hausärztin.", "Sie bat darum, ohne Namen zu bleiben.", "Ihr Rat lautet, Termine nie ohne Rückrufnummer zu vergeben."),
    ("Ob sich dieser Weg bewährt, wird die nächste Zählung zeigen.",),
    ("In der Zwischenzeit hat der Rat die Mittel um ein Jahr verlängert.", "Begründet wurde das mit steigender Nachfrage."),
)  # fmt: skip


class Change(StrEnum):
    """What became of something that was written."""

    SAME = "same"  # as it was, on the same pages
    MOVED = "moved"  # as it was, on other pages
    CHANGED = "changed"  # in other words
    DROPPED = "dropped"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Written:
    """Something that stands in an edition; ``pages`` are the PDF pages on which it begins and ends, from 1."""

    kind: str
    text: str
    path: tuple[str, ...]
    pages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fate:
    """Something of the first or second edition, or both, and what became of it; ``before`` is None for what was added."""

    change: Change
    before: Written | None
    after: Written | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A second edition: its file, what is known of it, and every sentence's fate, in the order of the first edition."""

    pdf: Path
    truth: Path
    fates: tuple[Fate, ...]


def second_edition(specimen: Specimen, folder: Path) -> Edition:
    """Set the second edition of a specimen into a folder."""
    edit = _Edit()
    pdf = build(specimen, folder, edit.chapters(chapters(specimen)))
    truth = pdf.with_suffix(".truth.json")
    first = _written(FOLDER / truth.name)
    return Edition(pdf, truth, tuple(_fates(first, _written(truth), edit)))


@dataclass(slots=True)
class _Edit:
    """The rule, and what it did: texts with those that took their place, texts that are gone, texts that are new."""

    changed: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)

    def chapters(self, first: Sequence[Chapter]) -> tuple[Chapter, ...]:
        """Return the chapters of the second edition; what is moved ends the chapter behind its own, the last one's the first."""
        edited = [chapter for chapter in first if chapter.file[:2].isdigit()]
        kept: dict[str, list[Block]] = {}
        moved: dict[str, list[Block]] = defaultdict(list)
        turns = iter(range(10_000))
        for position, chapter in enumerate(edited):
            target = edited[(position + 1) % len(edited)].file
            kept[chapter.file] = list(self._blocks(chapter.blocks, lambda: next(turns) % _TURN, moved[target]))
        return tuple(replace(c, blocks=(*kept[c.file], *moved[c.file])) if c.file in kept else c for c in first)

    def _blocks(self, blocks: Sequence[Block], turn: Callable[[], int], moved: list[Block]) -> Iterator[Block]:
        for before, block in zip((None, *blocks), blocks, strict=False):
            which = turn() if isinstance(block, Paragraph) and isinstance(before, Paragraph) else None
            match block, which:
                case Paragraph(), int(n) if n == _DROPPED:
                    self.dropped |= set(_texts(block))
                case Paragraph(), int(n) if n == _MOVED:
                    moved.append(block)
                case Paragraph(), int(n) if n != _FOLLOWED:
                    yield Paragraph(tuple(map(self._changed, block.sentences)))
                case _:
                    yield block
            if which == _FOLLOWED and (new := next((new for new in _ADDED if new[0] not in self.added), None)):
                self.added |= set(new)
                yield Paragraph(tuple(Sentence((text,)) for text in new))

    def _changed(self, sentence: Sentence) -> Sentence:
        other = replace(sentence, parts=tuple(_WORD.sub(lambda m: _WORDS[m[0]], part) for part in sentence.parts))
        if other != sentence:
            self.changed[sentence.text] = other.text
        return other


def _texts(paragraph: Paragraph) -> Iterator[str]:
    """Yield the sentences of a paragraph and of its footnotes."""
    for sentence in paragraph.sentences:
        yield sentence.text
        yield from (text for note in sentence.notes for text in note.sentences)


def _written(truth: Path) -> list[Written]:
    return [
        Written(item["kind"], item["text"], tuple(item["path"]), (item["starts"][0], item["ends"][0]))
        for item in json.loads(truth.read_text("utf-8"))["written"]
    ]


def _fates(first: Sequence[Written], second: Sequence[Written], edit: _Edit) -> Iterator[Fate]:
    """Yield the fate of everything; equal texts, as cells have them, are paired in their order, which no rule changes."""
    later: dict[tuple[str, str], list[Written]] = defaultdict(list)
    for item in second:
        later[item.kind, item.text].append(item)
    for before in first:
        if before.text in edit.dropped:
            yield Fate(Change.DROPPED, before, None)
            continue
        after = later[before.kind, edit.changed.get(before.text, before.text)].pop(0)
        same = Change.SAME if after.pages == before.pages else Change.MOVED
        yield Fate(Change.CHANGED if before.text != after.text else same, before, after)
    yield from (Fate(Change.ADDED, None, item) for left in later.values() for item in left)
