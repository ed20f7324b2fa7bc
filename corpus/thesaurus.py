"""vocabulary.toml becomes a Thesaurus: which words of the field stand for each other, and by which subjects it is browsed."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.errors import VocabularyError, reason

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_GENDER_MARK = re.compile(r"(?<=[a-z])[*:_](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Entry:
    """Terms, of one word or several, that stand for each other; ``exact`` ones count only where they are written just so.

    ``abbreviates`` tells that the first is short for the others, which then mean the very same.
    """

    terms: tuple[str, ...]
    abbreviates: bool = False
    exact: frozenset[str] = frozenset()


class Group(StrEnum):
    """What sort of subject is browsed; the names are those of the tables in the file."""

    TOPIC = "topics"
    AUDIENCE = "target-groups"
    MODEL = "cooperation-models"
    PLACE = "places"


@dataclass(frozen=True)
class Subject:
    """What passages may be about: its group, its name as readers see it, and the terms by which a text tells of it.

    A term in quotation marks, or of a place, counts only where it stands just so, any other in all its forms.
    """

    group: Group
    name: str
    terms: tuple[str, ...]

    @cached_property
    def slug(self) -> str:
        """What an address calls it."""
        return slug(self.name)


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The words of the field and its subjects, in the order of their file."""

    entries: tuple[Entry, ...] = ()
    subjects: tuple[Subject, ...] = ()


def slug(name: str) -> str:
    """Return what an address calls something: lower case, umlauts as two letters, hyphens for all but letters and digits."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).lower().translate(_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", _GENDER_MARK.sub("", letters)).strip("-")


def load(file: Path) -> Thesaurus:
    """Read the operator's vocabulary; an absent file is an empty one.  Raises VocabularyError that names file and entry."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Thesaurus()
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise VocabularyError(f"{file} ist nicht lesbar ({why}). Berichtigen Sie die Datei, oder benennen Sie sie um.") from error
    unknown = sorted(set(data) - {"abbreviation", "synonyms", *Group})
    if unknown:
        tables = " und ".join((", ".join(f"[{group}]" for group in list(Group)[:-1]), f"[{list(Group)[-1]}]"))
        raise VocabularyError(
            f"{file}: „{unknown[0]}“ kennt das Vokabular nicht; möglich sind [[abbreviation]], [[synonyms]], {tables}."
        )
    abbreviations = [_abbreviation(file, number, row) for number, row in enumerate(_rows(file, data, "abbreviation"), 1)]
    synonyms = [
        Entry(_terms(file, f"synonyms {number}", row, "words", 2)) for number, row in enumerate(_rows(file, data, "synonyms"), 1)
    ]
    return Thesaurus((*abbreviations, *synonyms), _subjects(file, data))


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


def _subjects(file: Path, data: dict[str, Any]) -> tuple[Subject, ...]:
    subjects: dict[str, Subject] = {}
    for group in Group:
        rows = data.get(group, {})
        if not isinstance(rows, dict):
            raise VocabularyError(f'{file}: Schreiben Sie unter eine Zeile [{group}] je Zeile "Name" = ["Wort", "Wort"].')
        for name in rows:
            subject = Subject(group, " ".join(name.split()), _terms(file, f"[{group}]", rows, name, 1))
            if not subject.slug:
                raise VocabularyError(f"{file}, [{group}]: Der Name „{name}“ hat weder Buchstaben noch Ziffern.")
            if (other := subjects.setdefault(subject.slug, subject)) is not subject:
                raise VocabularyError(
                    f"{file}: „{other.name}“ in [{other.group}] und „{name}“ in [{group}] hätten dieselbe Adresse "
                    f"({subject.slug}). Benennen Sie eines um."
                )
    return tuple(subjects.values())


def _terms(file: Path, where: str, row: dict[str, Any], key: str, least: int) -> tuple[str, ...]:
    terms = row.get(key)
    if not isinstance(terms, list) or len(terms) < least or not all(isinstance(term, str) and term.strip() for term in terms):
        what = "mindestens zwei Wörter" if least > 1 else "mindestens ein Wort"
        raise VocabularyError(f'{file}, {where}: {key} nennt {what} in der Form {key} = ["…", "…"].')
    return tuple(term.strip() for term in terms)
