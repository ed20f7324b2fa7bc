"""What the reader typed becomes a Query: normalised text, its terms, and its words of content."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from index.german import Word, terms_of, words

MAX_LENGTH = 1_000  # characters; a longer query is a document, not a question


@dataclass(frozen=True, slots=True)
class Query:
    """A query ready to be searched; ``text`` is what is embedded and shown."""

    text: str
    terms: tuple[str, ...]
    words: tuple[Word, ...]

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to search for."""
        return not self.text


def parse_query(typed: str) -> Query:
    """Return the query for what was typed: control and invisible characters dropped, white space folded, cut at MAX_LENGTH.

    Never fails: whatever is typed is text.
    """
    visible = typed if typed.isprintable() else _visible(typed)
    text = " ".join(unicodedata.normalize("NFC", visible).split())[:MAX_LENGTH].strip()
    found = tuple(words(text))
    content = tuple(word for word in found if not word.is_stop_word)
    return Query(text, tuple(terms_of(found)), content or found)


def _visible(typed: str) -> str:
    """Return a text without the characters that only format it, and with blanks for those that stand for nothing."""
    kinds = ((c, unicodedata.category(c)) for c in typed)
    return "".join(" " if kind in ("Cc", "Cs", "Co") else c for c, kind in kinds if kind != "Cf")
