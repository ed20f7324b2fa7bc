"""What every command has: its settings, its home, and one German sentence where something is wrong."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import click

from corpus.errors import FundstelleError
from settings import from_environment


class Failure(click.ClickException):
    """An error of ours, shown as one German sentence; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write it where errors go."""
        click.echo(f"Fehler: {self.format_message()}", file=file or sys.stderr)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--home`` and its settings, and turn our errors into one sentence and exit code 1."""

    @click.option(
        "--home", type=click.Path(path_type=Path), help="Ordner für alles, was das Einlesen baut (sonst FUNDSTELLE_HOME)."
    )
    @functools.wraps(function)
    def wrapped(home: Path | None, **values: Any) -> None:
        try:
            chosen = home or click.get_current_context().obj
            settings = from_environment()
            function(replace(settings, home=chosen) if chosen else settings, **values)
        except FundstelleError as error:
            raise Failure(str(error)) from None
        except KeyboardInterrupt:
            click.echo("\nAbgebrochen. Was vorher durchsuchbar war, ist es unverändert.", err=True)
            sys.exit(130)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output has gone: nothing to say to anybody
            sys.exit(1)

    return wrapped
