"""The check of quotations for programs."""

from __future__ import annotations

from typing import Annotated, TypedDict

from checking.answer import CheckedQuote, checked_json
from checking.quotations import find_quotations
from checking.verdict import Checker
from index.search import Searcher
from search_app.api.operations import operation
from search_app.api.parameters import Typed, refused
from search_app.checking import LONGEST, MOST, MOST_BYTES, too_long
from search_app.language import gettext, lazy_gettext


class QuotesAnswer(TypedDict):
    """The quotations of a text, in its order."""

    quotes: list[CheckedQuote]
    unclosed_lines: Annotated[list[int], "lines where a quotation begins that does not end"]
    unchecked: Annotated[int, "how many more quotations there are than are checked at once"]


@operation("/quotes/check", lazy_gettext("Zitate prüfen"), problems=(413, 415), method="post", most_bytes=MOST_BYTES)
def check_quotes(
    live: Searcher,
    text: Annotated[
        str,
        Typed(
            "A text with quotations in quotation marks, each perhaps with its page: „…“ (S. 46); 100,000 characters at most",
            most=0,
        ),
    ] = "",
) -> QuotesAnswer:
    """Hold each quotation of a text against the publications, word by word.

    Says whether it stands there like this, what differs, and whether the page is right. The text is neither kept nor logged.
    """
    if not text:
        raise refused(gettext("Es fehlt der Text, dessen Zitate geprüft werden sollen. Senden Sie ihn als text."))
    if len(text) > LONGEST:
        raise too_long()
    quotations = find_quotations(text)
    checker = Checker(live.library, live.origins)
    return {
        "quotes": [checked_json(checked) for checked in checker.check_all(quotations.found[:MOST])],
        "unclosed_lines": list(quotations.unclosed),
        "unchecked": max(0, len(quotations.found) - MOST),
    }
