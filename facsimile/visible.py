"""Which characters of a page nobody sees: white on white, or under a stamp.  What is not printed must not be quoted.

Runs in the worker process only.  The page is rendered where there is something to suspect, and nowhere else.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from corpus.geometry import UNITS_PER_POINT
from facsimile import calls

_BULLETS = re.compile("[•▪■●○◦➢►–]")
_WHITE = 245  # of 255, each of red, green and blue
_CONTRAST = 40  # of 255, between the lightest and the darkest point of a character that can be seen
_KEPT = 0.5  # share of a character's ink that still stands out where something lies over it
_SCALE = 2.0  # pixels a point
_MOST_PIXELS = 2_000  # along the longer side
_COVERING = (raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_REDACT)
_NOT_SHOWN = 1 << 1 | 1 << 5  # annotation flags "hidden" and "no view", PDF 32000-1, table 165

_Grey = NDArray[np.uint8]


def hidden(
    page: pdfium.PdfPage, handle: int, characters: str, edges: NDArray[np.int32], lines: Sequence[tuple[int, int]]
) -> set[int]:
    """Return the indices of the characters that nobody sees.

    ``edges`` are the characters' boxes on the page as it is shown, in hundredths of a point, ``lines`` the printed lines'
    ranges of characters.
    """
    white = list(_white(handle, characters, edges, lines))
    covered = _covered(page, edges)
    if not white and not covered:
        return set()
    shown = _rendered(page, annotations=True)
    # a run as a whole: the thin letters among others may be paler than a pixel
    found = {i for run in white if max(np.ptp(_cut(shown, edges[i], page)) for i in run) < _CONTRAST for i in run}
    if covered:
        bare = _rendered(page, annotations=False)
        found |= {i for i in covered if not _still_seen(_cut(bare, edges[i], page), _cut(shown, edges[i], page))}
    return found


def _white(handle: int, characters: str, edges: NDArray[np.int32], lines: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield runs of characters set in white; a line is looked at by its first one, and bullets one by one."""
    inked = (edges[:, 2] > edges[:, 0]).nonzero()[0]
    bullets = {match.start() for match in _BULLETS.finditer(characters)}
    bounds = np.searchsorted(inked, np.array(lines).reshape(-1, 2)).tolist()
    shown = [(first, last) for first, last in bounds if first < last and int(inked[first]) not in bullets]
    seen: set[int] = set()
    for (first, last), begins_white in zip(shown, _are_white(handle, inked[[first for first, _ in shown]].tolist()), strict=True):
        if begins_white:
            of_line = inked[first:last].tolist()
            seen.update(of_line)
            for white, run in groupby(zip(of_line, _are_white(handle, of_line), strict=True), key=itemgetter(1)):
                if white:
                    yield [i for i, _ in run]
    alone = sorted(set(inked[np.isin(inked, list(bullets))].tolist()) - seen) if bullets else []
    yield from ([i] for i, white in zip(alone, _are_white(handle, alone), strict=True) if white)


def _are_white(handle: int, indices: Sequence[int]) -> list[bool]:
    return [min(red, green, blue) >= _WHITE for red, green, blue, _ in calls.colours(handle, indices).tolist()]


def _covered(page: pdfium.PdfPage, edges: NDArray[np.int32]) -> list[int]:
    """Return the characters whose middles lie under an annotation that has a picture of its own."""
    covering = list(_covering(page))
    if not covering or page.get_rotation():
        return []  # turned ones are rare twice over, and the rectangles would have to be turned
    left, bottom, _, _ = page.get_cropbox()
    middles = (edges[:, :2] + edges[:, 2:]) / 2 / UNITS_PER_POINT
    under = np.zeros(len(edges), bool)
    for x0, y0, x1, y1 in covering:
        under |= (middles >= [x0 - left, y0 - bottom]).all(axis=1) & (middles <= [x1 - left, y1 - bottom]).all(axis=1)
    return [int(i) for i in (under & (edges[:, 2] > edges[:, 0])).nonzero()[0]]


def _covering(page: pdfium.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    for number in range(min(raw.FPDFPage_GetAnnotCount(page.raw), 10_000)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        box = raw.FS_RECTF()
        is_shown = not raw.FPDFAnnot_GetFlags(annotation) & _NOT_SHOWN
        if (
            raw.FPDFAnnot_GetSubtype(annotation) in _COVERING
            and is_shown
            and raw.FPDFAnnot_GetRect(annotation, ctypes.byref(box))
        ):
            yield box.left, box.bottom, box.right, box.top
        raw.FPDFPage_CloseAnnot(annotation)


def _rendered(page: pdfium.PdfPage, *, annotations: bool) -> _Grey:
    """Return the page in shades of grey, shape (height, width).

    All of it, since pdfium draws a strip alone otherwise than as a part: of 470 strips 44 differed, by up to 190 of 255.
    """
    scale = _scale(page)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=annotations)
    pixels: _Grey = bitmap.to_numpy()  # its memory is ours and outlives the bitmap
    bitmap.close()
    return pixels.reshape(pixels.shape[0], pixels.shape[1], -1)[:, :, 0]


def _scale(page: pdfium.PdfPage) -> float:
    return float(min(_SCALE, _MOST_PIXELS / max(*page.get_size(), 1.0)))


def _cut(picture: _Grey, edges: NDArray[np.int32], page: pdfium.PdfPage) -> _Grey:
    """Return the part of a picture that shows a character, at least one pixel."""
    scale = _scale(page) / UNITS_PER_POINT
    x0, y0, x1, y1 = (edges * scale).tolist()
    height, width = picture.shape
    top, left = max(0, min(height - 1, int(height - y1))), max(0, min(width - 1, int(x0)))
    return picture[top : max(top + 1, int(np.ceil(height - y0))), left : max(left + 1, int(np.ceil(x1)))]


def _still_seen(bare: _Grey, shown: _Grey) -> bool:
    """Tell whether a character stands out from its surroundings as it did before something was laid over it."""
    ink = np.abs(bare - np.median(bare)) > _CONTRAST
    if not ink.any():
        return True  # it did not stand out before, so that nothing can be said
    ground = np.median(shown[~ink]) if (~ink).any() else 255.0
    return bool((np.abs(shown[ink] - ground) > _CONTRAST).mean() >= _KEPT)
