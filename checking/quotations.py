"""A text becomes its quotations, in quotation marks or set off, each with the pages and the source that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checking.locators import Locator, find_locator, is_in_brackets, says_the_same

_LONGEST = 8_000  # characters; a mark without its counterpart would swallow the rest of a text
_UNCLOSED = 100  # marks without counterpart; a text with more is none that quotes
_BESIDE = 240  # characters before and behind a quotation in which its source is looked for
_CLOSING = {"„": '“”"', "‚": "‘’", "»": "«", "«": "»", "›": "‹", "‹": "›", "“": "”“", '"': '"'}
_OPENING = re.compile('[„‚»«›‹“"]')
_BLOCK = re.compile(r"(?:^[ \t]{0,3}>.*(?:\n|\Z))+", re.M)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-ZÄÖÜ„»«“\"]|\Z)")
_BRACKETED = r"(?:\\.|[^\[\]\\])"
_PANDOC = rf"\[{_BRACKETED}{{0,60}}?(?<![\w.])@\w{_BRACKETED}{{1,200}}\]"  # [@muster2024, S. 2]
_CITED = re.compile(rf"\s*{_PANDOC}[.\s]*\Z")
_TAIL = re.compile(r"\s*(?:\([^()]{3,200}\)|(?:—|–|--)\s*[^\n]{3,200})[.\s]*\Z")
_SOURCE_BELOW = re.compile(rf"\s*(?=[(—–]|{_PANDOC})")
_METADATA = re.compile(r"\A---[ \t]*\n[\w-]+:.*?^(?:---|\.\.\.)[ \t]*$", re.M | re.S)
_BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NUMBERED = r"\[\^?(?P<name>\w{1,6})\]:?|(?P<raised>[\u00b9\u00b2\u00b3\u2070-\u2079]+)|(?P<plain>\d{1,3})"
_MARK = re.compile(rf"[.,;]?\s?(?:{_NUMBERED}(?=[\s.,;)]|\Z))")
_NOTE = re.compile(rf"^[ \t]*(?:{_NUMBERED}[.)]?)[ \t]+(?P<text>\S.*)$", re.M)
_RAISED = str.maketrans("\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079", "1230456789")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation as it stands in a text, without its marks: from character ``start``, on ``line`` (from 1).

    ``beside`` is what stands before and behind it, in which its source may be named; ``same_as`` is the start of the quotation
    whose source its "ebd." means, -1 where it says none.
    """

    text: str
    start: int
    line: int
    locator: Locator | None = None
    beside: str = ""
    same_as: int = -1


@dataclass(frozen=True, slots=True)
class Quotations:
    """The quotations of a text in its order, and the lines of marks that have no counterpart."""

    found: tuple[Quotation, ...]
    unclosed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a quotation stands, marks included, and its text with what was said behind it inside a block."""

    start: int
    end: int
    text: str
    said: str = ""


def find_quotations(text: str) -> Quotations:
    """Return the quotations of a text: „…“, ‚…‘, »…«, «…», “…”, "…", and blocks whose lines begin with ">"."""
    text = _METADATA.sub(_blank, text.replace("\r\n", "\n"))
    blocks = [stretch for match in _BLOCK.finditer(text) for stretch in _blocks(match)]
    rest = _BLOCK.sub(_blank, text)
    inline, unclosed = _inline(rest)
    stretches = sorted([*blocks, *inline], key=lambda stretch: stretch.start)
    found = tuple(_with_sources(text, stretches))
    return Quotations(found, tuple(_line(text, at) for at in unclosed))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _blocks(match: re.Match[str]) -> Iterator[_Stretch]:
    """Yield a block quotation without the signs before its lines, what names its source, and marks around it.

    One that is too long becomes several, each of whole lines.
    """
    text = re.sub(r"^[ \t]*>[ \t]?", "", match[0], flags=re.M).strip()
    tail = _tail(text)
    text, said = (_shown(text[: tail.start()]), tail[0].strip()) if tail else (_shown(text), "")
    if len(text) > 1 and text[-1] in _CLOSING.get(text[0], ""):
        text = text[1:-1]
    pieces = [piece for piece in _pieces(text) if piece.strip()]
    for at, piece in enumerate(pieces, match.start()):
        yield _Stretch(at, match.end() if piece is pieces[-1] else at + 1, piece, said)


def _tail(text: str) -> re.Match[str] | None:
    """Return what names the source at the end of a block: pandoc's citation, else a clause that names a page."""
    start = max(0, len(text) - _BESIDE)
    if cited := _CITED.search(text, start):
        return cited
    tail = _TAIL.search(text, start)
    return tail if tail and (find_locator(tail[0]) or says_the_same(tail[0])) else None


def _shown(text: str) -> str:
    """Return text as Markdown shows it where signs of its own stand behind backslashes: "Bürger\\*innen"."""
    return _BACKSLASHED.sub(r"\1", text)


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for line in text.splitlines(keepends=True):
        if piece and len(piece) + len(line) > _LONGEST:
            yield piece
            piece = ""
        piece += line[:_LONGEST]
    yield piece


