"""The commands that keep an installation: catalogue, fetch, generations, rollback, forget, export, import."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from command import command
from corpus.errors import FundstelleError, NoIndex
from settings import Settings

if TYPE_CHECKING:
    from backup import Places
    from index.library import Stored


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Eine JSON-Zeile je Stand.")
@command
def generations(settings: Settings, as_json: bool) -> None:
    """Zeigt die aufgehobenen Stände des Index: den in Gebrauch und den davor."""
    import terminal
    import wiring

    kept = wiring.home(settings).kept()
    for one in kept:
        row = terminal.kept_json(one)
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else terminal.kept_row(row))
    if not kept and not as_json:
        click.echo("Es ist noch nichts eingelesen: fundstelle ingest")


@click.command()
@click.argument("name", default="", metavar="[STAND]")
@command
def rollback(settings: Settings, name: str) -> None:
    """Kehrt zum vorigen Stand des Index zurück, oder zu dem genannten.

    Ein laufender Server wechselt von selbst.  Der jetzige Stand bleibt aufgehoben, bis neu eingelesen wird.
    """
    import terminal
    import wiring

    home = wiring.home(settings)
    with home.locked():
        generation = home.roll_back(name)
    click.echo(f"In Gebrauch ist jetzt wieder der Stand vom {terminal.moment(generation.manifest.created)} ({generation.name}).")


@click.command()
@click.argument("publication", metavar="PUBLIKATION")
@command
def forget(settings: Settings, publication: str) -> None:
    """Löscht eine Publikation, die nicht mehr eingelesen ist, auch aus dem Verzeichnis der Fundstellen."""
    import ingestion
    import wiring

    ingestion.forget(wiring.home(settings), publication)
    click.echo(f"„{publication}“ ist vergessen. Auch der Stand vor dem jetzigen ist gelöscht.")


@click.command()
@click.argument("target", metavar="DATEI", type=click.Path(path_type=Path))
@click.option("--without-pdfs", is_flag=True, help="Ohne die PDF-Dateien: kleiner, aber ohne Seitenbilder.")
@command
def export(settings: Settings, target: Path, without_pdfs: bool) -> None:
    """Sichert alles in eine Datei: Index, PDF-Dateien, Katalog und was sonst eingestellt ist."""
    import backup
    import wiring

    done = backup.export(wiring.home(settings), _places(settings), target, with_pdfs=not without_pdfs)
    for name in done.missing:
        click.echo(f"Nicht gesichert, weil die Datei fehlt: {name}", err=True)
    size = f"{done.size / 1_000_000:.1f}".replace(".", ",")
    click.echo(f"Gesichert in {target}: {done.publications} Publikation(en), {done.pdfs} PDF-Datei(en), {size} MB.")


@click.command("import")
@click.argument("source", metavar="DATEI", type=click.Path(path_type=Path))
@command
def import_(settings: Settings, source: Path) -> None:
    """Spielt eine Sicherung ein, nachdem alles darin geprüft ist.  Der jetzige Stand bleibt für „fundstelle rollback“."""
    import backup
    import wiring

    done = backup.import_(
        wiring.home(settings), _places(settings), source, wiring.catalogue(settings), wiring.model(settings).fingerprint
    )
    for path in done.placed:
        click.echo(f"Angelegt: {path}")
    for path in done.beside:
        click.echo(f"Anders als hier, darum daneben gelegt: {path}", err=True)
    for id_ in done.back:
        click.echo(f"War hier vergessen und ist mit der Sicherung wieder eingelesen: {id_}", err=True)
    for id_ in done.left_out:
        click.echo(f"Hier vergessen, darum ohne die früheren Fassungen aus der Sicherung: {id_}", err=True)
    click.echo(f"Durchsuchbar sind jetzt {done.generation.manifest.passages} Passagen.")


def _places(settings: Settings) -> Places:
    import backup

    return backup.Places(settings.publications, (settings.catalogue, settings.vocabulary, settings.operator))


@click.command()
@command
def catalogue(settings: Settings) -> None:
    """Zeigt die Publikationen: was da ist, was fehlt und was zu tun ist."""
    import wiring
    from corpus.citation import reference
    from terminal import state_of

    entries = wiring.catalogue(settings)
    stored = {s.publication.file: s for s in _stored(settings)}
    retired = set(entries.entries) - set(entries.wanted())
    for entry in entries.entries:
        old = stored.pop(entry.publication.file, None)
        state = state_of(entry, old, retired=entry in retired)
        kind = "Muster: " if entry.publication.specimen else ""
        click.echo(f"{kind}{reference(entry.publication)}\n    Lizenz: {entry.publication.licence}\n    {state}")
    for old in stored.values():
        click.echo(
            f"{old.publication.title}\n    nicht im Katalog, Datei {old.path}\n"
            f"    eingelesen: {old.pages} Seiten, {old.passages} Passagen."
        )


@click.command()
@click.argument("names", nargs=-1, metavar="[PUBLIKATION…]")
@command
def fetch(settings: Settings, names: tuple[str, ...]) -> None:
    """Lädt fehlende PDF-Dateien von den Adressen, die Sie im Katalog eingetragen haben (pdf = "https://…")."""
    import fetching
    import wiring
    from terminal import downloading

    entries = [entry for entry in wiring.catalogue(settings).entries if not names or entry.publication.id in names]
    if unknown := set(names) - {entry.publication.id for entry in entries}:
        raise FundstelleError(f"Im Katalog gibt es nicht: {', '.join(sorted(unknown))}. Er steht in {settings.catalogue}")
    wanted = [entry for entry in entries if entry.pdf and not entry.present]
    if not wanted:
        click.echo(
            "Es gibt nichts zu laden. Tragen Sie im Katalog bei der Publikation die Adresse der Datei ein "
            f'(pdf = "https://…"): {settings.catalogue}'
        )
    failed = 0
    for entry in wanted:
        try:
            with downloading(entry.publication.title) as on_bytes:
                fetched = fetching.fetch(entry, entry.pdf, on_bytes)
            click.echo(f"Geladen: {fetched.path} ({fetched.size} Byte, SHA-256 {fetched.sha256})")
        except fetching.FetchError as error:
            failed += 1
            click.echo(f"Fehler: {error}", err=True)
    if failed:
        sys.exit(1)


def _stored(settings: Settings) -> tuple[Stored, ...]:
    import wiring

    try:
        library = wiring.home(settings).live().library()
    except NoIndex:
        return ()
    try:
        return library.stored()
    finally:
        library.close()
