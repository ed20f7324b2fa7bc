"""The text files of a specimen become chapters: headings, paragraphs of sentences, quotations, notes, boxes.

One sentence a line, so that what a sentence is need not be guessed; a blank line ends a paragraph.  CONTRIBUTING.md
describes the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_NOTE = re.compile(r"\[\^(\d+)\]")
_BLOCK = re.compile(r"::: (\w+) ?(.*)")


class SourceError(Exception):
    """A text file that breaks the rules; says where."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its sentences."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in parts: the text before each of its footnotes, and behind the last one."""

    parts: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    @property
    def text(self) -> str:
        """The sentence without its marks."""
        return "".join(self.parts)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the chapter's own."""

    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A block quotation, with who said it."""

    sentences: tuple[Sentence, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is a few sentences."""

    items: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first row is its head."""

    caption: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, known by its key."""

    key: str
    caption: str


@dataclass(frozen=True, slots=True)
class Pull:
    """A sentence set large beside the text."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Box:
    """Text apart from the running text: ``kind`` is "box" (a good example from ``town``) or "portrait"."""

    kind: str
    town: str
    title: str
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Quotation | Items | Table | Figure | Pull | Box


@dataclass(frozen=True, slots=True)
class Chapter:
    """A text file: its first heading and what follows."""

    file: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Lines:
    """The lines of a file, taken one by one."""

    file: str
    lines: list[str]
    at: int = 0
    notes: dict[str, Note] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)

    def peek(self) -> str | None:
        return self.lines[self.at] if self.at < len(self.lines) else None

    def take(self) -> str:
        line = self.lines[self.at]
        self.at += 1
        return line

    def wrong(self, what: str) -> SourceError:
        return SourceError(f"{self.file}:{self.at}: {what}")


def read_chapter(path: Path) -> Chapter:
    """Read a text file; raises SourceError."""
    raw = [line.rstrip() for line in path.read_text(encoding="utf-8").splitlines()]
    lines = _Lines(path.name, list(_without_notes(raw)))
    lines.notes = dict(_notes(raw))
    while lines.peek() == "":
        lines.take()
    first = lines.take()
    if not first.startswith("# "):
        raise lines.wrong("the first line must be the chapter's title")
    blocks = tuple(_blocks(lines, until=None))
    unused = set(lines.notes) - set(lines.used)
    if unused or len(set(lines.used)) != len(lines.used):
        raise lines.wrong(f"footnotes without a mark, or with two: {sorted(unused)}")
    return Chapter(path.name, first[2:].strip(), blocks)


def _notes(lines: Sequence[str]) -> Iterator[tuple[str, Note]]:
    for position, line in enumerate(lines):
        if match := re.match(r"\[\^(\d+)\]: (.*)", line):
            more = []
            for other in lines[position + 1 :]:
                if not other.startswith("  "):
                    break
                more.append(other.strip())
            yield match[1], Note((match[2], *more))


def _without_notes(lines: Sequence[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        inside = line.startswith("[^") or (inside and line.startswith("  "))
        if not inside:
            yield line


def _blocks(lines: _Lines, until: str | None) -> Iterator[Block]:
    while (line := lines.peek()) is not None:
        if line == until:
            lines.take()
            return
        if not line:
            lines.take()
        elif heading := re.match(r"(#{2,3}) (.*)", line):
            lines.take()
            yield Heading(len(heading[1]), heading[2].strip())
        elif line.startswith(":::"):
            yield _fenced(lines)
        elif line.startswith("* "):
            yield Items(tuple(_items(lines)))
        elif line.startswith(">"):
            yield _quotation(lines)
        else:
            yield Paragraph(tuple(_run(lines)))
    if until is not None:
        raise lines.wrong("a block is not closed")


def _run(lines: _Lines) -> Iterator[Sentence]:
    while (line := lines.peek()) and not line.startswith((":::", "* ", ">", "## ", "### ")):
        yield _sentence(lines, lines.take())


def _items(lines: _Lines) -> Iterator[tuple[Sentence, ...]]:
    while (line := lines.peek()) is not None:
        if line == "" and lines.at + 1 < len(lines.lines) and lines.lines[lines.at + 1].startswith("* "):
            lines.take()
            continue
        if not line.startswith("* "):
            return
        item = [_sentence(lines, lines.take()[2:])]
        while (more := lines.peek()) and more.startswith("  "):
            item.append(_sentence(lines, lines.take().strip()))
        yield tuple(item)


def _quotation(lines: _Lines) -> Quotation:
    sentences: list[Sentence] = []
    speaker = ""
    while (line := lines.peek()) and line.startswith(">"):
        lines.take()
        if line.startswith(">>"):
            speaker = line[2:].strip()
        else:
            sentences.append(_sentence(lines, line[1:].strip()))
    return Quotation(tuple(sentences), speaker)


def _fenced(lines: _Lines) -> Block:
    match = _BLOCK.fullmatch(lines.take())
    if not match:
        raise lines.wrong("a block without a kind")
    kind, rest = match[1], match[2].strip()
    if kind == "figure":
        key, _, caption = rest.partition("|")
        if lines.peek() == ":::":
            lines.take()
        return Figure(key.strip(), caption.strip())
    if kind == "table":
        rows = [tuple(cell.strip() for cell in line.split("|")) for line in _until_end(lines) if line]
        if len({len(row) for row in rows}) != 1:
            raise lines.wrong("rows of unequal length")
        return Table(rest, tuple(rows))
    if kind == "pull":
        (sentence,) = (line for line in _until_end(lines) if line)
        return Pull(_sentence(lines, sentence))
    if kind not in ("box", "portrait"):
        raise lines.wrong(f"an unknown block: {kind}")
    town, _, title = rest.partition("|") if kind == "box" else ("", "", rest)
    return Box(kind, town.strip(), title.strip(), tuple(_blocks(lines, until=":::")))


def _until_end(lines: _Lines) -> Iterator[str]:
    while (line := lines.peek()) is not None:
        lines.take()
        if line == ":::":
            return
        yield line
    raise lines.wrong("a block is not closed")


def _sentence(lines: _Lines, text: str) -> Sentence:
    numbers = _NOTE.findall(text)
    missing = [number for number in numbers if number not in lines.notes]
    if missing:
        raise lines.wrong(f"footnotes without a text: {missing}")
    lines.used += numbers
    return Sentence(tuple(_NOTE.sub("\n", text).split("\n")), tuple(lines.notes[number] for number in numbers))
