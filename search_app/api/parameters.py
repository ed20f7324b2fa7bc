"""What may stand behind the question mark of an address: how it is read, and how the API's description tells it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search_app.errors import Problem
from search_app.language import gettext

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: an English sentence on it, and what the page to try the API suggests."""

    about: str
    example: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string"}

    @property
    def described(self) -> dict[str, Any]:
        """Its JSON schema with the sentence on it."""
        return self.schema | {"description": self.about}

    def read(self, name: str, given: Sequence[str]) -> Value:
        """Return what an address says, at least once; raises Problem (400) in the reader's language."""
        if len(given) > 1:
            raise refused(gettext("%(name)s darf nur einmal vorkommen.", name=name))
        return self.value(name, given[0])

    def value(self, name: str, typed: str) -> Value:
        """Return what was typed; raises Problem (400)."""
        return typed


@dataclass(frozen=True, slots=True)
class Text(Parameter):
    """Any text up to a length, counted in characters."""

    most: int = 200

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string", "maxLength": self.most}

    def value(self, name: str, typed: str) -> Value:
        """Return what was typed."""
        if len(typed) > self.most:
            raise refused(gettext("%(name)s ist länger als %(most)s Zeichen. Kürzen Sie es.", name=name, most=self.most))
        return typed


@dataclass(frozen=True, slots=True)
class Typed(Parameter):
    """A text that must not be empty; who reads it says what is wrong with it.  ``most`` is 0 where words tell it."""

    most: int = 1000

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string", "minLength": 1} | ({"maxLength": self.most} if self.most else {})


@dataclass(frozen=True, slots=True)
class Whole(Parameter):
    """A whole number within bounds."""

    least: int = 1
    most: int = 50

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def value(self, name: str, typed: str) -> Value:
        """Return the number."""
        if typed.isascii() and typed.isdigit() and len(typed) <= 9 and self.least <= int(typed) <= self.most:
            return int(typed)
        raise refused(
            gettext("%(name)s muss eine ganze Zahl von %(least)s bis %(most)s sein.", name=name, least=self.least, most=self.most)
        )


@dataclass(frozen=True, slots=True)
class Switch(Parameter):
    """Yes or no, as 1 or 0."""

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "integer", "enum": [0, 1]}

    def value(self, name: str, typed: str) -> Value:
        """Return whether it is on."""
        if typed in ("0", "1"):
            return typed == "1"
        raise refused(gettext("%(name)s muss 0 oder 1 sein.", name=name))


@dataclass(frozen=True, slots=True)
class Pattern(Parameter):
    """A text of a certain form, or nothing."""

    pattern: str = ".*"

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})?$"}

    def value(self, name: str, typed: str) -> Value:
        """Return what was typed."""
        if typed and not re.fullmatch(self.pattern, typed, re.ASCII):
            raise refused(
                gettext("%(name)s hat nicht die Form, die vorgesehen ist, z. B. %(example)s.", name=name, example=self.example)
            )
        return typed


@dataclass(frozen=True, slots=True)
class Several(Pattern):
    """Texts of a certain form, each in a parameter of its own."""

    most: int = 50

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "array", "items": {"type": "string", "pattern": f"^(?:{self.pattern})?$"}, "maxItems": self.most}

    def read(self, name: str, given: Sequence[str]) -> Value:
        """Return all that an address says."""
        if len(given) > self.most:
            raise refused(gettext("%(name)s darf höchstens %(most)s Mal vorkommen.", name=name, most=self.most))
        return tuple(str(self.value(name, typed)) for typed in given if typed)


@dataclass(frozen=True, slots=True)
class Choice(Parameter):
    """One of a few words."""

    among: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string", "enum": list(self.among)}

    def value(self, name: str, typed: str) -> Value:
        """Return the word."""
        if typed not in self.among:
            among = ", ".join(filter(None, self.among))
            raise refused(gettext("%(name)s muss eines davon sein: %(among)s", name=name, among=among))
        return typed


def refused(detail: str) -> Problem:
    """Return the problem of an address that can't be understood."""
    return Problem(400, gettext("Anfrage nicht verstanden"), detail)
