"""Chapters become Typst markup in which every sentence tells where it was set.

Each style in ``style/`` defines the same functions (chapter, section, para, ...), so that one publication differs from
another by its style alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.specimens.source import (
    Block,
    Box,
    Chapter,
    Figure,
    Heading,
    Items,
    Note,
    Paragraph,
    Pull,
    Quotation,
    Sentence,
    Table,
)

_ABBREVIATION = re.compile(r"\b(\w)\. (?=\w\.)")  # z. B., d. h., e. V.


@dataclass(frozen=True, slots=True)
class Written:
    """Something that was set, as the reading shall give it back; ``note`` is the number of the footnote it belongs to."""

    id: int
    kind: str  # text, quotation, item, note, caption, cell, pull, box, portrait, label
    text: str
    path: tuple[str, ...]
    note: int | None = None


@dataclass(slots=True)
class Markup:
    """Typst markup, and what was written in it."""

    parts: list[str] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _notes: int = 0
    _number: str = ""
    _chapters: int = 0
    _sections: list[int] = field(default_factory=lambda: [0, 0])

    def chapter(self, number: str, chapter: Chapter, *, notes_from_one: bool) -> None:
        """Add a chapter; ``number`` is printed before its title unless it is empty."""
        self._path = [_numbered(number, chapter.title)]
        if notes_from_one:
            self._notes = 0
        if number == "1":
            self.parts.append("#show: main-matter\n")
        self.parts.append(f"#chapter({string(number)}, {string(chapter.title)}, {self._chapters})\n")
        self._chapters += 1
        self._sections = [0, 0]
        self._number = number
        for block in chapter.blocks:
            self.parts.append(self._block(block, "text"))

    def _block(self, block: Block, kind: str) -> str:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return f"#para[{self._sentences(block.sentences, kind)}]\n"
            case Quotation():
                speaker = self._set("label", block.speaker) if block.speaker else ""
                return f"#quotation([{speaker}])[{self._sentences(block.sentences, 'quotation')}]\n"
            case Items():
                entries = "".join(f"[{self._sentences(item, 'item')}]," for item in block.items)
                return f"#entries(({entries}))\n"
            case Table():
                cells = "".join(f"[{self._set('cell', cell)}]," for row in block.rows for cell in row)
                return f"#tabled([{self._set('caption', block.caption)}], {len(block.rows[0])}, ({cells}))\n"
            case Figure():
                return f"#drawn({string(block.key)}, [{self._set('caption', block.caption)}])\n"
            case Pull():
                return f"#pull[{self._sentence(block.sentence, 'pull')}]\n"
            case Box():
                inner = "".join(self._block(each, block.kind) for each in block.blocks)
                town = self._set("label", block.town) if block.town else ""
                name = "box_of" if block.kind == "box" else block.kind
                return f"#{name}([{town}], [{self._set('label', block.title)}])[{inner}]\n"

    def _heading(self, heading: Heading) -> str:
        level = heading.level - 1
        self._sections[level - 1] += 1
        self._sections[level:] = [0] * (len(self._sections) - level)
        number = ".".join([self._number, *map(str, self._sections[:level])]) if self._number else ""
        self._path = [*self._path[:level], _numbered(number, heading.title)]
        return f"#section({level + 1}, {string(number)}, {string(heading.title)})\n"

    def _sentences(self, sentences: Sequence[Sentence], kind: str) -> str:
        return " ".join(self._sentence(sentence, kind) for sentence in sentences)

    def _sentence(self, sentence: Sentence, kind: str) -> str:
        id_ = self._add(kind, sentence.text)
        notes = [*map(self._note, sentence.notes), ""]
        return f"#s({id_}, [{''.join(f'#{string(part)}{note}' for part, note in zip(sentence.parts, notes, strict=True))}])"

    def _note(self, note: Note) -> str:
        self._notes += 1
        return f"#footnote[{' '.join(self._set('note', sentence, self._notes) for sentence in note.sentences)}]"

    def _set(self, kind: str, text: str, note: int | None = None) -> str:
        return f"#s({self._add(kind, text, note)}, {string(text)})"

    def _add(self, kind: str, text: str, note: int | None = None) -> int:
        self.written.append(Written(len(self.written), kind, text, tuple(self._path), note))
        return len(self.written) - 1


def _numbered(number: str, title: str) -> str:
    return f"{number} {title}" if number else title


def string(text: str) -> str:
    """Return a Typst string that prints a text, with blanks that hold abbreviations and paragraphs of laws together."""
    held = _ABBREVIATION.sub("\\1.\u202f", text).replace("§ ", "§\u00a0").replace("§§ ", "§§\u00a0")
    return '"' + held.replace("\\", "\\\\").replace('"', '\\"') + '"'


def register(entries: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return the markup of an index: terms with their page numbers."""
    return "".join(f"#term({string(term)}, {string(', '.join(pages))})\n" for term, pages in entries)


def words_of(chapters: Sequence[Chapter]) -> Iterator[str]:
    """Yield every sentence of chapters, footnotes and captions included: what may not repeat itself."""
    markup = Markup()
    for chapter in chapters:
        markup.chapter("", chapter, notes_from_one=True)
    yield from (written.text for written in markup.written)
