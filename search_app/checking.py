"""The page on which quotations are checked: a text is pasted, and each of its quotations gets its verdict.  Nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from checking.comparison import Slight, Stretch
from checking.kinds import Kind
from checking.quotations import Quotation, find_quotations
from checking.verdict import Checked, Checker, PageFinding, Standing, Verdict
from search_app.errors import Problem
from search_app.language import gettext, lazy_gettext, number
from search_app.live import searcher

blueprint = Blueprint("checking", __name__)

LONGEST = 100_000  # characters of a text: forty printed pages
MOST_BYTES = 12 * LONGEST  # no character of a form takes more
MOST = 200  # quotations that are checked, some seconds at worst
_SHOWN = 5  # places of one wording

#: Sign, class and name of each verdict.
_VERDICTS = {
    Verdict.VERBATIM: ("✓", "fine", lazy_gettext("wörtlich")),
    Verdict.DIFFERS: ("≠", "wrong", lazy_gettext("weicht ab")),
    Verdict.WRONG_PAGE: ("↔", "wrong", lazy_gettext("andere Seite")),
    Verdict.SPLICED: ("+", "wrong", lazy_gettext("aus zwei Stellen zusammengesetzt")),
    Verdict.NOT_FOUND: ("✗", "wrong", lazy_gettext("nicht gefunden")),
    Verdict.TOO_SHORT: ("–", "open", lazy_gettext("zu kurz zum Prüfen")),
}
_KINDS = {
    Kind.NEGATION: lazy_gettext("Achtung, Verneinung:"),
    Kind.NUMBER: lazy_gettext("Achtung, Zahl:"),
    Kind.GENDER: lazy_gettext("Genderform:"),
    Kind.FORM: lazy_gettext("Wortform:"),
    Kind.SPELLING: lazy_gettext("Schreibung:"),
    Kind.CASE: lazy_gettext("Groß- und Kleinschreibung:"),
}
_REMARKS = {
    Slight.CAPITAL: lazy_gettext("Der erste Buchstabe ist ohne Klammern groß oder klein gemacht."),
    Slight.NOTE_MARK: lazy_gettext("Eine Zahl hinter einem Satzzeichen gilt als Anmerkungszeichen."),
    Slight.OMISSIONS: lazy_gettext("Mit Auslassungen."),
    Slight.INSERTIONS: lazy_gettext("Was in eckigen Klammern steht, ist nicht geprüft."),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference: what sort it is, in words, whether it may turn the sense, and the two wordings."""

    sort: str
    is_grave: bool
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of a quotation that stands together: its text, and where that stands."""

    stretches: tuple[Stretch, ...]
    standings: tuple[Standing, ...]
    more: int
    signs: tuple[tuple[str, str], ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotationShown:
    """A quotation with all that is said of it; ``number`` counts from 1."""

    number: int
    quotation: Quotation
    checked: Checked
    sign: str
    css: str
    verdict: str
    differences: tuple[Difference, ...]
    parts: tuple[PartShown, ...]
    remarks: tuple[str, ...]
    right: str
    page: str  # nothing where the publication must be named as well

    @property
    def is_right(self) -> bool:
        """True where it stands on the page that is named."""
        return self.checked.pages is PageFinding.RIGHT


@blueprint.get("/zitate-pruefen")
def form() -> str:
    """Show an empty field for a text."""
    return render_template("checking.html", text="", longest=LONGEST)


@blueprint.post("/zitate-pruefen")
def check() -> str:
    """Check the quotations of the text that was sent; it is neither kept nor logged."""
    text = _sent()
    quotations = find_quotations(text)
    with searcher() as live:
        checker = Checker(live.library, live.origins)
        checked = checker.check_all(quotations.found[:MOST])
    return render_template(
        "checking.html",
        text=text,
        longest=LONGEST,
        shown=tuple(_shown(number_, one) for number_, one in enumerate(checked, 1)),
        counts=[(name, count) for (_, _, name), count in _counts(checked)],
        unclosed=quotations.unclosed,
        unchecked=len(quotations.found) - len(checked),
    )


def _sent() -> str:
    """Return the text of the form; raises Problem for one that is too long."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    try:
        text = request.form.get("text", "")
    except RequestEntityTooLarge:
        raise too_long() from None
    if len(text) > LONGEST:
        raise too_long()
    return text


def too_long() -> Problem:
    """Return the problem of a text that is too long."""
    return Problem(
        413,
        gettext("Der Text ist zu lang"),
        gettext(
            "Auf einmal werden höchstens %(longest)s Zeichen geprüft. Prüfen Sie den Text in Teilen, oder auf der Kommandozeile: "
            "fundstelle check-quotes DATEI",
            longest=number(LONGEST),
        ),
    )


def _counts(checked: list[Checked]) -> list[tuple[tuple[str, str, str], int]]:
    counted = Counter(one.verdict for one in checked)
    return [(_VERDICTS[verdict], counted[verdict]) for verdict in Verdict if counted[verdict]]


def _shown(number_: int, checked: Checked) -> QuotationShown:
    sign, css, verdict = _VERDICTS[checked.verdict]
    return QuotationShown(
        number=number_,
        quotation=checked.quotation,
        checked=checked,
        sign=sign,
        css=css,
        verdict=verdict,
        differences=tuple(
            Difference(_KINDS.get(one.kind, ""), one.kind.is_grave, one) for one in checked.differences if one.kind
        ),
        parts=tuple(
            PartShown(
                tuple(one for one in part.stretches if one.quoted or one.printed),
                part.standings[:_SHOWN],
                max(0, len(part.standings) - _SHOWN),
                part.comparison.signs,
                part.comparison.beside,
            )
            for part in checked.parts
        ),
        remarks=tuple(said for slight, said in _REMARKS.items() if slight in checked.slight),
        right=_right(checked),
        page=_page(checked),
    )


def _right(checked: Checked) -> str:
    return ", ".join(part.standings[0].citation.locator for part in checked.parts)


def _page(checked: Checked) -> str:
    """Return what there is to say of the pages that are named, nothing where the publication is to be named with them."""
    locator, right = checked.quotation.locator, _right(checked)
    named = locator.text if locator else ""
    match checked.pages:
        case PageFinding.PARTLY:
            return str(gettext("Angegeben ist %(named)s, das Zitat steht auf %(right)s.", named=named, right=right))
        case PageFinding.IN_FILE:
            return str(
                gettext("Angegeben ist %(named)s: So zählt die Datei. Zu zitieren ist %(right)s.", named=named, right=right)
            )
        case PageFinding.WRONG:
            return str(gettext("Angegeben ist %(named)s, es steht aber auf %(right)s.", named=named, right=right))
        case PageFinding.NONE if checked.parts:
            return str(gettext("Eine Seite ist nicht angegeben; es steht auf %(right)s.", right=right))
    return ""
