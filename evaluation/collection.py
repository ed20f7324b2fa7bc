"""Two tab-separated files become a test collection: queries as readers type them, and the pages judged for them."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import EvaluationError, reason
from index.query import parse_query

UNANSWERABLE = "none"  # the type of queries that nothing in the files answers
_HIGHEST = 10  # relevance; gains grow as 2^relevance, and the evaluator keeps a counter for each of them
_QUERIES = ("query_id", "type", "query")
_QRELS = ("query_id", "file", "pdf_page", "relevance")


@dataclass(frozen=True, slots=True)
class Question:
    """A query of the collection; ``line`` is where it stands in its file."""

    id: str
    type: str
    text: str
    line: int

    @property
    def answerable(self) -> bool:
        """True where the files hold an answer."""
        return self.type != UNANSWERABLE


@dataclass(frozen=True, slots=True)
class Judgement:
    """How relevant a page is for a query, from 0 (not at all); ``pdf_page`` counts from 1."""

    query_id: str
    file: str
    pdf_page: int
    relevance: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class Collection:
    """Queries and judgements that fit each other; ``qrels`` is the file of judgements, named in messages."""

    questions: tuple[Question, ...]
    judgements: tuple[Judgement, ...]
    qrels: Path

    @property
    def files(self) -> tuple[str, ...]:
        """The judged files' base names, in Unicode's normal form C, each once."""
        return tuple(dict.fromkeys(judgement.file for judgement in self.judgements))

    @property
    def queries_sha256(self) -> str:
        """A hash of what the queries say, whatever their order in the file."""
        return _hash([(q.id, q.type, q.text) for q in self.questions])

    @property
    def qrels_sha256(self) -> str:
        """A hash of what the judgements say, whatever their order in the file."""
        return _hash([(j.query_id, j.file, j.pdf_page, j.relevance) for j in self.judgements])


def nfc(name: str) -> str:
    """Return a file's name in Unicode's normal form C; a Mac's file systems give the other one."""
    return unicodedata.normalize("NFC", name)


def read(queries: Path, qrels: Path) -> Collection:
    """Return the collection of two files; raises EvaluationError with file, line and way out.

    Both are UTF-8 and begin with a line of column names; other columns are ignored, quotation marks stand for themselves.
    """
    questions = _questions(queries)
    judgements = _judgements(qrels, {question.id: question for question in questions})
    relevant = {judgement.query_id for judgement in judgements if judgement.relevance > 0}
    for question in questions:
        if question.answerable and question.id not in relevant:
            raise _wrong(
                queries, question.line, f"Für die Anfrage „{question.id}“ nennt {qrels} keine Seite mit Relevanz über 0",
                f"Beurteilen Sie mindestens eine Seite, oder geben Sie der Anfrage den Typ {UNANSWERABLE}",
            )  # fmt: skip
    if not judgements:
        raise EvaluationError(f"{qrels}: Es ist keine Datei beurteilt. Ergänzen Sie Zeilen mit {', '.join(_QRELS)}.")
    return Collection(questions, judgements, qrels)


def locate(collection: Collection, folder: Path) -> tuple[Path, ...]:
    """Return where the judged files lie in a folder; raises EvaluationError for the first that does not."""
    if not folder.is_dir():
        raise EvaluationError(f"Den Ordner {folder} gibt es nicht. Nennen Sie den Ordner mit den beurteilten PDF-Dateien.")
    lying: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        lying.setdefault(nfc(path.name), []).append(path)
    for judgement in collection.judgements:
        found = lying.get(judgement.file, [])
        if not found:
            raise _wrong(
                collection.qrels, judgement.line, f"Die Datei „{judgement.file}“ liegt nicht in {folder}",
                "Legen Sie sie dorthin, nennen Sie einen anderen Ordner, oder streichen Sie ihre Urteile",
            )  # fmt: skip
        if len(found) > 1:
            raise _wrong(
                collection.qrels, judgement.line, f"In {folder} liegen zwei Dateien namens „{judgement.file}“, "
                "deren Umlaute verschieden gespeichert sind", "Entfernen Sie eine davon",
            )  # fmt: skip
    return tuple(lying[file][0] for file in collection.files)


