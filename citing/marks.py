"""Quotation marks inside a quotation: „…“ becomes ‚…‘ and the other way round, whatever marks the text itself has."""

from __future__ import annotations

#: Every character that may be turned; nothing else of a quoted text ever changes.
MARKS = frozenset('„“”"»«‚‘’›‹')
_OPENING = "([{/–—-" + "„»«‚›‹"  # what may stand before a mark that opens
_DOUBLE = frozenset('„“”"»«')
_LEVELS = (("„", "“"), ("‚", "‘"))  # outer and inner, in turns


def turned(text: str) -> str:
    """Return ``text`` as it stands between „ and “: character for character, but for the marks of what it quotes itself.

    An apostrophe stays one, and so do signs for inches and minutes. A mark that closes what opened before the text is
    turned too.
    """
    levels: list[tuple[str, int]] = []  # marks that are open, each with the level that it was written at
    written: list[str] = []
    for index, character in enumerate(text):
        if character in MARKS:
            character = _turned_mark(text, index, levels)
        written.append(character)
    return "".join(written)


def _turned_mark(text: str, index: int, levels: list[tuple[str, int]]) -> str:
    """Return what is written for a mark, and note in ``levels`` what it opens or closes."""
    mark, before, after = text[index], text[index - 1 : index] or " ", text[index + 1 : index + 2] or " "
    if _opens(mark, before, after, [kind for kind, _ in levels]):
        level = len(levels) + 1
        levels.append((mark, level))
        return _LEVELS[level % 2][0]
    if not _closes(mark, before, after, [kind for kind, _ in levels]) or (mark == "’" and _is_apostrophe(text, index, levels)):
        return mark
    while levels:
        kind, level = levels.pop()
        if (kind in _DOUBLE) == (mark in _DOUBLE):
            return _LEVELS[level % 2][1]
    return _LEVELS[1][1]


def _opens(mark: str, before: str, after: str, open_marks: list[str]) -> bool:
    if mark in "”’" or after.isspace():
        return False
    at_beginning = before.isspace() or before in _OPENING
    if mark in "„‚":
        return mark == "„" or at_beginning
    if mark in "“‘":  # they open in English, and close in German
        return at_beginning and not any(kind in ("„“" if mark == "“" else "‚‘") for kind in open_marks)
    return at_beginning


def _closes(mark: str, before: str, after: str, open_marks: list[str]) -> bool:
    if mark in "„‚":
        return False
    if mark == '"' and before.isdigit() and '"' not in open_marks:
        return False  # inches
    if mark in _DOUBLE:
        return True
    is_open = any(kind not in _DOUBLE for kind in open_marks)
    return is_open and not (mark == "’" and after.isalnum())


def _is_apostrophe(text: str, index: int, levels: list[tuple[str, int]]) -> bool:
    """Tell whether a ’ behind a word closes nothing, because the mark that is open is closed further on by its own kind."""
    opened = next(kind for kind, _ in reversed(levels) if kind not in _DOUBLE)
    if opened == "‘":
        return False  # in English ’ is its own kind
    closing, depth = {"‚": "‘", "‹": "›"}.get(opened, "‹"), 0
    for at in range(index + 1, len(text)):
        at_beginning = text[at - 1].isspace() or text[at - 1] in _OPENING
        if text[at] == opened and at_beginning:
            depth += 1
        elif text[at] == closing and not at_beginning:
            if not depth:
                return True
            depth -= 1
    return False
