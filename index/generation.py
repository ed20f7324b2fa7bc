"""A generation of the index: the folder in which one ingestion's publications can be searched, and how it was made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import IndexDamaged, IndexMismatch
from index import inventory, stores
from index.analysis import Analysis
from index.german import ANALYSIS_VERSION
from index.library import Library
from index.occurrences import Occurrences
from index.sentences import Sentences
from index.stores import ChromaServer
from index.vectors import ChromaVectors, ExactVectors, OrExact, VectorStore
from index.wording import Wording
from index.words import WordIndex

FORMAT = 11  # of the folder; another number means: ingest again
VECTORS = "vectors"  # the store's folder within a generation's


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a generation was made; a query made otherwise is not answered by it."""

    format: int
    model: str  # fingerprint of the embedder
    analysis: int  # version of the German analysis
    splitting: str
    passages: int
    created: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation's folder and manifest."""

    folder: Path
    manifest: Manifest
    server: ChromaServer | None = None  # that may hold its vectors

    @classmethod
    def of(cls, folder: Path, server: ChromaServer | None = None) -> Generation:
        """Read the manifest of a folder; raises IndexDamaged, or IndexMismatch for another format."""
        damaged = f"Dem Index in {folder} fehlen Teile. Lesen Sie neu ein: fundstelle ingest --rebuild"
        try:
            data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexDamaged(damaged) from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise IndexMismatch("Der Index stammt von einer anderen Programmversion. Lesen Sie neu ein: fundstelle ingest")
        try:
            return cls(folder, Manifest(**data), server)
        except TypeError as error:
            raise IndexDamaged(damaged) from error

    @property
    def name(self) -> str:
        """The generation's name."""
        return self.folder.name

    def library(self) -> Library:
        """Open its library."""
        return Library(self.folder / "library.sqlite")

    def words(self) -> WordIndex:
        """Open its word index."""
        return WordIndex.open(self.folder / "words")

    def headings(self) -> WordIndex:
        """Open the word index of headings and titles."""
        return WordIndex.open(self.folder / "headings")

    def occurrences(self) -> Occurrences:
        """Open its list of where each word stands."""
        return Occurrences.open(self.folder / "words")

    def wording(self) -> Wording:
        """Open its letters, in which wordings are looked up."""
        return Wording.open(self.folder / "words")

    def analysis(self) -> Analysis:
        """Open the lexicon that its words were cut with."""
        return Analysis.open(self.folder / "words")

    def sentences(self) -> Sentences:
        """Open its sentences with their vectors."""
        return Sentences.open(self.folder)

    def exact_vectors(self) -> ExactVectors:
        """Open all its vectors as one matrix."""
        return ExactVectors.open(self.folder / "vectors.npy")

    def chroma_vectors(self) -> ChromaVectors:
        """Open its vector store; raises IndexDamaged, IndexMismatch, StoreUnavailable."""
        return stores.open_(self.folder / VECTORS, self.server)

    def vectors(self) -> VectorStore:
        """Return its vector store for searching; one on a server may fail at any time, and is helped out by the matrix."""
        if not stores.collection_of(self.folder / VECTORS):
            return self.chroma_vectors()
        return OrExact(self.chroma_vectors, self.exact_vectors())

    @property
    def has_store(self) -> bool:
        """Tell whether its vector store can be opened from here."""
        return stores.may_open(self.folder / VECTORS, self.server)

    def is_whole(self) -> bool:
        """Tell whether its parts are there and open; a missing one would show at the first search only."""
        try:
            inventory.check(self.folder)
            self.analysis()
            counts = {
                len(self.words()),
                len(self.headings()),
                len(self.occurrences()),
                len(self.sentences()),
                len(self.wording()),
            }
            return counts == {self.manifest.passages}
        except IndexDamaged:
            return False

    def require(self, model: str) -> None:
        """Raise IndexMismatch unless queries embedded by ``model`` may be asked of it, IndexDamaged where files are not whole."""
        self.require_made_by(model)
        inventory.check(self.folder)

    def require_made_by(self, model: str) -> None:
        """Raise IndexMismatch unless queries embedded by ``model`` may be asked of it."""
        if self.manifest.model != model:
            raise IndexMismatch(
                f"Der Index wurde mit dem Modell {self.manifest.model} gebaut, eingestellt ist {model}. "
                "Lesen Sie neu ein (fundstelle ingest) oder stellen Sie das frühere Modell wieder ein."
            )
        if self.manifest.analysis != ANALYSIS_VERSION:
            raise IndexMismatch("Der Index stammt von einer anderen Programmversion. Lesen Sie neu ein: fundstelle ingest")
