"""Settings become the real parts: the one place that knows which class stands behind which name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus import thesaurus
from corpus.catalogue import Catalogue, load
from corpus.errors import SettingsError
from corpus.thesaurus import Thesaurus
from facsimile.page_images import PageImages
from index import embedder, reranker
from index.embedder import Embedder
from index.generation import Generation
from index.home import Home
from index.judging import Judge
from index.live import LiveIndex
from index.reranker import Reranker
from index.retrieval import Fusion
from index.search import Searcher
from index.stores import ChromaServer
from settings import Settings

if TYPE_CHECKING:
    from flask import Flask

    from facsimile.recogniser import Recogniser
    from search_app.operator import Operator
    from search_app.serving import Serving


def chroma_server(settings: Settings) -> ChromaServer | None:
    """Return the server for the vectors, None where each generation has its own store."""
    return ChromaServer(settings.chroma, settings.chroma_headers, settings.chroma_timeout) if settings.chroma else None


def home(settings: Settings) -> Home:
    """Return the folder of generations."""
    return Home(settings.home, chroma_server(settings))


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


def reading_again(settings: Settings) -> Reranker | None:
    """Return the cross-encoder, None where none is set; raises ModelError."""
    return reranker.load(settings.reranker, download=settings.download) if settings.reranker else None


def field(settings: Settings) -> Thesaurus:
    """Return the words of the field; raises VocabularyError."""
    return thesaurus.load(settings.vocabulary)


def judge(settings: Settings) -> Judge:
    """Return who judges hits: by similarities too where they are the built-in model's, which were measured."""
    return Judge() if settings.model == Settings().model else Judge.by_words()


def searcher(settings: Settings, generation: Generation, embedding: Embedder, again: Reranker | None = None) -> Searcher:
    """Open a generation for searching; raises IndexMismatch where another model made it, VocabularyError, IndexDamaged."""
    generation.require(embedding.fingerprint)
    return Searcher(
        generation,
        embedding,
        thesaurus=field(settings),
        fusion=Fusion(meaning=settings.meaning),
        reranker=again,
        judge=judge(settings),
        exact=generation.manifest.passages <= settings.exact_up_to or not generation.has_store,
    )


def operator(settings: Settings) -> Operator:
    """Return who runs the service, for the legal pages; raises OperatorError."""
    from search_app.operator import load

    return load(settings.operator)


def check(settings: Settings) -> None:
    """Raise what a server would meet at its first request; nothing of it stays in memory."""
    operator(settings)
    catalogue(settings)
    if settings.password:
        _password(settings.password)
    embedding, again = model(settings), reading_again(settings)
    searcher(settings, home(settings).live(), embedding, again).close()


def live_index(settings: Settings) -> LiveIndex:
    """Return the live index of a server; the model is loaded once, now."""
    embedding, again = model(settings), reading_again(settings)
    return LiveIndex(home(settings), lambda generation: searcher(settings, generation, embedding, again))


def page_images(settings: Settings) -> PageImages:
    """Return who makes and keeps the pictures of pages."""
    return PageImages(settings.home / "pages", settings.images << 20)


def serving(settings: Settings, index: LiveIndex) -> Serving:
    """Return how the application is served; raises SettingsError where the password's file is none."""
    from search_app.metrics import Metrics
    from search_app.serving import Serving

    return Serving(
        settings.rate,
        settings.proxies,
        _password(settings.password) if settings.password else "",
        settings.trusted_header,
        Metrics(index) if settings.metrics else None,
    )


def _password(file: Path) -> str:
    from search_app.access import is_hash

    try:
        stored = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        stored = ""
    if not is_hash(stored):
        raise SettingsError(
            f"FUNDSTELLE_PASSWORD_FILE: In {file} steht kein Passwort. Legen Sie es an: fundstelle password {file}"
        )
    return stored


def application(settings: Settings) -> Flask:
    """Return the web application; figures are to be had at their own address from now on."""
    from search_app import create_app
    from search_app.site import Site

    index = live_index(settings)
    how = serving(settings, index)
    if how.metrics and settings.metrics:
        how.metrics.listen(*settings.metrics)
    site = Site(settings.url, settings.robots, settings.cors)
    return create_app(index, catalogue(settings).related, page_images(settings), operator(settings), how, open_to=site)
