"""Settings become the real parts: the one place that knows which class stands behind which name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus import thesaurus
from corpus.catalogue import Catalogue, load
from index import embedder
from index.embedder import Embedder
from index.generation import Generation, Home
from index.judging import Judge
from index.live import LiveIndex
from index.retrieval import Fusion
from index.search import Searcher
from settings import Settings

if TYPE_CHECKING:
    from flask import Flask

    from facsimile.recogniser import Recogniser


def home(settings: Settings) -> Home:
    """Return the folder of generations."""
    return Home(settings.home)


def catalogue(settings: Settings) -> Catalogue:
    """Return the operator's catalogue; raises CatalogueError."""
    return load(settings.catalogue)


def recogniser(settings: Settings) -> Recogniser:
    """Return what reads pages that are only pictures; it says itself whether it can."""
    from facsimile.recogniser import Recogniser

    return Recogniser(settings.home / "ocr", on=settings.ocr)


def model(settings: Settings) -> Embedder:
    """Return the embedding model; raises ModelError."""
    return embedder.load(settings.model, settings.query_prompt, settings.passage_prompt, download=settings.download)


def searcher(settings: Settings, generation: Generation, embedding: Embedder) -> Searcher:
    """Open a generation for searching; raises IndexMismatch where another model made it, VocabularyError, IndexDamaged."""
    generation.require(embedding.fingerprint)
    return Searcher(
        generation,
        embedding,
        thesaurus=thesaurus.load(settings.vocabulary),
        fusion=Fusion(meaning=settings.meaning),
        judge=Judge() if settings.model == Settings().model else Judge.by_words(),
        exact=generation.manifest.passages <= settings.exact_up_to or not generation.is_writable,
    )


def check(settings: Settings) -> None:
    """Raise what a server would meet at its first request; nothing of it stays in memory."""
    embedding = model(settings)
    searcher(settings, home(settings).live(), embedding).close()


def live_index(settings: Settings) -> LiveIndex:
    """Return the live index of a server; the model is loaded once, now."""
    embedding = model(settings)
    return LiveIndex(home(settings), lambda generation: searcher(settings, generation, embedding))


def application(settings: Settings) -> Flask:
    """Return the web application."""
    from search_app import create_app

    return create_app(live_index(settings), catalogue(settings).related)