def check_pages(collection: Collection, pages: Mapping[str, int]) -> None:
    """Raise EvaluationError where a judged page lies beyond its file's end; ``pages`` holds each file's number of pages."""
    for judgement in collection.judgements:
        if judgement.pdf_page > pages[judgement.file]:
            raise _wrong(
                collection.qrels, judgement.line,
                f"Seite {judgement.pdf_page} gibt es in „{judgement.file}“ nicht, die Datei hat {pages[judgement.file]} Seiten",
                "Zählen Sie pdf_page vom Anfang der Datei (erste Seite = 1)",
            )  # fmt: skip


def _questions(path: Path) -> tuple[Question, ...]:
    questions: dict[str, Question] = {}
    for line, (id_, type_, text) in _rows(path, _QUERIES):
        if id_ in questions:
            first = questions[id_].line
            raise _wrong(path, line, f"Die query_id „{id_}“ steht schon in Zeile {first}", "Geben Sie jeder Anfrage eine eigene")
        if parse_query(text).is_empty:
            raise _wrong(path, line, f"Die Anfrage „{id_}“ ist leer", "Ergänzen Sie ihren Text, oder streichen Sie die Zeile")
        questions[id_] = Question(id_, type_, text, line)
    if not questions:
        raise EvaluationError(f"{path}: Es sind keine Anfragen da. Ergänzen Sie Zeilen mit {', '.join(_QUERIES)}.")
    return tuple(questions.values())


def _judgements(path: Path, questions: Mapping[str, Question]) -> tuple[Judgement, ...]:
    judgements: dict[tuple[str, str, int], Judgement] = {}
    for line, (query_id, name, page, relevance) in _rows(path, _QRELS):
        if query_id not in questions:
            raise _wrong(
                path, line, f"Die query_id „{query_id}“ gibt es nicht", "Ergänzen Sie die Anfrage, oder streichen Sie die Zeile"
            )
        file = nfc(name)
        judgement = Judgement(
            query_id,
            file,
            _number(path, line, "pdf_page", page, 1, 1_000_000),
            _number(path, line, "relevance", relevance, 0, _HIGHEST),
            line,
        )
        if judgement.relevance and not questions[query_id].answerable:
            raise _wrong(
                path, line, f"Die Anfrage „{query_id}“ hat den Typ {UNANSWERABLE}, aber diese Seite soll sie beantworten",
                "Ändern Sie den Typ oder die Relevanz",
            )  # fmt: skip
        key = (query_id, file, judgement.pdf_page)
        if key in judgements:
            raise _wrong(
                path, line, f"Dieselbe Seite ist schon in Zeile {judgements[key].line} beurteilt", "Streichen Sie eine der Zeilen"
            )
        judgements[key] = judgement
    return tuple(judgements.values())


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line, from 1, and what stands in the columns asked for; empty lines are passed over."""
    header, *lines = [line.rstrip("\r").split("\t") for line in _text(path).split("\n")]
    names = [name.strip() for name in header]
    missing = [column for column in columns if column not in names]
    if missing:
        raise _wrong(
            path, 1, f"Es fehlt die Spalte „{missing[0]}“",
            f"Die erste Zeile nennt die Spalten, durch Tabulatoren getrennt: {', '.join(columns)}",
        )  # fmt: skip
    places = [names.index(column) for column in columns]
    for number, fields in enumerate(lines, 2):
        if not "".join(fields).strip():
            continue
        values = [fields[place].strip() if place < len(fields) else "" for place in places]
        if "" in values:
            raise _wrong(
                path,
                number,
                f"Die Spalte „{columns[values.index('')]}“ ist leer",
                "Ergänzen Sie sie, getrennt durch einen Tabulator",
            )
        yield number, values


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _wrong(path, line, "Die Datei ist nicht in UTF-8 geschrieben", "Speichern Sie sie als Text in UTF-8") from None
    except OSError as error:
        raise EvaluationError(f"{path} lässt sich nicht lesen ({reason(error)}). Prüfen Sie den Namen.") from None


def _number(path: Path, line: int, column: str, value: str, least: int, most: int) -> int:
    if value.isascii() and value.isdecimal() and len(value) <= 9 and least <= int(value) <= most:
        return int(value)
    upper = f" bis {most}" if column == "relevance" else ""
    raise _wrong(path, line, f"{column} ist „{value}“", f"Verlangt ist eine ganze Zahl ab {least}{upper}")


def _wrong(path: Path, line: int, what: str, way_out: str) -> EvaluationError:
    return EvaluationError(f"{path}, Zeile {line}: {what}. {way_out}.")


def _hash(rows: Sequence[tuple[str | int, ...]]) -> str:
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()