def _inline(text: str) -> tuple[list[_Stretch], list[int]]:
    found, unclosed, at = [], [], 0
    while match := _OPENING.search(text, at):
        start, at = match.start(), match.end()
        if not _opens(text, start):
            continue
        end = _closing(text, start)
        if end is None:
            unclosed.append(start)
            if len(unclosed) == _UNCLOSED:
                break
            continue
        if text[start + 1 : end].strip():
            found.append(_Stretch(start, end + 1, _shown(text[start + 1 : end])))
        at = end + 1
    return found, unclosed


def _opens(text: str, at: int) -> bool:
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    if not behind or (behind.isspace() and text[at] not in "„«"):  # « ainsi »
        return False
    return not (text[at] in '"“‚' and before and (before.isalnum() or before in ".,;:!?"))


def _closing(text: str, start: int) -> int | None:
    """Return where the mark that opens at ``start`` is closed; None where it is not."""
    opening, closers, depth = text[start], _CLOSING[text[start]], 0
    last = min(len(text), start + _LONGEST)
    paragraph = _PARAGRAPH.search(text, start, last)
    for mark in re.compile(f"[{opening}{closers}]").finditer(text, start + 1, last):
        at, character = mark.start(), mark[0]
        if paragraph and at >= paragraph.start() and (character == opening or opening == '"'):
            return None  # a quotation that goes on in another paragraph, but never past the next opening mark
        if character == opening and character not in closers:
            depth += 1
        elif not _is_within(text, start, at, opening):
            if not depth:
                return at
            depth -= 1
    return None


def _is_within(text: str, start: int, at: int, opening: str) -> bool:
    """Tell whether a mark that could close stands inside: an apostrophe, or the marks of another sort within a quotation."""
    character, behind = text[at], text[at + 1 : at + 2]
    if character == "’" or opening == "‚":
        return behind.isalnum()
    if opening == "„" and character == '"':  # typed in place of “ only where none follows
        following = re.search("[“”„]", text[at : start + _LONGEST])
        return bool(following and following[0] != "„")
    return character == '"' and text[at - 1].isspace()


def _with_sources(text: str, stretches: list[_Stretch]) -> Iterator[Quotation]:
    """Yield quotations with the pages named behind each of them, else right before it; "ebd." means the pages before."""
    notes = {_name(match): match["text"] for match in _NOTE.finditer(text)}
    last, used = Quotation("", 0, 0), 0
    for number, stretch in enumerate(stretches):
        following = stretches[number + 1].start if number + 1 < len(stretches) else len(text)
        behind = _behind(text, stretch, following)
        before = _before(text, max(used, stretches[number - 1].end if number else 0), stretch.start)
        noted = _noted(text, stretch.end, notes)
        quotation = Quotation(
            stretch.text, stretch.start, _line(text, stretch.start), None, f"{before} {stretch.said} {noted or behind}"
        )
        for place, said in enumerate((stretch.said, noted, behind, before)):
            if named := find_locator(said):
                quotation = replace(quotation, locator=named[0])
                if says_the_same(said[: named[1]]):
                    quotation = _as_before(quotation, last)
                used = stretch.end + (named[1] if place == 2 else 0)
                break
            if place < 3 and says_the_same(said):
                quotation = replace(_as_before(quotation, last), locator=last.locator)
                break
        last = quotation if quotation.locator else last
        yield quotation


def _as_before(quotation: Quotation, last: Quotation) -> Quotation:
    """Return a quotation that says "ebd.", with the source of the last one that named pages."""
    return replace(quotation, beside=f"{quotation.beside} {last.beside}", same_as=last.start if last.locator else -1)


def _behind(text: str, stretch: _Stretch, following: int) -> str:
    """Return the rest of the sentence behind a quotation, and a parenthesis behind its full stop."""
    region = text[stretch.end : min(following, stretch.end + _BESIDE)]
    if text[stretch.end - 1] == "\n":  # below a block only what can be nothing but its source
        below = _SOURCE_BELOW.match(region)
        region = region[below.end() :] if below else ""
    if paragraph := _PARAGRAPH.search(region):
        region = region[: paragraph.start()]
    for end in _SENTENCE_END.finditer(region):
        if not is_in_brackets(region, end.start()):
            return region[: end.start()]
    return region


def _before(text: str, earliest: int, start: int) -> str:
    """Return the beginning of the sentence that leads to a quotation."""
    region = text[max(earliest, start - _BESIDE) : start]
    ends = [match.end() for match in (*_PARAGRAPH.finditer(region), *_SENTENCE_END.finditer(region))]
    return region[max(ends, default=0) :]


def _noted(text: str, end: int, notes: dict[str, str]) -> str:
    """Return the note whose mark stands right behind a quotation."""
    mark = _MARK.match(text, end)
    return notes.get(_name(mark), "") if mark else ""


def _name(match: re.Match[str]) -> str:
    return f"[{match['name']}]" if match["name"] else (match["plain"] or match["raised"].translate(_RAISED))
