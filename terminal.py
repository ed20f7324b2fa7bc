"""How a run and its results look on a terminal: progress bars, and hits with their matched words in bold."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

import ingestion

if TYPE_CHECKING:
    from corpus.catalogue import Entry
    from index.home import Kept
    from index.library import Stored
    from index.search import Hit, Results
    from verification import Proof

_WIDTH = 100
_RECOGNISING = ", Texterkennung"
_DEVIATIONS = 10  # shown of a publication; all are in the JSON


class Bars:
    """Progress bars on a terminal: pages per second and time left for each file; plain lines elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._label = ""

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def progress(self) -> ingestion.Progress:
        """Return the callbacks of an ingestion."""
        return ingestion.Progress(
            self._file, self._page, self._recognised, self._step, self._passages, lambda error: self.close()
        )

    def close(self) -> None:
        """End the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def read_back(self, file: str, done: int, total: int) -> None:
        """Show how far the reading of a file is."""
        self._label = file
        self._advance(done, total, "Seiten")

    def _file(self, name: str, number: int, of: int) -> None:
        self.close()
        self._label = f"[{number}/{of}] {name}"

    def _page(self, done: int, total: int) -> None:
        self._advance(done, total, "Seiten")

    def _recognised(self, done: int, total: int) -> None:
        if not self._label.endswith(_RECOGNISING):
            self.close()
            self._label += _RECOGNISING
        self._advance(done, total, "Seiten")

    def _passages(self, done: int, total: int) -> None:
        self._advance(done, total, "Passagen")

    def _advance(self, done: int, total: int, unit: str) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, desc=self._label, unit=f" {unit}", leave=False, disable=None, dynamic_ncols=True)
        self._bar.update(done - self._bar.n)

    def _step(self, step: str) -> None:
        self.close()
        self._label = step
        if sys.stderr.isatty():
            click.echo(f"{step} …", err=True)


@contextmanager
def downloading(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a download is, in bytes, while a terminal is there to see it."""
    from tqdm import tqdm

    with tqdm(desc=name[:40], unit="B", unit_scale=True, leave=False, disable=None, dynamic_ncols=True) as bar:

        def on_bytes(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

        yield on_bytes


def notes(results: Results) -> Iterator[str]:
    """Yield what was made of a query, and what came of it as a whole."""
    for phrase in results.missing:
        yield f"Der Wortlaut „{phrase}“ steht so in keiner Publikation; gesucht wurde nach seinen Wörtern."
    for typed, meant in results.corrected:
        yield f"„{typed}“ kommt nicht vor; gesucht wurde auch nach „{meant}“."
    if results.related:
        yield f"Auch gesucht: {', '.join(results.related)} (ohne: --only-mine)."
    if not results.hits:
        yield "Dazu wurde nichts gefunden."
    elif not results.strong:
        certain = "Nichts davon passt sicher." if results.plausible else "Dazu steht in den Publikationen vermutlich nichts."
        yield f"{certain} Am nächsten kommen:"


def rendered(number: int, hit: Hit) -> str:
    """Return a hit for the terminal, its matched words in bold."""
    text, last, parts = hit.passage.text, 0, []
    for start, end in hit.matches:
        parts += [text[last:start], click.style(text[start:end], bold=True) if sys.stdout.isatty() else text[start:end]]
        last = end
    marked = "".join([*parts, text[last:]])
    ways = {"words": "Wörter", "meaning": "Bedeutung"}
    found = " und ".join(ways[way.value] for way in hit.found_by)
    lines = [f"{number}. {hit.citation}"]
    if hit.passage.heading_path:
        lines.append("   " + " › ".join(hit.passage.heading_path))
    for paragraph in marked.splitlines():
        lines += textwrap.wrap(paragraph, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    pages = ", ".join(str(index + 1) for index, _ in hit.places)
    note = "Muster: kein Originaltext, " if hit.publication.specimen else ""
    strength = "" if hit.strength == "strong" else ", schwach"
    lines.append(f"   ({note}gefunden über {found}{strength}; {hit.publication.file}, PDF-S. {pages}; {hit.passage.id})")
    return "\n".join(lines)


def proved(proof: Proof) -> str:
    """Return what came of holding a publication against its file."""
    if proof.unproven:
        return f"{proof.file}: nicht geprüft. {proof.unproven}"
    counted = f"{proof.file}: {proof.pages} Seiten, {proof.passages} Passagen, {proof.pieces} Textstücke"
    lines = [f"{counted}: {f'{len(proof.deviations)} Abweichung(en)' if proof.deviations else 'stimmt'}."]
    lines += [f"    {deviation}" for deviation in proof.deviations[:_DEVIATIONS]]
    if len(proof.deviations) > _DEVIATIONS:
        lines.append(f"    … und {len(proof.deviations) - _DEVIATIONS} weitere (alle mit --json)")
    if proof.recognised:
        lines.append(
            f"    {len(proof.recognised)} Seite(n) nur gegen die Texterkennung geprüft: Ob sie richtig las, zeigt nur das Bild."
        )
    if proof.unmarked:
        lines.append(f"    {len(proof.unmarked)} Textstück(e) ohne Rechteck, weil dort Zeichen übereinander gedruckt sind.")
    return "\n".join(lines)


def proof_json(proof: Proof) -> dict[str, Any]:
    """Return a proof for programs."""
    return {
        "file": proof.file,
        "holds": proof.holds,
        "unproven": proof.unproven,
        "pages": proof.pages,
        "passages": proof.passages,
        "pieces": proof.pieces,
        "unmarked_pdf_pages": list(proof.unmarked),
        "recognised_pdf_pages": list(proof.recognised),
        "deviations": [
            {"check": d.check.value, "pdf_page": d.pdf_page, "passage_id": d.passage_id, "expected": d.expected, "found": d.found}
            for d in proof.deviations
        ],
    }


def kept_json(kept: Kept) -> dict[str, Any]:
    """Return a generation for programs; what is not known of a damaged one is left out."""
    row: dict[str, Any] = {"name": kept.name, "live": kept.live, "before": kept.before, "problem": kept.problem}
    if kept.generation is not None:
        manifest = kept.generation.manifest
        row |= {"created": manifest.created, "passages": manifest.passages, "model": manifest.model}
    return row


def kept_row(row: dict[str, Any]) -> str:
    """Return a generation for the list of generations, from its JSON."""
    state = "in Gebrauch" if row["live"] else "davor" if row["before"] else ""
    if row["problem"]:
        return f"{row['name']}  {state:<11}  {row['problem']}"
    return (
        f"{row['name']}  {state:<11}  eingelesen am {moment(row['created'])}, {row['passages']} Passagen, Modell {row['model']}"
    )


def moment(created: str) -> str:
    """Return a point in time, given as ISO 8601, as clocks show it here."""
    return datetime.fromisoformat(created).astimezone().strftime("%d.%m.%Y, %H:%M Uhr")


def page_row(row: dict[str, Any]) -> str:
    """Return a page for the list of pages, from its JSON."""
    recognised = "  Texterkennung" if row["recognition"] else ""
    return (
        f"{row['file']}  PDF-S. {row['pdf_page']:>4}  {row['label'] or '–':>6}  "
        f"{row['label_source']:<9}  {row['characters']:>6} Zeichen{recognised}"
    )


def state_of(entry: Entry, stored: Stored | None, *, retired: bool) -> str:
    """Return what is to be done about a publication of the catalogue, if anything."""
    if not entry.present and stored is not None:
        return f"eingelesen aus {stored.path}: {stored.pages} Seiten, {stored.passages} Passagen."
    if not entry.present:
        fetched = " Oder laden Sie sie: fundstelle fetch" if entry.pdf else ""
        return f"fehlt. Legen Sie die PDF-Datei nach {entry.path} und rufen Sie „fundstelle ingest“ auf.{fetched}"
    if retired:
        return "ruht: Das Muster wird nicht gebraucht, weil die echte Publikation da ist."
    if stored is None:
        return "da, aber noch nicht eingelesen. Rufen Sie „fundstelle ingest“ auf."
    return f"eingelesen: {stored.pages} Seiten, {stored.passages} Passagen."
