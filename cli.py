"""The command line: ingest, search, verify, report, evaluate, serve, mcp, passages, pages; more in keeping.py and guarding.py.

Heavy imports are late, so that --help is instant.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

import guarding
import keeping
import proofreading
from command import Failure, command
from corpus.errors import FundstelleError, IndexDamaged, NoIndex
from settings import Settings
from usage import GermanGroup

if TYPE_CHECKING:
    from index.library import Library


@click.group(cls=GermanGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fundstelle", message="%(prog)s %(version)s")
@click.option("--home", type=click.Path(path_type=Path), help="Ordner für alles, was das Einlesen baut.")
@click.pass_context
def main(context: click.Context, home: Path | None) -> None:
    """Fundstelle: Passagen in deutschen Publikationen finden und zitieren.

    Search German publications for passages and cite them.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no „“ shall show the rest
    context.obj = home


for one in (
    keeping.catalogue, keeping.fetch, keeping.generations, keeping.rollback, keeping.forget, keeping.export, keeping.import_,
    guarding.password, guarding.selftest,
):  # fmt: skip
    main.add_command(one)
main.add_command(proofreading.check_quotes)


@main.command()
@click.argument("files", nargs=-1, metavar="[PDF]...", type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="Alles neu lesen, auch was unverändert ist.")
@command
def ingest(settings: Settings, files: tuple[Path, ...], rebuild: bool) -> None:
    """Liest PDF-Dateien ein und macht sie durchsuchbar.

    Ohne Angabe: alles aus dem Katalog und aus corpus/publications/.  Was schon eingelesen und unverändert ist, wird
    übernommen.
    """
    import ingestion
    import terminal
    import wiring

    catalogue = wiring.catalogue(settings)
    wanted = ingestion.wanted_files(catalogue, files) if files else ingestion.wanted_of(catalogue, settings.publications)
    folders = [settings.publications, *(entry.path.parent for entry in catalogue.entries)]
    with terminal.Bars() as bars:
        outcome = ingestion.ingest(
            wiring.home(settings), wanted, wiring.model(settings), catalogue=catalogue, managed=folders,
            complete=not files, rebuild=rebuild, recogniser=wiring.recogniser(settings), progress=bars.progress(), apart=True,
            processes=settings.processes,
        )  # fmt: skip
    for stored in outcome.read:
        click.echo(f"Eingelesen: {stored.publication.file} ({stored.pages} Seiten, {stored.passages} Passagen)")
        for warning in stored.warnings:
            click.echo(f"    {warning}")
    for gone in outcome.dropped:
        click.echo(f"Entfernt, weil die Datei fehlt oder ersetzt ist: {gone.publication.file}")
    if outcome.failed:
        click.echo(f"\nNicht eingelesen ({len(outcome.failed)}):", err=True)
        for failure in outcome.failed:
            click.echo(f"  {failure}", err=True)
    if outcome.generation is None and outcome.failed:  # among what is kept may be what was read of such a file before
        click.echo(f"Sonst nichts zu tun: {outcome.kept} Publikation(en) bleiben durchsuchbar, wie sie waren.")
    elif outcome.generation is None:
        click.echo(f"Nichts zu tun: {outcome.kept} Publikation(en) sind auf dem neuesten Stand.")
    else:
        kept = f", {outcome.kept} unverändert übernommen" if outcome.kept else ""
        click.echo(
            f"Durchsuchbar sind jetzt {outcome.generation.manifest.passages} Passagen "
            f"({len(outcome.read)} Publikation(en) neu{kept})."
        )
    if outcome.failed:
        sys.exit(1)


