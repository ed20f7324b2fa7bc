"""What stands beside a quotation becomes the pages that it is said to stand on: "S. 46 f.", "ebd., S. 12", "PDF-S. 48"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.publication import LabelSource, PageLabel

_FOLLOWING = 10  # pages that "ff." means at most
_NUMBER = r"(?:\\?\[)?(?:\d{1,4}|[ivxlc]{1,8}|[IVXLC]{1,8})(?:\\?\])?(?![\w])"
_TO = r"\s*(?:[-\u2010\u2011\u2013\u2014]|bis)\s*"
_ITEM = rf"{_NUMBER}(?:{_TO}{_NUMBER})?(?:\s*ff?\b\.?)?"
_LIST = rf"{_ITEM}(?:\s*(?:,|;|/|und|u\.|sowie)\s*(?:S\.\s*)?{_ITEM})*"
_PAGES = re.compile(
    rf"(?<!\w)(?:(?P<file>PDF[- ]?)?(?:S\.|Seiten?\b|pp?\.)\s*(?P<list>{_LIST})"
    rf"|(?:19|20)\d\d[a-z]?\s?:\s?(?P<after_year>{_LIST}))"
)
_ONE = re.compile(
    rf"(?P<first>{_NUMBER})(?:\s*(?:[-\u2010\u2011\u2013\u2014]|bis)\s*(?P<last>{_NUMBER}))?(?:\s*(?P<following>ff?\b))?"
)
_CLAUSE_END = re.compile(r"[.,;:!?]?\s*\Z|[.,;:!?](?=\s)|\s*[)\]“”»«\"]")
_SAME = re.compile(r"\b(?:[Ee]bd|[Ee]benda|[Ii]bid|[Aa]\.\s?a\.\s?O)\b")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class Locator:
    """The pages that a text names, as typed and as ranges of numbers; ``in_file`` where it counts the pages of the file."""

    text: str
    ranges: tuple[tuple[str, str], ...]
    in_file: bool = False

    def names(self, index: int, label: PageLabel) -> bool:
        """Tell whether a page is among those named, by its index from 0 and its label."""
        if self.in_file:
            return any(_is_between(str(index + 1), *ends) for ends in self.ranges)
        if label.source is LabelSource.NONE:
            return False
        return any(_is_between(number, *ends) for number in {*label.ends, label.text} for ends in self.ranges)

    def counts_in_file(self, index: int) -> bool:
        """Tell whether it names a page by its place in the file, from index 0, as if that were printed there."""
        return not self.in_file and any(_is_between(str(index + 1), *ends) for ends in self.ranges)


def find_locator(text: str) -> tuple[Locator, int] | None:
    """Return the first pages that a text names, and the character behind them; None where it names none."""
    match = next((match for match in _PAGES.finditer(text) if match["list"] or _is_reference(match)), None)
    if match is None:
        return None
    listed = match["list"] or match["after_year"]
    shown = _without_bracket((match[0] if match["list"] else f"S. {listed}").replace("\\", "").strip())
    return Locator(shown, tuple(_ends(one) for one in _ONE.finditer(listed)), bool(match["file"])), match.end()


def _is_reference(match: re.Match[str]) -> bool:
    """Tell whether a number behind a year is a page: in brackets, or where a clause ends; not in "2019: 46 Prozent"."""
    in_brackets = is_in_brackets(match.string, match.start())
    return in_brackets or match[0].endswith(".") or bool(_CLAUSE_END.match(match.string, match.end()))


def _without_bracket(text: str) -> str:
    """Return a locator without the bracket that closes what began before it: "[@muster, S. 2]"."""
    return text[:-1] if text.endswith("]") and text.count("]") > text.count("[") else text


def is_in_brackets(text: str, at: int) -> bool:
    """Tell whether a character of a text stands in brackets, round or square."""
    return any(text.count(opening, 0, at) > text.count(closing, 0, at) for opening, closing in ("()", "[]"))


def says_the_same(text: str) -> int:
    """Return the character behind an "ebd." or "a. a. O.", 0 where there is none."""
    match = _SAME.search(text)
    return match.end() if match else 0


def _ends(match: re.Match[str]) -> tuple[str, str]:
    first = match["first"].strip("[]\\")
    last = (match["last"] or first).strip("[]\\")
    if match["following"] and first.isdigit():
        last = str(int(first) + (1 if match["following"] == "f" else _FOLLOWING))
    elif first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last  # "S. 146–7"
    return first, last


def _is_between(number: str, first: str, last: str) -> bool:
    if number.casefold() in (first.casefold(), last.casefold()):
        return True
    values = [_value(one) for one in (number, first, last)]
    kinds = {one.isdigit() for one in (number, first, last)}
    return len(kinds) == 1 and 0 not in values and values[1] <= values[0] <= values[2]


def _value(number: str) -> int:
    """Return what an Arabic or a Roman number says, 0 where it is neither."""
    if number.isdigit():
        return int(number)
    digits = [_ROMAN.get(letter, 0) for letter in number.casefold()]
    if not digits or 0 in digits:
        return 0
    return sum(-one if one < max(digits[at:]) else one for at, one in enumerate(digits))
