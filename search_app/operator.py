"""The operator's file becomes what the legal pages say of whoever runs this service: nothing but what stands in it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import OperatorError, reason

Lines = tuple[str, ...]  # of an address, or paragraphs


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the operator says of personal data beyond what the application itself does."""

    officer: Lines = ()
    supervisor: Lines = ()
    hosting: Lines = ()
    logs: Lines = ()
    legal_basis: Lines = ()


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What the operator says of barriers beyond what the application's own tests show."""

    date: date | None = None
    contact: Lines = ()
    enforcement: Lines = ()
    barriers: Lines = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the service; what is empty is not known and never made up."""

    name: str = ""
    address: Lines = ()
    email: str = ""
    phone: str = ""
    represented_by: Lines = ()
    register: Lines = ()
    vat_id: str = ""
    authority: Lines = ()
    responsible: Lines = ()
    privacy: Privacy = field(default_factory=Privacy)
    accessibility: Accessibility = field(default_factory=Accessibility)

    @property
    def is_known(self) -> bool:
        """True where the operator has filled in the file."""
        return bool(self.name)


_REQUIRED = ("name", "address", "email")
_Part = TypeVar("_Part", bound=Operator | Privacy | Accessibility)


def load(file: Path) -> Operator:
    """Read the operator's file; an absent one tells nothing.  Raises OperatorError that names file and entry."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Operator()
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise OperatorError(f"{file} ist nicht lesbar ({why}). Berichtigen Sie die Datei, oder benennen Sie sie um.") from error
    missing = [key for key in _REQUIRED if not data.get(key)]
    if missing:
        raise OperatorError(f"{file}: Es fehlt {', '.join(missing)}. Ohne diese Angaben gibt es kein Impressum.")
    known = _part(file, "", Operator, data)
    if "@" not in known.email:
        raise OperatorError(f"{file}: „{known.email}“ ist keine E-Mail-Adresse.")
    return known


def _part(file: Path, table: str, part: type[_Part], data: dict[str, Any]) -> _Part:
    names = [one.name for one in fields(part)]
    where = f"{file}, [{table}]" if table else str(file)
    unknown = sorted(set(data) - set(names))
    if unknown:
        raise OperatorError(f"{where}: „{unknown[0]}“ gibt es hier nicht; möglich sind {', '.join(names)}.")
    plain: Any = part()
    return part(**{name: _value(file, where, name, value, getattr(plain, name)) for name, value in data.items()})


def _value(file: Path, where: str, name: str, value: Any, plain: Any) -> Any:
    """Return a value as the field is typed, which its default tells."""
    if isinstance(plain, Privacy | Accessibility):
        if not isinstance(value, dict):
            raise OperatorError(f"{where}: Schreiben Sie, was zu {name} gehört, unter eine eigene Zeile [{name}].")
        return _part(file, name, type(plain), value)
    if plain is None:
        if type(value) is not date:
            raise OperatorError(f"{where}: {name} ist ein Datum ohne Anführungszeichen, z. B. {name} = 2026-01-31")
        return value
    if isinstance(plain, str):
        if not isinstance(value, str):
            raise OperatorError(f'{where}: {name} steht in Anführungszeichen: {name} = "…"')
        return value.strip()
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(line, str) and line.strip() for line in lines):
        raise OperatorError(f'{where}: {name} ist ein Text oder eine Liste von Zeilen: {name} = ["…", "…"]')
    return tuple(line.strip() for line in lines)
