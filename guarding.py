"""The commands that guard an installation: password; and what an operator should know who opens it to others."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path

import click

from command import command
from corpus.errors import StorageError, reason
from settings import Settings

_SHORTEST = 12  # characters: it is shared, so it may be long, and who guesses has a copy of the file in the worst case


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
