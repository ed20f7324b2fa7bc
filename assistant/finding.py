"""What came of a quotation becomes lines that say all that the check knows, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from checking.comparison import Slight, Stretch
from checking.verdict import Checked, PageFinding, Verdict

_VERDICTS = {
    Verdict.VERBATIM: "wörtlich; übernehmen Sie Beleg und Link von hier.",
    Verdict.DIFFERS: "weicht ab. Zitieren Sie, wie es gedruckt ist; holen Sie das Zitat mit cite.",
    Verdict.WRONG_PAGE: "steht auf einer anderen Seite. Nennen Sie die aus dem Beleg.",
    Verdict.SPLICED: "aus mehreren Stellen zusammengesetzt. Zitieren Sie sie einzeln.",
    Verdict.NOT_FOUND: "nicht gefunden. Geben Sie es nicht als Zitat aus diesen Publikationen aus.",
    Verdict.TOO_SHORT: "zu kurz zum Prüfen.",
}
# Instead of the sentence that lets it be taken over.
_NEGATED = (
    "die Wörter stehen so da, aber unmittelbar daneben ist etwas verneint, was im Zitat fehlt. Lesen Sie die Stelle mit "
    "read_passage, und zitieren Sie so, dass die Verneinung zu erkennen ist."
)
_REMARKS = {
    Slight.CAPITAL: "Der erste Buchstabe ist ohne Klammern groß oder klein gemacht.",
    Slight.NOTE_MARK: "Eine Zahl hinter einem Satzzeichen gilt als Anmerkungszeichen.",
    Slight.OMISSIONS: "Mit Auslassungen; der Sinn muss derselbe bleiben.",
    Slight.INSERTIONS: "Was in eckigen Klammern steht, ist nicht geprüft.",
}


def findings(checked: Checked) -> list[str]:
    """Return what came of a quotation: the verdict, what differs, what to look at, and whether the page is right."""
    negated = checked.verdict is Verdict.VERBATIM and Slight.NEGATED in checked.slight
    return [f"Ergebnis: {_NEGATED if negated else _VERDICTS[checked.verdict]}", *_differences(checked), *_page(checked)]


def _differences(checked: Checked) -> Iterator[str]:
    yield from map(_difference, checked.differences)
    for part in checked.parts:
        for quoted, printed in part.comparison.signs:
            yield f"Zeichensetzung: im Zitat „{quoted.strip()}“, gedruckt „{printed.strip()}“"
        for words in part.comparison.beside:
            yield f"Unmittelbar daneben ist gedruckt: „{words.strip()}“. Die Verneinung muss zu erkennen sein."
    yield from (said for slight, said in _REMARKS.items() if slight in checked.slight)


def _difference(one: Stretch) -> str:
    return f"Im Zitat: „{one.quoted.strip()}“, gedruckt: „{one.printed.strip()}“"


def _page(checked: Checked) -> Iterator[str]:
    """Yield what there is to say of the pages that are named; nothing where no wording was found."""
    if not checked.parts:
        return
    named = checked.quotation.locator.text if checked.quotation.locator else ""
    right = ", ".join(part.standings[0].citation.locator for part in checked.parts)
    match checked.pages:
        case PageFinding.RIGHT:
            yield f"Seite: {right} stimmt."
        case PageFinding.PARTLY:
            yield f"Seite: Angegeben ist {named}, es steht auf {right}. Nennen Sie alle."
        case PageFinding.IN_FILE:
            yield f"Seite: Angegeben ist {named}; so zählt die Datei. Zu zitieren ist {right}."
        case PageFinding.WRONG:
            yield f"Seite: Angegeben ist {named}, es steht aber auf {right}."
        case PageFinding.NONE:
            yield f"Seite: keine angegeben; es steht auf {right}."
