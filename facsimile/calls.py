"""pdfium's functions on single characters, called for many of them at once.

A page has thousands of characters and pdfium knows no call for all of them, but for their text.  Each call costs its
arguments more than its work, so that these are made ready once: a third of the time of calls with plain numbers, which
are checked one by one.

Runs in the worker process only.
"""

from __future__ import annotations

import ctypes
import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

_AT_ONCE = 2048  # characters; so many results are made ready for
_ASKED_FOR = re.compile("\ufffe")


def _plain(function: Any, result: Any) -> Any:
    """Return a function of pdfium without the check of its arguments."""
    return ctypes.CFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_unicode = _plain(raw.FPDFText_GetUnicode, ctypes.c_uint)
_char_box = _plain(raw.FPDFText_GetCharBox, ctypes.c_int)
_font_size = _plain(raw.FPDFText_GetFontSize, ctypes.c_double)
_char_angle = _plain(raw.FPDFText_GetCharAngle, ctypes.c_float)
_fill_colour = _plain(raw.FPDFText_GetFillColor, ctypes.c_int)
_font_info = _plain(raw.FPDFText_GetFontInfo, ctypes.c_ulong)
_matrix = _plain(raw.FPDFText_GetMatrix, ctypes.c_int)


def text(handle: Any, count: int) -> str | None:
    """Return a page's ``count`` characters by one call; None where they are not all one unit of UTF-16 that pdfium puts out.

    The code of a hyphen at the end of a line, for which its text has U+FFFE, is asked for.
    """
    units = ctypes.create_string_buffer(2 * (count + 1))
    if raw.FPDFText_GetText(handle, 0, count, ctypes.cast(units, ctypes.POINTER(ctypes.c_ushort))) != count + 1:
        return None  # characters without a code are left out of it
    characters = units.raw[: 2 * count].decode("utf-16-le", "ignore")
    if len(characters) != count:  # surrogates
        return None
    argument = _argument(handle)
    return _ASKED_FOR.sub(lambda match: chr(_unicode(argument, match.start())), characters)


def codes(handle: Any, count: int) -> list[int]:
    """Return the code of each of a page's ``count`` characters, as UTF-16 has it."""
    return list(map(_unicode, repeat(_argument(handle)), range(count)))


def boxes(handle: Any, indices: Sequence[int]) -> NDArray[np.float64]:
    """Return left, bottom, right and top of characters in points, shape (n, 4); zeros where pdfium tells none."""
    return np.concatenate([np.zeros((0, 4)), *_filled(_char_box, handle, indices, _edges())])


def sizes(handle: Any, indices: Sequence[int]) -> NDArray[np.float64]:
    """Return the effective type sizes of characters in points: the font's, times the text matrix's vertical scale."""
    fonts = np.fromiter(map(_font_size, repeat(_argument(handle)), indices), np.float64, len(indices))
    matrices = np.concatenate([np.zeros((0, 6), np.float32), *_filled(_matrix, handle, indices, _matrices())])
    scales = np.hypot(matrices[:, 2].astype(np.float64), matrices[:, 3])
    return np.where(matrices.any(axis=1), fonts * scales, fonts)


def angles(handle: Any, indices: Sequence[int]) -> list[float]:
    """Return by how much characters are turned, in radians, clockwise; may be no numbers at all."""
    return list(map(_char_angle, repeat(_argument(handle)), indices))


def colours(handle: Any, indices: Sequence[int]) -> NDArray[np.uint32]:
    """Return red, green, blue and alpha of characters, of 255 each, shape (n, 4); zeros where pdfium tells none."""
    return np.concatenate([np.zeros((0, 4), np.uint32), *_filled(_fill_colour, handle, indices, _colours())])


_name = ctypes.create_string_buffer(128)
_flags = ctypes.c_int()
_name_arguments = (ctypes.byref(_name), ctypes.c_ulong(len(_name)), ctypes.byref(_flags))


def font(handle: Any, index: int) -> str:
    """Return the name of a character's font; none where it is longer than any name."""
    length = _font_info(handle, index, *_name_arguments)
    if length > len(_name):  # pdfium wrote nothing, so what stands there is the name of another one
        return ""
    return _name.raw[: max(0, length - 1)].decode("utf-8", "replace")


class _Places:
    """Room for the results of many calls, with the arguments that lead into it."""

    def __init__(self, room: NDArray[Any], kind: Any, order: Sequence[int]) -> None:
        """Make ready the arguments of a call for each row: they lead to its numbers in this order."""
        self.room = room
        start = kind.from_address(room.ctypes.data)
        rows, row, number = range(len(room)), room.strides[0], room.itemsize
        self.arguments = [[ctypes.byref(start, row * i + number * k) for i in rows] for k in order]


@cache
def _edges() -> _Places:
    return _Places(np.zeros((_AT_ONCE, 4), np.float64), ctypes.c_double, (0, 2, 1, 3))  # it tells left, right, bottom, top


@cache
def _matrices() -> _Places:
    return _Places(np.zeros((_AT_ONCE, 6), np.float32), raw.FS_MATRIX, (0,))


@cache
def _colours() -> _Places:
    return _Places(np.zeros((_AT_ONCE, 4), np.uint32), ctypes.c_uint, (0, 1, 2, 3))


def _filled(function: Any, handle: Any, indices: Sequence[int], places: _Places) -> Iterator[NDArray[Any]]:
    for start in range(0, len(indices), _AT_ONCE):
        some = indices[start : start + _AT_ONCE]
        places.room[: len(some)] = 0
        deque(map(function, repeat(_argument(handle)), some, *places.arguments), maxlen=0)  # stops with the indices
        yield places.room[: len(some)].copy()


def _argument(handle: Any) -> Any:
    return ctypes.c_void_p.from_param(ctypes.cast(handle, ctypes.c_void_p).value)
