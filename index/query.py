"""What the reader typed becomes a Query: words to be found, phrases, what must not stand there, and filters.

    words                    found in any form, by parts and by meaning
    "exact words"            must stand so, whatever breaks the line and whatever the case; „…“ »…« «…» “…” too
    -word  -"exact words"    must not stand there
    ort:Halle  jahr:2019-2022  publikation:"Nahe bei den Menschen"

Everything else is plain text, and nothing that is typed is an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from corpus.publication import Kind
from index.german import Word, squeezed, words

MAX_LENGTH = 1_000  # characters; a longer query is a document, not a question
_SHORTEST_PHRASE = 3  # letters; fewer in quotation marks are no wording
_QUOTED = r"„[^„“”\"]+[“”\"]|“[^„“”]+”|\"[^\"]+\"|»[^»«]+«|«[^»«]+»"
_FILTER = rf"(?P<name>ort|jahr|publikation):(?P<value>{_QUOTED}|\S+)"
_TOKEN = re.compile(rf"(?<!\S)(?:{_FILTER}|(?P<minus>-?)(?P<quoted>{_QUOTED})|-(?P<left_out>[^\W_]\S*))|\S+", re.IGNORECASE)
_YEARS = re.compile(r"(?P<first>\d{4})?\s*(?P<between>-|–|\.\.|bis)?\s*(?P<last>\d{4})?")
ANY_YEAR = (0, 9999)
#: Words before which "-word" is the end of a compound left out ("Vereinsarbeit und -förderung"), not a word to leave out.
_JOINING = re.compile(r"(?:\b(?:und|oder|sowie|bzw\.?|beziehungsweise)|,|/)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages a search is limited to; empty fields limit nothing.

    ``place`` must be named in a passage or above it; ``years`` are the first and the last year of publication; ``publication``
    is an id, or words of a title or of a file's name; ``chapter`` is the title of a heading above a passage, or that of one
    publication ("buch/Wer fehlt"); ``subjects`` are names of the vocabulary, all of which a passage must tell of.
    """

    place: str = ""
    years: tuple[int, int] | None = None
    publication: str = ""
    chapter: str = ""
    kind: Kind | None = None
    subjects: tuple[str, ...] = ()

    @property
    def are_empty(self) -> bool:
        """True where nothing is limited."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Query:
    """A query ready to be searched; ``text`` is what was typed, in one line, ``meant`` what of it is looked for.

    ``words`` are the words of content of ``meant``, or all of them where none has content.
    """

    text: str
    meant: str
    words: tuple[Word, ...]
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to search for."""
        return not self.meant


@dataclass(slots=True)
class _Found:
    """What is found while reading what was typed."""

    plain: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)


def parse_query(typed: str, chosen: Filters | None = None) -> Query:
    """Return the query for what was typed, and for filters that were chosen beside it; one that is typed comes first.

    Control and invisible characters are dropped, white space is folded, and what is longer than MAX_LENGTH is cut.  Never
    fails: whatever is typed is text.  Where nothing is left to be found, because all was filters or to be left out, a place
    is looked for itself, and anything else is taken as plain text.
    """
    visible = typed if typed.isprintable() else _visible(typed)
    text = " ".join(visible.split())[:MAX_LENGTH]  # cut first: composing takes quadratic time over marks on one letter
    text = unicodedata.normalize("NFC", text)[:MAX_LENGTH].strip()
    found = _read(text)
    meant = " ".join(found.plain)
    said = tuple(words(meant))
    if not said:
        place = found.filters.get("ort", "")
        found = replace(found, plain=[place]) if any(words(place)) else _Found(plain=[text])
        meant = " ".join(found.plain)
        said = tuple(words(meant))
    content = tuple(word for word in said if not word.is_stop_word)
    filters = _filters(found.filters, chosen or Filters())
    return Query(text, meant, content or said, tuple(found.phrases), tuple(found.without), filters)


def parse_years(text: str) -> tuple[int, int] | None:
    """Return the first and last year of "2019", "2019-2022", "2019-" or "-2022"; None for anything else."""
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match["first"] or match["last"]):
        return None
    first, last = int(match["first"] or ANY_YEAR[0]), int(match["last"] or ANY_YEAR[1])
    if not match["between"]:
        return (first, first) if not match["last"] else None
    return min(first, last), max(first, last)


def _read(text: str) -> _Found:
    """Tell apart filters, phrases, what is to be left out, and plain words."""
    found = _Found()
    for match in _TOKEN.finditer(text):
        if match.lastgroup is None:  # as most are: a plain word
            found.plain.append(match[0])
            continue
        name, left_out, quoted = (match["name"] or "").lower(), match["left_out"] or "", (match["quoted"] or "")[1:-1].strip()
        if name and (value := _unquoted(match["value"])) and (name != "jahr" or parse_years(value)):
            found.filters[name] = value
        elif match["minus"] and any(words(quoted)):
            found.without.append(f'"{quoted}"')
        elif left_out and not _JOINING.search(text[: match.start()]) and any(words(left_out)):
            found.without.append(left_out)
        elif len(squeezed(quoted)) >= _SHORTEST_PHRASE:
            found.phrases.append(quoted)
            found.plain.append(quoted)
        else:
            found.plain.append(match[0])
    return found


def _unquoted(value: str) -> str:
    quoted = re.fullmatch(_QUOTED, value)
    return (value[1:-1] if quoted else value).strip() if any(words(value)) else ""


def _filters(typed: dict[str, str], chosen: Filters) -> Filters:
    if not typed:
        return chosen
    years = parse_years(typed.get("jahr", ""))
    return replace(
        chosen,
        place=typed.get("ort") or chosen.place,
        years=years or chosen.years,
        publication=typed.get("publikation") or chosen.publication,
    )


def _visible(typed: str) -> str:
    """Return a text without the characters that only format it, and with blanks for those that stand for nothing."""
    kinds = ((c, unicodedata.category(c)) for c in typed)
    return "".join(" " if kind in ("Cc", "Cs", "Co") else c for c, kind in kinds if kind != "Cf")
