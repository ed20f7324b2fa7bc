"""Every error of ours.  Messages are German sentences for the user: what is wrong, with what, and the way out.

FundstelleError
├── SettingsError        a setting that makes no sense
├── CatalogueError       corpus/catalogue.toml can't be used
├── VocabularyError      corpus/vocabulary.toml can't be used
├── OperatorError        the operator's file for the legal pages can't be used
├── UnreadableFile       a PDF that can't be read, or has no text
├── ModelError           the embedding model is missing or unfit
├── NoIndex              nothing has been ingested yet
├── IndexMismatch        the index was made by another model or version
├── IndexDamaged         the index contradicts itself
├── StoreUnavailable     the Chroma server that holds the vectors does not answer
├── ArchiveError         a backup that can't be used
├── RegisterDamaged      the register of all that was published can't be read
├── NoImage              a page has no picture: its file is gone, or another now, or can't be rendered
├── Busy                 too many pictures are being made at once
├── IngestionRunning     another ingestion holds the lock
├── EvaluationError      judged queries, or an earlier result, that can't be measured with
└── StorageError         the home can't be written: full, read-only
"""

from __future__ import annotations

import errno


class FundstelleError(Exception):
    """A problem that the user can do something about; ``str(error)`` is the German sentence shown."""


class SettingsError(FundstelleError):
    """A setting has a value that makes no sense."""


class CatalogueError(FundstelleError):
    """The catalogue can't be used."""


class VocabularyError(FundstelleError):
    """The vocabulary of the field can't be used."""


class OperatorError(FundstelleError):
    """What the operator says for the legal pages can't be used."""


class UnreadableFile(FundstelleError):
    """A file can't be read as a PDF with text.

    ``file`` is the base name, ``reason`` a German clause that also says what to do.
    """

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class ModelError(FundstelleError):
    """The embedding model is missing, damaged or can't take a text whole."""


class NoIndex(FundstelleError):
    """Nothing has been ingested yet."""


class IndexMismatch(FundstelleError):
    """The index was made with another model, splitting or version than the one that asks."""


class IndexDamaged(FundstelleError):
    """The parts of an index contradict each other."""


class StoreUnavailable(FundstelleError):
    """The Chroma server that holds the vectors does not answer, or not as it should."""


class ArchiveError(FundstelleError):
    """A backup is not one, is damaged, or does not fit."""


class RegisterDamaged(FundstelleError):
    """The register of all passages that were ever published can't be read."""


class NoImage(FundstelleError):
    """A page has no picture that can be shown.

    ``sentence`` is German and has ``{file}`` where the base name of the file stands, so that it can be said in other languages.
    """

    def __init__(self, sentence: str, file: str) -> None:
        super().__init__(sentence.format(file=file))
        self.sentence = sentence
        self.file = file


class Busy(FundstelleError):
    """Too much is being done at once; a moment later it may go."""


class IngestionRunning(FundstelleError):
    """Another ingestion holds the lock of this home."""


class EvaluationError(FundstelleError):
    """Judged queries, the files they name, or an earlier result can't be measured with."""


class StorageError(FundstelleError):
    """The home can't be written."""


_REASONS = {
    errno.EACCES: "keine Berechtigung",
    errno.EPERM: "keine Berechtigung",
    errno.ENOENT: "gibt es nicht",
    errno.ENOTDIR: "ein Teil des Pfads ist kein Ordner",
    errno.EISDIR: "das ist ein Ordner",
    errno.ENAMETOOLONG: "der Name ist zu lang",
    errno.ELOOP: "die Verknüpfungen führen im Kreis",
    errno.EIO: "der Datenträger meldet einen Fehler",
    errno.EADDRINUSE: "die Adresse ist schon belegt",
    errno.EADDRNOTAVAIL: "die Adresse gehört nicht zu diesem Rechner",
}


def reason(error: OSError) -> str:
    """Return in German why the system refused something, as a clause without a full stop."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
