"""An array that is written to its file row by row, so that only what is being added need be in memory."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike, DTypeLike, NDArray

_BLOCK = 1 << 24  # bytes compared at once


class GrowingArray:
    """A new file in numpy's own format (NEP 1); it can be read once it is closed."""

    def __init__(self, file: Path, dtype: DTypeLike) -> None:
        """Make the file.  Raises OSError."""
        self.path = file
        self._dtype = np.dtype(dtype)
        self._shape: tuple[int, ...] | None = None
        self._digest = hashlib.blake2b()
        self._file = file.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return self._shape[0] if self._shape else 0

    def append(self, rows: ArrayLike) -> None:
        """Write further rows behind the others.  Raises OSError, ValueError for rows of another shape than the first ones."""
        block = np.ascontiguousarray(rows, self._dtype)
        if self._shape is None:
            self._shape = (0, *block.shape[1:])
            self._file.write(self._header(self._shape))
        if block.shape[1:] != self._shape[1:]:
            raise ValueError(f"rows of shape {block.shape[1:]} instead of {self._shape[1:]}")
        self._file.write(block.data)
        self._digest.update(block.data)
        self._shape = (self._shape[0] + len(block), *self._shape[1:])

    def close(self) -> None:
        """Write how many rows there are, and close the file.  Raises OSError."""
        if not self._file.closed:
            with self._file:
                self._file.seek(0)  # as long as the first time: numpy leaves room for a growing number
                self._file.write(self._header(self._shape or (0,)))

    def mapped(self) -> NDArray[Any]:
        """Return what was written, once it is closed; only what is looked at is read."""
        mapped: NDArray[Any] = np.load(self.path, mmap_mode="r").view(np.ndarray)
        return mapped

    def is_sound(self) -> bool:
        """Tell, once it is closed, whether the file gives back what was added."""
        digest, header = hashlib.blake2b(), self._header(self._shape or (0,))
        with self.path.open("rb") as file:  # not mapped: the system would count all of it as memory in use
            if file.read(len(header)) != header:
                return False
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.digest() == self._digest.digest()

    def _header(self, shape: tuple[int, ...]) -> bytes:
        header = BytesIO()
        fields = {"descr": npy.dtype_to_descr(self._dtype), "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(header, fields)
        return header.getvalue()
