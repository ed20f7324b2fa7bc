"""A document of the generation to be: what is known of it, and how it is loaded while it is worked on and no longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.publication import Document
from index.embedding import Embedding
from index.library import Stored


@dataclass(frozen=True, slots=True)
class Volume:
    """A document that is on disk, or in a library.

    ``stored`` is what shall be stored of it, which may be newer than what ``load`` gives: its publication's data, its path.
    ``vectors`` gives those of its passages and sentences where they need not be made again.
    """

    stored: Stored
    load: Callable[[], Document]
    vectors: Callable[[], Embedding] | None = None

    @classmethod
    def of(cls, document: Document) -> Volume:
        """Take a document that is in memory."""
        return cls(Stored.of(document), lambda: document)

    def document(self) -> Document:
        """Load it, with today's data.  Raises IndexDamaged, OSError."""
        document = replace(self.load(), publication=self.stored.publication, path=self.stored.path)
        id_ = document.publication.id
        if all(passage.publication_id == id_ for passage in document.passages):
            return document
        return replace(document, passages=tuple(replace(passage, publication_id=id_) for passage in document.passages))
