"""The commands that guard an installation: password, selftest; and what an operator should know who opens it to others."""

from __future__ import annotations

import ipaddress
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from command import Failure, command
from corpus.errors import StorageError, reason
from settings import Settings

_SHORTEST = 12  # characters: it is shared, so it may be long, and who guesses has a copy of the file in the worst case
_COMPLETE = (
    "Ohne Netz: Alles läuft in einem eigenen Netz-Namensraum, aus dem kein Weg hinausführt; der Kernel zählt jeden Versuch "
    "(an Proben nachgewiesen)."
)
_PYTHON_ONLY = (
    "Ohne Netz, aber nur so weit, wie Python reicht: Einen eigenen Netz-Namensraum erlaubt dieses System nicht. Verbindungen aus "
    "Python werden verhindert und gezählt, die anderer Bibliotheken und der Kindprozesse, die PDF-Dateien lesen, nicht."
)


@click.command()
@click.argument("target", metavar="DATEI", type=click.Path(path_type=Path))
@command
def password(settings: Settings, target: Path) -> None:
    """Fragt nach einem Passwort und schreibt es verschlüsselt (scrypt) in eine Datei, für FUNDSTELLE_PASSWORD_FILE."""
    from search_app.access import hashed

    typed = click.prompt("Passwort", hide_input=True)
    while len(typed) < _SHORTEST:
        click.echo(f"Es muss mindestens {_SHORTEST} Zeichen haben.", err=True)
        typed = click.prompt("Passwort", hide_input=True)
    if click.prompt("Noch einmal", hide_input=True) != typed:
        raise click.UsageError("Die beiden Passwörter sind verschieden.")
    _write_privately(target, hashed(typed))
    click.echo(f"Geschrieben: {target}. Der Server verlangt es mit FUNDSTELLE_PASSWORD_FILE={target}")


def _write_privately(target: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all; raises StorageError."""
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
            opened.write(text + "\n")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{target} kann nicht geschrieben werden ({reason(error)}). Nennen Sie eine andere Datei.") from error


@click.command()
@click.option(
    "--offline", "without_network", is_flag=True, help="Ohne Netz: Jeder Versuch, etwas anderes zu erreichen, zählt als Fehler."
)
@command
def selftest(settings: Settings, without_network: bool) -> None:
    """Probiert alles an einem Muster aus: einlesen, suchen, Seiten zeigen, bedienen.

    Was schon eingelesen ist, bleibt unberührt.  Mit --offline geschieht alles in einem Netz ohne Ausgang.
    """
    from offline import Offline

    with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder:
        record = Path(folder) / "attempts"
        network = Offline(record) if without_network else None  # before anything is loaded that starts threads
        if network:
            click.echo(_COMPLETE if network.is_complete else _PYTHON_ONLY)
        import selftest as steps

        for done in steps.run(settings, Path(folder), record if network else None):
            click.echo(done)
        if network:
            turned_away, tried = network.attempts()
            if turned_away or tried:
                named = f" Aus Python: {', '.join(tried)}." if tried else ""
                raise Failure(f"Versuche, andere Rechner zu erreichen: {turned_away + len(tried)}.{named}")
            click.echo("Nichts hat versucht, einen anderen Rechner zu erreichen.")


def warnings(settings: Settings) -> Iterator[str]:
    """Yield what is risky about how a server is about to be reachable."""
    if _is_this_machine(settings.host):
        return
    if not settings.proxies:
        yield (
            f"Unter {settings.host} ist der Server im Netz zu erreichen, aber unverschlüsselt: Wer mitliest, sieht Suchen"
            f"{' und das Passwort' if settings.password else ''}. Stellen Sie einen Proxy mit TLS davor (FUNDSTELLE_PROXIES=1)."
        )
    if settings.trusted_header:
        yield (
            f"Wer den Server unter {settings.host} am Proxy vorbei erreicht, kann die Kopfzeile {settings.trusted_header} selbst "
            "schreiben. Lassen Sie nur den Proxy zu ihm."
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
