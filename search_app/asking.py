"""The address of a search becomes what is asked, and back: all of a search's state stands in its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from corpus.publication import Kind
from index.query import Filters, Query, parse_query, parse_years

_NEVER_TIDIED = ("q", "seite")  # an empty query explains itself, and an empty page of results is not found
#: What addresses call the sorts of text.
ARTS = {
    "text": Kind.TEXT,
    "fussnote": Kind.NOTE,
    "tabelle": Kind.TABLE,
    "inhalt": Kind.CONTENTS,
    "register": Kind.INDEX,
    "literatur": Kind.BIBLIOGRAPHY,
}
BY_PUBLICATION = "publikation"
_MOST_NAMED = 10  # passages named as wanted more of, or less; and subjects

#: The arguments of an address.
Arguments = dict[str, Any]


def tidied(arguments: MultiDict[str, str]) -> dict[str, list[str]] | None:
    """Return an address's arguments without those left empty, as browsers send a form's fields; None where none was."""
    kept = {name: values for name, values in arguments.lists() if name in _NEVER_TIDIED or any(map(str.strip, values))}
    return kept if len(kept) < len(arguments) else None


@dataclass(frozen=True, slots=True)
class Asking:
    """A search as its address says it; the names are those in the address.

    ``verwandt`` is "0" where words of the field are not to be looked for too; ``mehr`` and ``weniger`` are ids of passages,
    ``thema`` names subjects of the vocabulary, of whatever group but places, ``gruppe`` is "publikation" or empty.
    """

    q: str = ""
    ort: str = ""
    jahr: str = ""
    publikation: str = ""
    kapitel: str = ""
    art: str = ""
    thema: tuple[str, ...] = ()
    gruppe: str = ""
    verwandt: str = ""
    mehr: tuple[str, ...] = ()
    weniger: tuple[str, ...] = ()

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> Asking:
        """Read an address's arguments; what makes no sense is passed over, and a query that is too long is cut."""
        jahr = arguments.get("jahr", "").strip()
        more, less, subjects = (_several(arguments, name) for name in ("mehr", "weniger", "thema"))
        art, gruppe = arguments.get("art", ""), arguments.get("gruppe", "")
        return cls(
            parse_query(arguments.get("q", "")).text,
            arguments.get("ort", "").strip(),
            jahr if parse_years(jahr) else "",
            arguments.get("publikation", "").strip(),
            arguments.get("kapitel", "").strip(),
            art if art in ARTS else "",
            subjects,
            gruppe if gruppe == BY_PUBLICATION else "",
            "0" if arguments.get("verwandt") == "0" else "",
            more,
            less,
        )

    @property
    def query(self) -> Query:
        """The query, with the filters that were chosen beside it."""
        chosen = Filters(self.ort, parse_years(self.jahr), self.publikation, self.kapitel, ARTS.get(self.art), self.thema)
        return parse_query(self.q, chosen)

    @property
    def with_related(self) -> bool:
        """True where words of the field are looked for too."""
        return self.verwandt != "0"

    @property
    def limited(self) -> bool:
        """True where something is chosen beside the query."""
        return bool(self.ort or self.jahr or self.publikation or self.kapitel or self.art or self.thema)

    def arguments(self, **changed: str | int | tuple[str, ...] | None) -> Arguments:
        """Return the arguments of an address that asks the same but for what is ``changed``; what is empty is left out."""
        own: Arguments = {name: getattr(self, name) for name in self.__slots__}
        return {name: value or None for name, value in (own | changed).items()}

    def given(self, *without: str) -> list[tuple[str, str]]:
        """Return what a form must carry along to ask the same but for some arguments, as names and values."""
        kept = ((name, getattr(self, name)) for name in self.__slots__ if name not in without)
        return [(name, one) for name, value in kept for one in (value if isinstance(value, tuple) else (value,)) if one]

    def toggled(self, name: str, passage_id: str) -> Arguments:
        """Return the arguments of an address that wants more, or less, of a passage's kind, or no longer does."""
        ids: tuple[str, ...] = getattr(self, name)
        kept = tuple(other for other in ids if other != passage_id)
        other = "weniger" if name == "mehr" else "mehr"
        without = tuple(id_ for id_ in getattr(self, other) if id_ != passage_id)
        return self.arguments(**{name: kept if passage_id in ids else (*kept, passage_id), other: without})


def _several(arguments: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, arguments.getlist(name))))[:_MOST_NAMED]
