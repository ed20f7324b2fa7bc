"""Lines become paragraphs: where a new one begins, seen from bullets, gaps, indents and short last lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.clean import TextLine

_BULLET = re.compile(r"\s*(?:[•▪■●○◦➢►–—-]\s|\(?\d{1,2}[.)]\s|[a-z]\)\s)")
_ENDS_SENTENCE = re.compile(r"[.!?:…][“”\"»«)’]*$")
_ENDS_CONTENTS_ENTRY = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$")
_GAP = 1.3  # baselines farther apart than this many times the usual distance
_SHORT = 3.0  # a line that ends this many type sizes before the longest one
_INDENT = 0.8


def split(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Group lines into paragraphs, in order."""
    usual = _usual_distance(lines)
    paragraphs: list[list[TextLine]] = []
    for item in lines:
        if paragraphs and not _begins(paragraphs[-1], item, usual):
            paragraphs[-1].append(item)
        else:
            paragraphs.append([item])
    return paragraphs


def _usual_distance(lines: Sequence[TextLine]) -> float:
    """Return the median distance between the baselines of neighbouring lines, in type sizes."""
    distances = [
        (above.line.box.y0 - below.line.box.y0) / below.line.size
        for above, below in pairwise(lines)
        if above.sheet.index == below.sheet.index and below.line.size and above.line.box.y0 > below.line.box.y0
    ]
    return median(distances) if distances else 1.2


def _begins(paragraph: Sequence[TextLine], item: TextLine, usual: float) -> bool:
    """Tell whether ``item`` begins a new paragraph.  A false break costs a sentence, so doubt means no."""
    last = paragraph[-1]
    if last.line.hyphenated:
        return False
    text, before = item.text.strip(), last.text.strip()
    if _ENDS_CONTENTS_ENTRY.search(before[-100:]):
        return True
    ended = bool(_ENDS_SENTENCE.search(before))
    if _BULLET.match(text) and (ended or before.endswith((",", ";")) or _BULLET.match(paragraph[0].text)):
        return True
    if abs(item.line.size - last.line.size) > 0.1 * last.line.size and not text[:1].islower():
        return True
    if text[:1].islower() or last.sheet.index != item.sheet.index:
        return False
    down = last.line.box.y0 - item.line.box.y0
    if down > _GAP * usual * max(item.line.size, last.line.size):
        return ended or not before.endswith((",", "-", "und", "oder"))
    if down <= 0 or not ended:
        return False
    widest = max(n.line.box.x1 for n in paragraph)
    short = last.line.box.x1 < widest - _SHORT * last.line.size
    indented = item.line.box.x0 > last.line.box.x0 + _INDENT * item.line.size
    return short or indented
