"""Lines become paragraphs: where a new one begins, seen from bullets, gaps, indents and short last lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.clean import TextLine, gap_between

_BULLET = re.compile(r"\s*(?:[•▪■●○◦➢►–—-]\s|\(?\d{1,2}[.)]\s|[a-z]\)\s)")
# "Abbildung 2.5.: Die Oberfläche", not "Abbildung 2.5 zeigt"
_CAPTION = re.compile(r"\s*(?:Abbildung|Abb\.|Tabelle|Tab\.|Übersicht|Grafik|Schaubild|Diagramm)\s+\d+(?:[.\d]*\d)?\.?\s?:")
_ENDS_SENTENCE = re.compile(r"[.!?:…][“”\"»«)’]*$")
_WHOLE_SENTENCE = re.compile(r"[^\W\d_]{5}[.!?][“”\"»«)’]*$")  # not "Abs." nor "bzw."
_ENDS_CONTENTS_ENTRY = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$")
_GAP = 1.3  # baselines farther apart than this many times the usual distance
_SHORT = 3.0  # a line that ends this many type sizes before the longest one
_INDENT = 0.8
_ONE_LINE = 0.6  # type sizes between the parts of a line
_LOOKED_AT = 50  # lines of a paragraph that tell how wide it is
_SHORTEST_INSET = 6  # letters; less is an exponent or a sign beside the line
_MOST_INSETS = 12  # paragraphs of captions, quotes, boxes, notes in the margin that may interrupt one sentence


def split(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Group lines into paragraphs, in order."""
    usual = _usual_distance(lines)
    size = median([item.line.size for item in lines]) if lines else 0.0
    paragraphs: list[list[TextLine]] = []
    for item in lines:
        if paragraphs and not (_stands_apart(paragraphs[-1], item, size) or _begins(paragraphs[-1], item, usual)):
            paragraphs[-1].append(item)
        else:
            paragraphs.append([item])
    return _rejoined(paragraphs, size)


def _stands_apart(paragraph: Sequence[TextLine], item: TextLine, size: float) -> bool:
    """Tell whether a caption, a pull quote or a note in the margin begins, or the text goes on behind one."""
    if item.row or paragraph[-1].row:
        return False
    last = paragraph[-1]
    if min(len(item.text.strip()), len(last.text.strip()), len(paragraph[0].text.strip())) < _SHORTEST_INSET:
        return False
    if last.sheet.index == item.sheet.index and (item.line.box.x0 > last.line.box.x1 or item.line.box.x1 < last.line.box.x0):
        return not _same_size(last, item)
    first = paragraph[0].line.size
    if item.line.bold != last.line.bold and not _same_size(last, item) and not item.text.strip()[:1].islower():
        return True
    returns = abs(item.line.size - size) < 0.05 * size and abs(first - size) > 0.1 * size
    leaves = abs(item.line.size - first) > 0.1 * first and not item.text.strip()[:1].islower()
    return returns or (leaves and last.line.hyphenated)


def _same_size(one: TextLine, other: TextLine) -> bool:
    return abs(one.line.size - other.line.size) < 0.02 * max(one.line.size, other.line.size)


def _rejoined(paragraphs: list[list[TextLine]], size: float) -> list[list[TextLine]]:
    """Put what interrupts a sentence behind the paragraph that it interrupts."""
    position = 0
    while position < len(paragraphs):
        last = paragraphs[position][-1]
        is_body = 0.95 * size <= last.line.size <= 1.2 * size  # small print is not torn by the text around it
        rest = _rest(paragraphs, position) if is_body and _is_open(paragraphs[position]) else None
        if rest is None:
            position += 1
        else:
            paragraphs[position] += paragraphs.pop(rest)
    return paragraphs


def _rest(paragraphs: Sequence[Sequence[TextLine]], position: int) -> int | None:
    """Return where the sentence goes on that a paragraph breaks off, behind insets only; None where it does not."""
    here = paragraphs[position]
    page = here[-1].sheet.index
    for ahead in range(position + 1, min(position + 1 + _MOST_INSETS, len(paragraphs) - 1)):
        if not _is_inset(here, paragraphs[ahead]):
            return None
        if _is_caption(paragraphs[ahead]):  # pages of nothing but figures interrupt as well
            page = paragraphs[ahead][-1].sheet.index
        later = paragraphs[ahead + 1]
        if later[0].sheet.index - page > 1:
            return None
        if _goes_on(here, later):
            return ahead + 1
    return None


