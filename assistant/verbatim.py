"""Words that are said to stand in a passage become ranges of its text, if they really do."""

from __future__ import annotations

import re

from citing.quotation import Range

_OMISSION = re.compile(r"\[(?:…|\.\.\.)\]")
_AROUND = " \t\n„“”\"»«›‹‚‘’'"
_ALIKE = dict.fromkeys("„“”\"»«›‹‚‘’'", "[„“”\"»«›‹‚‘’']") | dict.fromkeys("-‐‑–—", "[-‐‑–—]")


def ranges_of(words: str, text: str) -> tuple[Range, ...] | None:
    """Return where words stand in a text, None where they don't: by every letter, in this order, "[…]" for what is left out.

    White space, the shape of quotation marks and the length of dashes make no difference: the text itself is quoted.
    """
    parts = [part.strip(_AROUND) for part in _OMISSION.split(words)]
    found: list[Range] = []
    for part in filter(None, parts):
        match = _pattern(part).search(text, found[-1][1] if found else 0)
        if match is None:
            return None
        found.append(match.span())
    return tuple(found) or None


def _pattern(part: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join("".join(_ALIKE.get(letter, re.escape(letter)) for letter in word) for word in part.split()))
