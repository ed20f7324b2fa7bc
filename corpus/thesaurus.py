"""vocabulary.toml becomes a Thesaurus: which words of the field stand for each other."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import VocabularyError, reason


@dataclass(frozen=True, slots=True)
class Entry:
    """Terms, of one word or several, that stand for each other; ``exact`` ones count only where they are written just so.

    ``abbreviates`` tells that the first is short for the others, which then mean the very same.
    """

    terms: tuple[str, ...]
    abbreviates: bool = False
    exact: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The words of the field, in the order of their file."""

    entries: tuple[Entry, ...] = ()


def load(file: Path) -> Thesaurus:
    """Read the operator's vocabulary; an absent file is an empty one.  Raises VocabularyError that names file and entry."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Thesaurus()
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise VocabularyError(f"{file} ist nicht lesbar ({why}). Berichtigen Sie die Datei, oder benennen Sie sie um.") from error
    unknown = sorted(set(data) - {"abbreviation", "synonyms"})
    if unknown:
        raise VocabularyError(
            f"{file}: „{unknown[0]}“ kennt das Vokabular nicht; möglich sind [[abbreviation]] und [[synonyms]]."
        )
    abbreviations = [_abbreviation(file, number, row) for number, row in enumerate(_rows(file, data, "abbreviation"), 1)]
    synonyms = [
        Entry(_terms(file, f"synonyms {number}", row, "words", 2)) for number, row in enumerate(_rows(file, data, "synonyms"), 1)
    ]
    return Thesaurus((*abbreviations, *synonyms))


def _rows(file: Path, data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise VocabularyError(f"{file}: Schreiben Sie jeden Eintrag unter eine eigene Zeile [[{name}]].")
    return rows


def _abbreviation(file: Path, number: int, row: dict[str, Any]) -> Entry:
    where = f"abbreviation {number}"
    short = row.get("short")
    if not isinstance(short, str) or not short.strip():
        raise VocabularyError(f'{file}, {where}: Es fehlt short = "…", die Abkürzung.')
    exact = row.get("exact", False)
    if not isinstance(exact, bool):
        raise VocabularyError(f"{file}, {where}: exact ist true oder false, ohne Anführungszeichen.")
    long = _terms(file, where, row, "long", 1)
    return Entry((short.strip(), *long), True, frozenset({short.strip()} if exact else ()))


def _terms(file: Path, where: str, row: dict[str, Any], key: str, least: int) -> tuple[str, ...]:
    terms = row.get(key)
    if not isinstance(terms, list) or len(terms) < least or not all(isinstance(term, str) and term.strip() for term in terms):
        what = "mindestens zwei Wörter" if least > 1 else "mindestens ein Wort"
        raise VocabularyError(f'{file}, {where}: {key} nennt {what} in der Form {key} = ["…", "…"].')
    return tuple(term.strip() for term in terms)
