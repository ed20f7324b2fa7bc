"""The address of a search becomes what is asked, and back: all of a search's state stands in its address."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from index.query import Filters, Query, parse_query, parse_years

_NEVER_TIDIED = ("q", "seite")  # an empty query explains itself, and an empty page of results is not found
_MOST_NAMED = 10  # passages named as wanted more of, or less


def tidied(arguments: MultiDict[str, str]) -> dict[str, list[str]] | None:
    """Return an address's arguments without those left empty, as browsers send a form's fields; None where none was."""
    kept = {name: values for name, values in arguments.lists() if name in _NEVER_TIDIED or any(map(str.strip, values))}
    return kept if len(kept) < len(arguments) else None


@dataclass(frozen=True, slots=True)
class Asking:
    """A search as its address says it; the names are those in the address.

    ``verwandt`` is "0" where words of the field are not to be looked for too; ``mehr`` and ``weniger`` are ids of passages.
    """

    q: str = ""
    ort: str = ""
    jahr: str = ""
    publikation: str = ""
    verwandt: str = ""
    mehr: tuple[str, ...] = ()
    weniger: tuple[str, ...] = ()

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> Asking:
        """Read an address's arguments; what makes no sense is passed over, and a query that is too long is cut."""
        jahr = arguments.get("jahr", "").strip()
        more, less = (tuple(dict.fromkeys(arguments.getlist(name)))[:_MOST_NAMED] for name in ("mehr", "weniger"))
        return cls(
            parse_query(arguments.get("q", "")).text,
            arguments.get("ort", "").strip(),
            jahr if parse_years(jahr) else "",
            arguments.get("publikation", "").strip(),
            "0" if arguments.get("verwandt") == "0" else "",
            more,
            less,
        )

    @property
    def query(self) -> Query:
        """The query, with the filters that were chosen beside it."""
        return parse_query(self.q, Filters(self.ort, parse_years(self.jahr), self.publikation))

    @property
    def with_related(self) -> bool:
        """True where words of the field are looked for too."""
        return self.verwandt != "0"

    @property
    def limited(self) -> bool:
        """True where something is chosen beside the query."""
        return bool(self.ort or self.jahr or self.publikation)

    def arguments(self, **changed: str | int | tuple[str, ...] | None) -> dict[str, str | int | tuple[str, ...] | None]:
        """Return the arguments of an address that asks the same but for what is ``changed``; what is empty is left out."""
        own: dict[str, str | int | tuple[str, ...] | None] = {name: getattr(self, name) for name in self.__slots__}
        return {name: value or None for name, value in (own | changed).items()}

    def toggled(self, name: str, passage_id: str) -> dict[str, str | int | tuple[str, ...] | None]:
        """Return the arguments of an address that wants more, or less, of a passage's kind, or no longer does."""
        ids: tuple[str, ...] = getattr(self, name)
        kept = tuple(other for other in ids if other != passage_id)
        other = "weniger" if name == "mehr" else "mehr"
        without = tuple(id_ for id_ in getattr(self, other) if id_ != passage_id)
        return self.arguments(**{name: kept if passage_id in ids else (*kept, passage_id), other: without})
