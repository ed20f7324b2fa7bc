"""Which lines of a passage are headings printed above its text, and belong to no sentence of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BETWEEN = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(?:kapitel|teil|abschnitt|anhang)?(?:\d*|[a-z]\d*|[ivxl]+)")


def is_heading(line: str, heading_path: Sequence[str]) -> bool:
    """Tell whether a line is one of the headings above a passage, with a number before it or without.

    Letters and digits are compared only: a file's outline often lacks a heading's number, its capitals or its spacing.
    """
    shown = _letters(line)
    known = [heading for title in heading_path if (heading := _letters(title))]
    return any(shown.endswith(heading) and _NUMBER.fullmatch(shown.removesuffix(heading)) for heading in known)


def _letters(text: str) -> str:
    return _BETWEEN.sub("", text.casefold())
