"""Signs of law that are always recognised wrongly, put right where nothing else can be meant: "8 24 Abs." is "§ 24 Abs."."""

from __future__ import annotations

import re

_NUMBER = r"\d{1,4}[a-z]{0,2}"
_PART = r"(?:Abs|Absatz|Absätze|Satz|Nr|Nummer)\b\.?"
# a law by its short name, as nearly all end: AufenthG, UVgO, EStDV; in capitals only those that nothing else is called
_LAW = r"(?:[A-ZÄÖÜ]{1,3}[a-zäöüß]{1,10}[A-ZÄÖÜa-zäöüß]{0,10}[GOV]\b|SGB\b|BGB\b|StGB\b|GG\b|AO\b|ZPO\b|StPO\b|DSGVO\b|RDG\b)"
_LIST = rf"{_NUMBER}(?:(?:,| und| oder| bis) {_NUMBER}){{0,5}}"
_BEHIND = rf"{_LIST},? (?:ff?\.? )?(?:{_PART}|{_LAW})"
# a number or another part before it would make the digit one of a list
_ROOM = r"(?<![\w.,§/-])(?<!\d )(?<!\d, )(?<!§ )(?<!Abs\. )(?<!Nr\. )(?<!Art\. )(?<!Satz )(?<!Absatz )(?<!Nummer )(?<!Artikel )"
_DOLLAR = rf"\$(?= ?(?:{_BEHIND}|{_LIST} [A-ZÄÖÜ]{{2,6}}G\b))"  # no price is followed by the short name of a law
_SIGN = re.compile(rf"{_ROOM}(?:(?:8|88|\$\$|SS|Ss)(?= {_BEHIND})|{_DOLLAR})")


def mended(text: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return a text of the same length with its section signs put right, and (start, end, as it was) of each of them."""
    found = [(match.start(), match.end(), match[0]) for match in _SIGN.finditer(text)]
    characters = list(text)
    for start, end, was in found:
        characters[start:end] = "§" * len(was)
    return "".join(characters), tuple(found)
