"""Settings and a test collection become a run: ingest the judged files, and search them as the product does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import ingestion
import wiring
from corpus.errors import EvaluationError, IndexDamaged
from evaluation import record
from evaluation.collection import Collection, check_pages, locate, nfc
from evaluation.run import Run, Searched, Setup, run
from index.embedder import Embedder
from index.generation import Generation
from index.home import Home
from index.library import Library
from settings import Settings, from_environment

_AS_SET = ("-", "")
_CHANGEABLE = (
    "model",
    "reranker",
    "query_prompt",
    "passage_prompt",
    "download",
    "meaning",
    "exact_up_to",
)  # what changes the ranking


@contextmanager
def workplace(home: Path | None) -> Iterator[Path]:
    """Give the home to ingest into: the one named, or one that is gone afterwards."""
    if home is not None:
        yield home
    else:
        with TemporaryDirectory(prefix="fundstelle-") as folder:
            yield Path(folder)


def side(
    text: str, settings: Settings, collection: Collection, folder: Path, progress: ingestion.Progress = ingestion.Progress()
) -> Run:
    """Return the run that one side of a comparison names: an earlier result's file, or settings such as ``meaning=0.3``."""
    if text not in _AS_SET and os.path.isfile(text):  # noqa: PTH113  # Path.is_file raises where the text is longer than a name may be
        return record.read_run(Path(text))
    return measure(changed(settings, text), collection, folder, progress)


def changed(settings: Settings, text: str) -> Settings:
    """Return settings with some of them changed: ``name=value``, separated by commas; ``-`` or nothing changes none.

    Raises EvaluationError for what is no setting of the search, and SettingsError for a value without sense.
    """
    if text in _AS_SET:
        return settings
    for part in re.split(r",(?=[a-z_]+=)", text):
        name, equals, value = part.partition("=")
        if not equals or name not in _CHANGEABLE:
            raise EvaluationError(
                f"--compare: „{part}“ ist weder die Datei eines früheren Ergebnisses noch eine Einstellung der Suche. "
                f"Schreiben Sie z. B. meaning=0.3 (möglich: {', '.join(_CHANGEABLE)}) oder - für das, was eingestellt ist."
            )
        settings = replace(settings, **{name: getattr(from_environment({f"FUNDSTELLE_{name.upper()}": value}), name)})
    return settings


def measure(settings: Settings, collection: Collection, folder: Path, progress: ingestion.Progress = ingestion.Progress()) -> Run:
    """Ingest the judged files of a folder into ``settings.home`` and return the answers to the collection's queries.

    Raises EvaluationError where a file is missing or can't be read, or where the home holds others too: those would
    compete, and figures over other files than the judged ones would lie.
    """
    paths = locate(collection, folder)
    home, embedding = wiring.home(settings), wiring.model(settings)
    _refuse_others(home, set(collection.files))
    catalogue = wiring.catalogue(settings)
    outcome = ingestion.ingest(
        home, ingestion.wanted_files(catalogue, paths), embedding, catalogue=catalogue,
        rebuild=_made_otherwise(home, embedding), recogniser=wiring.recogniser(settings), progress=progress,
        processes=settings.processes,
    )  # fmt: skip
    if outcome.failed:
        reasons = "\n".join(f"  {failure}" for failure in outcome.failed)
        raise EvaluationError(f"Nicht alle beurteilten Dateien sind lesbar; ohne sie wären die Zahlen falsch.\n{reasons}")
    return _asked(settings, collection, home.live(), embedding)


def _asked(settings: Settings, collection: Collection, generation: Generation, embedding: Embedder) -> Run:
    manifest = generation.manifest
    setup = Setup(
        embedding.fingerprint, settings.query_prompt, settings.passage_prompt, settings.meaning, settings.exact_up_to,
        manifest.splitting, manifest.analysis, settings.reranker,
    )  # fmt: skip
    searcher = wiring.searcher(settings, generation, embedding, wiring.reading_again(settings))
    try:
        files = _searched(searcher.library, collection)
        return run(searcher, collection, setup, files)
    finally:
        searcher.close()


def _searched(library: Library, collection: Collection) -> tuple[Searched, ...]:
    stored = {nfc(item.publication.file): item for item in library.stored()}
    check_pages(collection, {file: item.pages for file, item in stored.items()})
    return tuple(Searched(file, stored[file].pages, stored[file].passages) for file in collection.files)


def _refuse_others(home: Home, judged: set[str]) -> None:
    for generation in home.readable():
        try:
            library = generation.library()
        except IndexDamaged:
            continue
        try:
            others = [publication.file for publication in library.publications if nfc(publication.file) not in judged]
        finally:
            library.close()
        if others:
            raise EvaluationError(
                f"In {home.folder} ist auch anderes eingelesen, z. B. „{others[0]}“; das stünde den beurteilten Dateien im Weg. "
                "Nennen Sie mit --home einen anderen Ordner, oder lassen Sie die Angabe weg."
            )
        return  # an ingestion takes over what the first readable one holds


def _made_otherwise(home: Home, embedding: Embedder) -> bool:
    """Tell whether another model's ingestion would be taken over: its limit of length may have cut other passages."""
    first = next(home.readable(), None)
    return first is not None and first.manifest.model != embedding.fingerprint
