"""How much of a page its pictures cover, and what it looks like in shades of grey: what recognising its text begins with.

Runs in the worker processes only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from corpus.geometry import Box

_COUNT, _ONE, _KIND = raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, raw.FPDFPageObj_GetType
_DEPTH = 4  # of forms in forms
_MOST_OBJECTS = 20_000  # of a page that are looked at; scans are cut into some hundred stripes at most


def pictured(page: pdfium.PdfPage) -> float:
    """Return the share of a page that its pictures cover; what lies over each other counts twice, 1 is the most."""
    left, bottom, right, top = page.get_cropbox()
    covered = 0.0
    try:
        for x0, y0, x1, y1 in islice(_pictures(page, None, pdfium.PdfMatrix(), 0), _MOST_OBJECTS):
            covered += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
    except pdfium.PdfiumError:
        return 0.0  # a damaged page, of which pdfium shows little more
    area = (right - left) * (top - bottom)
    return min(1.0, covered / area) if area > 0 and math.isfinite(covered) else 0.0


def _pictures(page: pdfium.PdfPage, form: Any, matrix: pdfium.PdfMatrix, depth: int) -> Iterator[Box]:
    """Yield where pictures lie on a page; pdfium tells those inside a form by the form's own measures only."""
    count, one = (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject) if form else (_COUNT, _ONE)
    parent = form or page.raw
    for number in range(min(_MOST_OBJECTS, count(parent))):
        item = one(parent, number)
        kind = _KIND(item)
        if kind not in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            continue  # as nearly all
        found = pdfium.PdfObject(item, page=page)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = found.get_bounds()
            corners = [matrix.on_point(x, y) for x in (x0, x1) for y in (y0, y1)]
            yield Box(*map(min, zip(*corners, strict=True)), *map(max, zip(*corners, strict=True)))
        elif depth < _DEPTH:
            yield from _pictures(page, item, found.get_matrix().multiply(matrix), depth + 1)


def grey(page: pdfium.PdfPage, dots_per_inch: float, most_pixels: int) -> tuple[NDArray[np.uint8], float]:
    """Return a page in shades of grey, shape (height, width), and its real resolution in dots per inch.

    ``most_pixels`` are those of the longer side; a page too large for that is shown at a lower resolution.  Raises ValueError
    for a page without extent.
    """
    width, height = page.get_size()
    if not (width > 0 and height > 0 and math.isfinite(width + height)):
        raise ValueError("a page without extent")
    scale = min(dots_per_inch / 72, most_pixels / max(width, height))
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels.reshape(pixels.shape[0], pixels.shape[1], -1)[:, :, 0], 72 * scale
