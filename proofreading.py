"""The command check-quotes: a text's quotations, each with its verdict, for the terminal and for programs."""

from __future__ import annotations

import json
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from command import command
from corpus.errors import reason
from settings import Settings

if TYPE_CHECKING:
    from checking.comparison import Stretch
    from checking.quotations import Quotations
    from checking.verdict import Checked

_WIDTH = 100
_SHOWN = 3  # places of one wording
_VERDICTS = {
    "verbatim": "✓ wörtlich",
    "differs": "≠ weicht ab",
    "wrong-page": "↔ andere Seite",
    "spliced": "+ zusammengesetzt",
    "not-found": "✗ nicht gefunden",
    "too-short": "– zu kurz zum Prüfen",
}
_KINDS = {
    "negation": "Achtung, Verneinung: ",
    "number": "Achtung, Zahl: ",
    "gender": "Genderform: ",
    "form": "Wortform: ",
    "spelling": "Schreibung: ",
    "case": "Groß- und Kleinschreibung: ",
}
_REMARKS = {
    "capital": "Der erste Buchstabe ist ohne Klammern groß oder klein gemacht.",
    "note-mark": "Eine Zahl hinter einem Satzzeichen gilt als Anmerkungszeichen.",
    "omissions": "Mit Auslassungen.",
    "insertions": "Was in eckigen Klammern steht, ist nicht geprüft.",
}
_FINE = ("verbatim", "too-short")


@click.command("check-quotes")
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Antwort als JSON, mit allen Stellen und Abweichungen.")
@command
def check_quotes(settings: Settings, file: Path, as_json: bool) -> None:
    """Prüft die Zitate eines Textes: Stehen sie so da, und auf der Seite, die genannt ist?

    DATEI ist ein Text in UTF-8 (.txt, .md), „-“ die Standardeingabe.  Der Befehl endet mit 1, wenn ein Zitat abweicht, auf einer
    anderen Seite steht, zusammengesetzt ist oder nicht gefunden wird.
    """
    import wiring
    from checking.answer import checked_json
    from checking.quotations import find_quotations
    from checking.verdict import Checker
    from index.origins import Origins

    quotations = find_quotations(_text(file))
    generation = wiring.home(settings).live()
    origins, library = Origins(generation.wording(), generation.words()), generation.library()
    try:
        checked = Checker(library, origins).check_all(quotations.found)
    finally:
        library.close()
    if as_json:
        answer = {"quotes": [checked_json(one) for one in checked], "unclosed_lines": list(quotations.unclosed)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_report(checked, quotations)))
    if any(one.verdict not in _FINE for one in checked):
        sys.exit(1)


def _text(file: Path) -> str:
    """Return the text of a file or of the standard input; raises UsageError."""
    try:
        with click.open_file(str(file), "rb") as opened:
            raw: bytes = opened.read()
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file} ist kein Text in UTF-8. Speichern Sie ihn als reinen Text (.txt) in UTF-8.") from None
    except OSError as error:
        raise click.UsageError(f"{file} lässt sich nicht lesen: {reason(error)}.") from None


def _report(checked: Sequence[Checked], quotations: Quotations) -> Iterator[str]:
    """Yield what is said on the terminal, line by line."""
    for one in checked:
        yield from _rendered(one)
        yield ""
    if quotations.unclosed:
        lines = ", ".join(map(str, dict.fromkeys(quotations.unclosed)))
        yield f"Ein Anführungszeichen ohne Gegenstück steht in Zeile {lines}. Was danach kommt, ist nicht als Zitat zu erkennen."
    if not checked:
        yield 'In diesem Text stehen keine Zitate: weder „…“, »…« oder "…" noch Absätze mit „>“ davor.'
        return
    counts = Counter(_VERDICTS[one.verdict.value][2:] for one in checked)
    yield f"Zitate: {len(checked)}, davon " + ", ".join(f"{name} {count}" for name, count in counts.items()) + "."


def _rendered(checked: Checked) -> Iterator[str]:
    quotation = checked.quotation
    named = f" ({quotation.locator.text})" if quotation.locator else ""
    yield f"Zeile {quotation.line}: {_VERDICTS[checked.verdict.value]}"
    shortened = textwrap.shorten(quotation.text, 2 * _WIDTH, placeholder=" …")
    yield from textwrap.wrap(f"„{shortened}“{named}", _WIDTH, initial_indent="  ", subsequent_indent="  ")
    for one in checked.differences:
        yield f"  {_KINDS.get(one.kind.value if one.kind else '', '')}{_difference(one)}"
    for part in checked.parts:
        for quoted, printed in part.comparison.signs:
            yield f"  Zeichensetzung: zitiert „{quoted}“, gedruckt „{printed}“."
        for words in part.comparison.beside:
            yield f"  Unmittelbar daneben ist gedruckt: „{words}“. Ist die Verneinung noch zu erkennen?"
        for number, standing in enumerate(part.standings[:_SHOWN]):
            yield f"  {'Auch' if number else 'Steht'}: {standing.citation}  [{standing.passage.id}]"
        if len(part.standings) > _SHOWN:
            yield f"  … und an {len(part.standings) - _SHOWN} weiteren Stellen (alle mit --json)"
    yield from (f"  {_REMARKS[one.value]}" for one in sorted(checked.slight) if one.value in _REMARKS)
    if checked.pages.value == "in-file":
        yield "  Die angegebene Zahl zählt die Seiten der Datei; zu zitieren ist die Angabe oben."
    elif checked.instead:
        yield f"  Genannt ist „{checked.instead.title}“; es steht aber in der Publikation oben."
    elif checked.pages.value in ("wrong", "partly"):
        only = " nur zum Teil" if checked.pages.value == "partly" else " nicht"
        yield f"  Die angegebene Seite stimmt{only}; zu zitieren ist die Angabe oben."


def _difference(stretch: Stretch) -> str:
    if not stretch.quoted:
        return f"Es fehlt „{stretch.printed}“."
    if not stretch.printed:
        return f"Dort steht nicht: „{stretch.quoted}“."
    return f"Statt „{stretch.quoted}“ steht dort „{stretch.printed}“."
