"""Nearest vectors: Chroma stores them, small generations are searched exactly.  The only file that knows chromadb."""

from __future__ import annotations

import errno
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged, StoreUnavailable

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
_log = logging.getLogger(__name__)
_COLLECTION = "passages"
_NEARLY_FULL = 4 << 20  # bytes left on a disk on which the store can't be written
_WIDER = 5  # times as many as wanted are taken from the store where some are to be dropped
_BATCH = 2_000  # Chroma takes at most 5,461 rows at once


def best_rows(scores: NDArray[Any], k: int) -> Rows:
    """Return the positions of the ``k`` highest scores, best first; ties in the order of positions."""
    rows = highest_rows(scores, k)
    return rows[np.argsort(-scores[rows], kind="stable")]


def highest_rows(scores: NDArray[Any], k: int) -> Rows:
    """Return the positions of the ``k`` highest scores in their own order; of equal ones the first."""
    if k < 1:
        return np.empty(0, np.int64)
    if k >= len(scores):
        return np.arange(len(scores))
    least = np.partition(scores, -k)[-k]
    rows = (scores >= least).nonzero()[0]
    if len(rows) > k:  # several are the least, and not all of them have room
        last = (scores == least).nonzero()[0][k - len(rows) :]
        rows = np.setdiff1d(rows, last, assume_unique=True)
    return np.asarray(rows, np.int64)