def _is_open(paragraph: Sequence[TextLine]) -> bool:
    """Tell whether a paragraph breaks off in the middle of a sentence."""
    last = paragraph[-1]
    return not last.row and (last.line.hyphenated or not re.search(r"[.!?:;…”“\"»«)\]\d]$", last.text.strip()))


def _is_inset(text: Sequence[TextLine], other: Sequence[TextLine]) -> bool:
    """Tell whether a paragraph is a caption or set otherwise than the text around it, so that it may stand inside of it."""
    if _is_caption(other):
        return True
    apart = other[0].line.bold != text[-1].line.bold or not _same_size(text[-1], other[0]) or bool(other[0].row)
    return apart and not other[0].text.strip()[:1].islower()


def _is_caption(paragraph: Sequence[TextLine]) -> bool:
    return _CAPTION.match(paragraph[0].text) is not None


def _goes_on(text: Sequence[TextLine], later: Sequence[TextLine]) -> bool:
    """Tell whether a paragraph is the rest of a sentence that broke off."""
    alike = _same_size(text[-1], later[0]) and text[-1].line.bold == later[0].line.bold and not later[0].row
    return alike and later[0].text.strip()[:1].islower()


def _usual_distance(lines: Sequence[TextLine]) -> float:
    """Return the median distance between the baselines of neighbouring lines, in type sizes."""
    distances = [
        (above.line.box.y0 - below.line.box.y0) / below.line.size
        for above, below in pairwise(lines)
        if above.sheet.index == below.sheet.index and below.line.size and above.line.box.y0 > below.line.box.y0
    ]
    return median(distances) if distances else 1.2


def _is_right_below(last: TextLine, item: TextLine, usual: float) -> bool:
    down = last.line.box.y0 - item.line.box.y0
    size = max(item.line.size, last.line.size)
    return last.sheet.index == item.sheet.index and -_ONE_LINE * size < down <= _GAP * usual * size


def _begins(paragraph: Sequence[TextLine], item: TextLine, usual: float) -> bool:
    """Tell whether ``item`` begins a new paragraph.  A false break costs a sentence, so doubt means no."""
    last = paragraph[-1]
    if item.row or last.row:
        return (item.row, item.sheet.index) != (last.row, last.sheet.index)
    text, before = item.text.strip(), last.text.strip()
    beside = min(len(text), len(before)) < _SHORTEST_INSET and gap_between(last, item) < _ONE_LINE
    if _CAPTION.match(text) or (_is_caption(paragraph) and not beside and not _is_right_below(last, item, usual)):
        return True
    if last.line.hyphenated or beside:
        return False
    if _ENDS_CONTENTS_ENTRY.search(before[-100:]):
        return True
    ended = bool(_ENDS_SENTENCE.search(before))
    if _BULLET.match(text) and (ended or before.endswith((",", ";")) or _BULLET.match(paragraph[0].text)):
        return True
    if abs(item.line.size - last.line.size) > 0.1 * last.line.size and not text[:1].islower():
        return True
    if ended and not _same_size(last, item):
        return True
    jumps = last.sheet.index != item.sheet.index or item.line.box.y0 > last.line.box.y1
    if jumps and text[:1].islower() and _WHOLE_SENTENCE.search(before):
        return True  # the rest of another sentence, that broke off before something else
    if text[:1].islower() or last.sheet.index != item.sheet.index:
        return False
    down = last.line.box.y0 - item.line.box.y0
    if down > _GAP * usual * max(item.line.size, last.line.size):
        return ended or not before.endswith((",", "-", "und", "oder"))
    if down <= 0 or not ended:
        return False
    widest = max(n.line.box.x1 for n in paragraph[-_LOOKED_AT:])
    short = last.line.box.x1 < widest - _SHORT * last.line.size
    hangs = len(paragraph) == 1 and _BULLET.match(before)
    indented = not hangs and item.line.box.x0 > last.line.box.x0 + _INDENT * item.line.size
    return short or indented
