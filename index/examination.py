"""A generation is examined before it is published: opened from its folder alone, by a process that saw nothing of its making.

What lies only in the memory of the process that wrote it would look right there; and a damaged vector store may end the process
that opens it, which shall not be the one that decides.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from corpus.errors import FundstelleError, IndexDamaged
from index import inventory
from index.library import Library
from index.stores import ChromaServer
from index.vectors import ChromaVectors, ExactVectors, ready
from index.words import equally

if TYPE_CHECKING:
    from index.generation import Generation

_SAMPLED = 24  # passages that are searched for, evenly over the generation
_NEAREST = 10
_RECALL = 0.9  # of the exact nearest that the store's graph must find
_SECONDS = 900  # more than 300,000 passages take


def examine(generation: Generation) -> None:
    """Raise IndexDamaged unless all parts of a generation are whole, agree, and find what is in them."""
    inventory.check(generation.folder, contents=True)
    library = generation.library()
    try:
        library.check()
        rows = np.unique(np.linspace(0, generation.manifest.passages - 1, _SAMPLED).astype(int)).tolist()
        exact = generation.exact_vectors()
        _check_counts(generation, library, exact)
        _check_words(generation, library, rows)
        with generation.chroma_vectors() as store:
            _check_vectors(store, exact, rows)
    finally:
        library.close()


def _check_counts(generation: Generation, library: Library, exact: ExactVectors) -> None:
    counts = {
        "Bibliothek": library.count(),
        "Wörter": len(generation.words()),
        "Überschriften": len(generation.headings()),
        "Sätze": len(generation.sentences()),
        "Wortlaut": len(generation.wording()),
        "Wortstellen": len(generation.occurrences()),
        "Vektoren": len(exact.matrix),
    }
    expected = generation.manifest.passages
    wrong = [f"{part} {count}" for part, count in counts.items() if count != expected]
    if wrong:
        raise IndexDamaged(f"Der Index ist unvollständig ({', '.join(wrong)} statt {expected}).")


def _check_words(generation: Generation, library: Library, rows: list[int]) -> None:
    """Look each sampled passage up by its own words, and by its own letters."""
    words, wording, analysis = generation.words(), generation.wording(), generation.analysis()
    for row, passage in zip(rows, library.passages_at(rows), strict=True):
        terms = list(analysis.terms_of(passage.text))
        if terms and not words.scores(equally(terms))[row] > 0:
            raise IndexDamaged(f"Die Passage {passage.id} wird mit ihren eigenen Wörtern nicht gefunden.")
        if any(map(str.isalnum, passage.text)) and row not in wording.rows(passage.text):
            raise IndexDamaged(f"Die Passage {passage.id} wird mit ihrem eigenen Wortlaut nicht gefunden.")


def _check_vectors(store: ChromaVectors, exact: ExactVectors, rows: list[int]) -> None:
    """Compare the store's vectors with the matrix, and its nearest with the truly nearest (canary searches)."""
    if (stored := store.count()) != len(exact.matrix):
        raise IndexDamaged(f"Der Index ist unvollständig (Vektorspeicher {stored} statt {len(exact.matrix)}).")
    at = 0
    for kept in store.stretches():
        if not np.allclose(kept, exact.matrix[at : at + len(kept)], atol=1e-5):
            raise IndexDamaged("Der Vektorspeicher gibt andere Vektoren zurück, als geschrieben wurden.")
        at += len(kept)
    count = min(_NEAREST, at)
    found = wanted = 0
    for row in rows:
        vector = exact.matrix[row]
        if not vector.any():
            continue  # nothing is near to a text without a known word
        _, similarities = store.nearest(vector, count)
        _, best = exact.nearest(vector, count)
        # by similarity, not by row: of passages that say the same either may come
        found += int((np.sort(similarities)[::-1] >= np.sort(best)[::-1] - 1e-4).sum())
        wanted += count
    if found < _RECALL * wanted:
        raise IndexDamaged(f"Der Vektorspeicher findet nur {found} von {wanted} der nächsten Passagen.")


class Examiner:
    """Examines generations in a process of its own, which gets ready while the generation is still being written."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[1],
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def examine(self, generation: Generation) -> None:
        """Raise IndexDamaged where the generation must not be published; once only."""
        try:
            said, _ = self._process.communicate(_told(generation), timeout=_SECONDS)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            said = ""
        if self._process.returncode != 0 or said.strip() != _SOUND:
            why = said.strip() or "Die Prüfung ist abgebrochen."
            raise IndexDamaged(f"Der neue Index hat die Prüfung nicht bestanden, der bisherige bleibt in Gebrauch: {why}")


def _told(generation: Generation) -> str:
    """Return what the other process must know, told by the standard input since others may see a command line."""
    server = generation.server
    return json.dumps([str(generation.folder), server and [server.url, server.headers, server.timeout]]) + "\n"


_SOUND = "sound"


def main() -> None:
    """Examine the generation that is named on the standard input, and say what came of it."""
    # Loaded while the other process is still writing.
    from index.generation import Generation

    ready()
    try:
        folder, server = json.loads(sys.stdin.readline())
        examine(Generation.of(Path(folder), server and ChromaServer(server[0], tuple(map(tuple, server[1])), server[2])))
        print(_SOUND)
    except FundstelleError as error:
        print(error)


if __name__ == "__main__":
    main()