class VectorStore(Protocol):
    """Finds the passages whose vectors are nearest to a query's; passages are numbered in the order of adding."""

    def nearest(self, vector: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """Return the rows of the ``k`` nearest passages and their cosine similarities, each of shape (k,), in any order.

        ``allowed``, shape (n,), tells which passages may be among them.
        """

    def close(self) -> None:
        """Let go of files and threads."""


class ExactVectors:
    """All vectors in one matrix, mapped from a file: every search is exact and nothing has to be opened."""

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = matrix

    @classmethod
    def open(cls, file: Path) -> ExactVectors:
        """Map a matrix that was written as a file of numpy's own format."""
        try:
            return cls(np.load(file, mmap_mode="r").view(np.ndarray))
        except Exception as error:  # a damaged header shows as one of many errors of numpy and of Python's tokenizer
            raise IndexDamaged(
                f"Die Vektoren {file} sind nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    @property
    def matrix(self) -> Vectors:
        """All vectors, shape (n, d)."""
        return self._matrix

    def nearest(self, vector: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """Return the rows of the ``k`` nearest passages, in their order, and their cosine similarities; the first of equals."""
        rows = None if allowed is None else allowed.nonzero()[0]
        similarities = self.similarities(vector, rows)
        best = highest_rows(similarities, k)
        return best if rows is None else rows[best], similarities[best]

    def similarities(self, vector: Vectors, rows: Rows | None = None) -> Vectors:
        """Return the cosine similarities of some passages, or of all."""
        # not "matrix @ vector": BLAS wakes its threads for so little, and waits for them where another process computes
        found: Vectors = np.vecdot(self._matrix if rows is None else self._matrix[rows], vector)
        return found

    def close(self) -> None:
        """Nothing to let go of: the mapping ends with the object."""


def ready() -> None:
    """Load the store's library, which takes most of a second."""
    import chromadb  # noqa: F401


class ChromaVectors:
    """A Chroma collection in a folder that is written once and then only read.

    It holds ids, vectors and the publication of each passage, never text, and always our own vectors.
    """

    def __init__(self, folder: Path, *, rows: int | None = None) -> None:
        """Open the store of a folder, or make it for ``rows`` passages."""
        import chromadb
        from chromadb.config import Settings

        self._folder = folder
        self._client: Any = None
        function: Any = _NeverEmbed()
        if rows is not None:
            with self._writing():
                self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
                self._collection = self._client.create_collection(
                    _COLLECTION, embedding_function=function, configuration=configuration(rows)
                )
            return
        with self._reading():
            self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
            self._collection = self._client.get_collection(_COLLECTION, embedding_function=function)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def add(
        self,
        publication_ids: Sequence[str],
        vectors: Vectors,
        on_added: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Store all vectors of a generation, shape (n, d), with the publication of each row.  Raises OSError.

        ``on_added`` is told how many of how many are stored.
        """
        for start in range(0, len(vectors), _BATCH):
            rows = range(start, min(start + _BATCH, len(vectors)))
            with self._writing():
                self._collection.add(
                    ids=[str(row) for row in rows],
                    embeddings=vectors[start : start + _BATCH],
                    metadatas=[{"publication": publication_ids[row]} for row in rows],
                )
            on_added(rows.stop, len(vectors))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn the library's errors, which hide the system's, into an OSError."""
        try:
            yield
        except Exception as error:  # one of several of the library's own
            full = shutil.disk_usage(self._folder.parent).free < _NEARLY_FULL
            self.close()
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # a missing file shows as one of several errors of the library
            self.close()
            raise IndexDamaged(
                f"Der Vektorspeicher {self._folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def count(self) -> int:
        """Return the number of vectors.  Raises IndexDamaged."""
        with self._reading():
            return int(self._collection.count())

    def stretches(self) -> Iterator[Vectors]:
        """Yield every vector by row, some at a time, each of shape (n, d); raises IndexDamaged where rows are missing."""
        count = self.count()
        for start in range(0, count, _BATCH):
            rows = [str(row) for row in range(start, min(start + _BATCH, count))]
            with self._reading():
                got = self._collection.get(ids=rows, include=["embeddings"])
            embeddings = got["embeddings"] if got["embeddings"] is not None else ()
            found = dict(zip(got["ids"], embeddings, strict=True))
            if len(found) != len(rows):
                raise IndexDamaged("Im Vektorspeicher fehlen Einträge. Lesen Sie neu ein: fundstelle ingest --rebuild")
            yield np.asarray([found[row] for row in rows], np.float32)

    def nearest(self, vector: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """Return the rows of about the ``k`` nearest passages and their cosine similarities, best first.

        More are taken than needed, and those that are not ``allowed`` dropped: a filter of the store's own takes half a second at
        100,000 passages.  Where few are allowed the exact matrix is the better way.
        """
        count = k if allowed is None else min(len(allowed), max(k, _WIDER * k))
        found = self._collection.query(query_embeddings=np.asarray([vector], np.float32), n_results=count, include=["distances"])
        distances = found["distances"]
        assert distances is not None
        rows, similarities = np.array(found["ids"][0], np.int64), (1.0 - np.asarray(distances[0])).astype(np.float32)
        if allowed is None:
            return rows, similarities
        kept = allowed[rows].nonzero()[0][:k]
        return rows[kept], similarities[kept]

    def close(self) -> None:
        """Close the client; otherwise each change of generation leaks a dozen file handles and threads."""
        if self._client is not None:
            self._client.close()


def configuration(rows: int) -> Any:
    """Return what a collection of ``rows`` passages is made with."""
    once = max(rows, 2)  # the graph is written once, with the last row: a persist in place is what a crash damages
    # 800: of the 130 nearest of 20,000 the graph then finds 99 %, with 200 it found 90 %, for 0.8 ms more
    return {"hnsw": {"space": "cosine", "sync_threshold": once, "batch_size": 2, "ef_search": 800}}


class _NeverEmbed:
    """An embedding function that refuses: without one, Chroma downloads a model for any text it is given."""

    def __call__(self, input: Any) -> Any:
        raise RuntimeError("Vectors are always given to the store, never made by it.")

    embed_query = __call__

    @staticmethod
    def name() -> str:
        return "default"

    def get_config(self) -> dict[str, Any]:
        return {}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> _NeverEmbed:
        return _NeverEmbed()

    def is_legacy(self) -> bool:
        return True


class OrExact:
    """A store elsewhere, opened when it is first asked; while it does not answer, all vectors are compared here instead.

    The hits are the same ones or truer, only later: 17 ms at 100,000 passages.  The store is tried again after a while.
    """

    def __init__(self, open_: Callable[[], VectorStore], exact: ExactVectors, again: float = 30.0) -> None:
        """``again`` is the number of seconds in which a store that failed is not asked."""
        self._open, self._exact, self._again = open_, exact, again
        self._store: VectorStore | None = None
        self._lock = threading.Lock()
        self._not_before = 0.0

    def nearest(self, vector: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """Return the rows of about the ``k`` nearest passages and their cosine similarities, in any order."""
        try:
            if time.monotonic() >= self._not_before and (store := self._opened()) is not None:
                return store.nearest(vector, k, allowed)
        except StoreUnavailable as error:
            _log.warning("All vectors are compared here for %s seconds: %s", self._again, error)
            self._not_before = time.monotonic() + self._again
        return self._exact.nearest(vector, k, allowed)

    def _opened(self) -> VectorStore | None:
        """Return the store, None while another thread opens it: nobody else need wait for that."""
        if self._store is None and self._lock.acquire(blocking=False):
            try:
                self._store = self._store or self._open()
            finally:
                self._lock.release()
        return self._store

    def close(self) -> None:
        """Close the store, if it was opened."""
        if self._store is not None:
            self._store.close()