@main.command()
@click.argument("typed", nargs=-1, required=True, metavar="SUCHE")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 50), help="Wie viele Passagen höchstens.")
@click.option("--only-mine", is_flag=True, help="Nur nach den eigenen Wörtern suchen, nicht auch nach verwandten des Fachs.")
@click.option("--json", "as_json", is_flag=True, help="Antwort als JSON, wie /api/v1/search.")
@command
def search(settings: Settings, typed: tuple[str, ...], k: int, only_mine: bool, as_json: bool) -> None:
    """Sucht Passagen und zeigt sie mit ihrer Fundstelle.

    SUCHE sind Wörter oder eine Frage; was mit „-“ beginnt, gehört in Anführungszeichen hinter „--“.
    """
    import terminal
    import wiring
    from index.answer import results_json
    from index.query import MAX_LENGTH, parse_query

    query = " ".join(typed)
    parsed = parse_query(query)
    if parsed.is_empty:
        raise click.UsageError(
            'Die Suche ist leer. Geben Sie Wörter oder eine Frage ein, z. B. fundstelle search "ältere Geflüchtete"'
        )
    if len(query) > MAX_LENGTH:
        click.echo(f"Hinweis: Gesucht wird nach den ersten {MAX_LENGTH} Zeichen.", err=True)
    generation = wiring.home(settings).live()
    searcher = wiring.searcher(settings, generation, wiring.model(settings), wiring.reading_again(settings))
    try:
        results = searcher.search(parsed, k, with_related=not only_mine)
        if as_json:
            click.echo(json.dumps(results_json(results), ensure_ascii=False, indent=2))
            return
        for line in terminal.notes(results):
            click.echo(line)
        for number, hit in enumerate(results.hits, 1):
            click.echo(f"\n{terminal.rendered(number, hit)}")
    finally:
        searcher.close()


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Eine JSON-Zeile je Publikation, mit allen Abweichungen.")
@command
def verify(settings: Settings, as_json: bool) -> None:
    """Prüft, ob alles so auf den Seiten steht, wie es zitiert wird.

    Zuerst der Index: Sind alle Dateien unverändert, und passen sie zusammen?  Dann jede Publikation, die noch einmal gelesen
    wird: Steht jedes Textstück an seiner Stelle, und jede Seitenzahl auf ihrer Seite?
    """
    import terminal
    import verification
    import wiring
    from index.examination import examine

    generation = wiring.home(settings).live()
    damage = ""
    try:
        examine(generation)
    except IndexDamaged as error:  # what it means for quotations is worth knowing all the same
        damage = str(error)
        click.echo(damage, err=True)
    library = generation.library()
    proofs = []
    try:
        with terminal.Bars() as bars:
            for proof in verification.prove_library(library, bars.read_back, wiring.recogniser(settings)):
                proofs.append(proof)
                bars.close()
                click.echo(json.dumps(terminal.proof_json(proof), ensure_ascii=False) if as_json else terminal.proved(proof))
    finally:
        library.close()
    failed = sum(not proof.holds for proof in proofs)
    if failed:
        raise Failure(
            f"{failed} von {len(proofs)} Publikationen halten der Prüfung nicht stand. Wurden Dateien verschoben oder geändert, "
            "lesen Sie sie neu ein: fundstelle ingest --rebuild DATEI.pdf"
        )
    if damage:
        raise Failure("Der Index hält der Prüfung nicht stand.")
    if not as_json:
        pieces = sum(proof.pieces for proof in proofs)
        click.echo(f"Alles steht so auf den Seiten: {len(proofs)} Publikation(en), {pieces} Textstücke geprüft.")


@main.command()
@click.argument("publications", nargs=-1, metavar="[PUBLIKATION]...")
@click.option("--html", metavar="DATEI", type=click.Path(path_type=Path), help="Zusätzlich ein Bericht mit Bildern der Seiten.")
@click.option("--json", "as_json", is_flag=True, help="Eine JSON-Zeile je Publikation, mit allen Seiten.")
@command
def report(settings: Settings, publications: tuple[str, ...], html: Path | None, as_json: bool) -> None:
    """Zeigt, was von den Seiten gelesen wurde und wo Sie hinsehen sollten.

    PUBLIKATION ist ein Dateiname oder eine Kennung; ohne Angabe alle.  Rot kostet Text oder eine Fundstelle (der Befehl endet
    dann mit 1), gelb sollten Sie ansehen, bei grün ist nichts aufgefallen.
    """
    import card
    import reporting
    import terminal
    import wiring

    library = wiring.home(settings).live().library()
    reported = []
    try:
        for one in reporting.report(library, publications):
            reported.append(one)
            click.echo(json.dumps(card.card_json(one.card), ensure_ascii=False) if as_json else card.shown(one.card) + "\n")
    finally:
        library.close()
    if html:
        with terminal.Bars() as bars:
            for _ in reporting.write_html(html, reported, wiring.catalogue(settings), bars.read_back):
                bars.close()
        click.echo(f"Der Bericht mit Bildern steht in {html}.", err=True)
    if any(one.card.is_red for one in reported):
        sys.exit(1)


@main.command()
@click.argument("folder", metavar="ORDNER", type=click.Path(path_type=Path))
@click.option("--queries", required=True, metavar="TSV", type=click.Path(path_type=Path), help="Anfragen: query_id, type, query.")
@click.option(
    "--qrels", required=True, metavar="TSV", type=click.Path(path_type=Path), help="Urteile: query_id, file, pdf_page, relevance."
)
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help="Zwei Läufe vergleichen: je Einstellungen (meaning=0.3), - oder ein früheres Ergebnis.",
)
@click.option("--json", "as_json", is_flag=True, help="Alle Zahlen als JSON, auch die jeder Anfrage.")
@command
def evaluate(
    settings: Settings, folder: Path, queries: Path, qrels: Path, compare: tuple[str, str] | None, as_json: bool
) -> None:
    """Misst an beurteilten Anfragen, wie gut die Suche ist.

    ORDNER enthält die beurteilten PDF-Dateien.  Sie werden für die Messung eigens eingelesen; mit --home bleiben sie es.
    """
    import measurement
    import terminal
    from evaluation import collection, comparison, record, table

    judged = collection.read(queries, qrels)
    context = click.get_current_context()
    with measurement.workplace(context.params["home"] or context.obj) as home, terminal.Bars() as bars:
        runs = [
            measurement.side(text, replace(settings, home=home), judged, folder, bars.progress()) for text in compare or ("-",)
        ]
    if compare:
        difference = comparison.compare(runs[0], runs[1])
        answer, shown = record.comparison_json(difference), table.comparison_table(difference, compare)
    else:
        answer, shown = record.run_json(runs[0]), table.run_table(runs[0])
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else shown)


@main.command()
@click.option("--host", help="Adresse, auf der der Server hört.  [Standard: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port.  [Standard: 8000]")
@command
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Startet die Suche im Browser."""
    import logs
    import server
    import wiring

    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    if settings.metrics:
        server.check_address(*settings.metrics, "Wählen Sie mit FUNDSTELLE_METRICS eine andere Adresse.")
    for warning in guarding.warnings(settings):
        click.echo(f"Hinweis: {warning}", err=True)
    try:
        wiring.check(settings)
    except NoIndex as error:
        click.echo(f"Hinweis: {error}", err=True)

    def started() -> None:
        logs.configure(as_json=settings.log_json)
        click.echo(f"Fundstelle läuft: http://{settings.host}:{settings.port}  (beenden mit Strg+C)")

    server.serve(lambda: wiring.application(settings), settings.host, settings.port, settings.threads, started)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Über HTTP auf diesem Port statt über Standardein- und -ausgabe.")
@click.option("--host", default="127.0.0.1", help="Adresse dazu.  [Standard: 127.0.0.1]")
@click.option("--open", "is_open", is_flag=True, help="Erlaubt mit --host eine Adresse, die andere Rechner erreichen.")
@command
def mcp(settings: Settings, port: int | None, host: str, is_open: bool) -> None:
    """Lässt Assistenten suchen, lesen und wörtlich zitieren (Model Context Protocol).

    Ohne --port spricht der Befehl über Standardein- und -ausgabe, wie Assistenten ihn aufrufen.
    """
    import wiring
    from assistant import server

    if not is_open and not server.is_loopback(host):
        raise FundstelleError(
            f"{host} erreichen auch andere Rechner, und der Zugang hat keine Anmeldung. Wenn Sie das wollen: --open"
        )
    index = wiring.live_index(settings)
    made = server.server(index, settings.address)
    try:
        if port is None:
            server.serve_stdio(made)
        else:
            click.echo(f"Fundstelle für Assistenten: http://{host}:{port}/mcp  (beenden mit Strg+C)", err=True)
            server.serve_http(made, host, port, settings.address)
    finally:
        index.close()


def _with_library(settings: Settings, show: Callable[[Library], None]) -> None:
    import wiring

    library = wiring.home(settings).live().library()
    try:
        show(library)
    finally:
        library.close()


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Eine JSON-Zeile je Passage, mit Stücken und Rechtecken in PDF-Punkten.")
@command
def passages(settings: Settings, as_json: bool) -> None:
    """Listet alle Passagen in Lesereihenfolge."""
    from corpus.citation import cite
    from index.answer import passage_json

    def show(library: Library) -> None:
        for publication in library.publications:
            pages = {page.index: page for page in library.pages(publication.id)}
            for passage in library.passages(publication.id):
                if as_json:
                    click.echo(json.dumps(passage_json(passage, publication, pages), ensure_ascii=False))
                else:
                    place = cite(publication, library.places(passage), passage.note).locator
                    click.echo(f"{passage.id}  {place:>12}  {passage.text[:70]!r}")

    _with_library(settings, show)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Eine JSON-Zeile je Seite.")
@command
def pages(settings: Settings, as_json: bool) -> None:
    """Listet alle Seiten mit ihrer gedruckten Zahl und deren Herkunft."""
    import terminal
    from index.answer import page_json

    def show(library: Library) -> None:
        for publication in library.publications:
            for page in library.pages(publication.id):
                row = page_json(page, publication)
                click.echo(json.dumps(row, ensure_ascii=False) if as_json else terminal.page_row(row))

    _with_library(settings, show)


if __name__ == "__main__":
    main()
