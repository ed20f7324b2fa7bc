"""Help and mistakes in a call of the command line become German sentences with the way out; click's own are English."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

_IN_GERMAN = {
    "Options": "Optionen",
    "Commands": "Befehle",
    "Show this message and exit.": "Zeigt diese Hilfe.",
    "Show the version and exit.": "Zeigt die Version.",
}


_INSIDE = (
    ("INTEGER RANGE", "ZAHL"),
    ("PATH", "PFAD"),
    (r"\[default: ", "[Standard: "),
    (r"\[required\]", "[nötig]"),
    (r"(\d+)<=x<=(\d+)", r"\1 bis \2"),
)


class _Formatter(click.HelpFormatter):
    """Writes what click says of itself in German."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Aufruf: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_german(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_german(term), _german(said)) for term, said in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class GermanGroup(click.Group):
    """A group of commands whose help and usage errors are German; exit code 2, as everywhere."""

    context_class = _Context

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **extra | {"options_metavar": "[OPTIONEN]", "subcommand_metavar": "BEFEHL [ANGABEN]..."})

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Take a command, whose help is German from then on."""
        cmd.context_class, cmd.options_metavar = _Context, "[OPTIONEN]"
        super().add_command(cmd, name)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run, and end the program with its exit code."""
        try:
            result = super().main(args, *rest, **extra | {"standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            click.echo(f"Fehler: {sentence(error)}", err=True)
            if error.ctx is not None:
                click.echo(f"Hilfe: {error.ctx.command_path} --help", err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)
        sys.exit(result if isinstance(result, int) else 0)


def _german(said: str) -> str:
    for pattern, german in _INSIDE:
        said = re.sub(pattern, german, said)
    return _IN_GERMAN.get(said, said)


def sentence(error: click.UsageError) -> str:
    """Return what is wrong with a call, in German."""
    match error:
        case click.exceptions.NoSuchCommand():
            return f"Den Befehl „{error.command_name}“ gibt es nicht.{_instead(error.possibilities)}"
        case click.NoSuchOption():
            return f"Die Option „{error.option_name}“ gibt es nicht.{_instead(error.possibilities)}"
        case click.MissingParameter():
            return f"Es fehlt {_name(error)}."
        case click.BadOptionUsage() if "does not take a value" in error.message:
            return f"Die Option „{error.option_name}“ nimmt keinen Wert."
        case click.BadOptionUsage():
            return f"Die Option „{error.option_name}“ braucht {'zwei Werte' if ' 2 ' in error.message else 'einen Wert'}."
        case click.BadParameter():
            return f"{_name(error)} {_asked(error.param)}."
        case _ if error.message.startswith("Missing command"):
            return "Es fehlt ein Befehl, z. B. fundstelle search SUCHE."
        case _ if error.message.startswith("Got unexpected extra argument"):
            return "Das sind zu viele Angaben. Setzen Sie Namen mit Leerzeichen in Anführungszeichen."
        case _:
            return error.message


def _instead(possibilities: list[str] | None) -> str:
    return f" Meinten Sie „{possibilities[0]}“?" if possibilities else ""


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return "eine Angabe"
    return error.param.opts[0] if isinstance(error.param, click.Option) else str(error.param.metavar or error.param.name)


def _asked(parameter: click.Parameter | None) -> str:
    if parameter is not None and isinstance(parameter.type, click.IntRange):
        return f"muss eine ganze Zahl von {parameter.type.min} bis {parameter.type.max} sein"
    return "hat keinen Wert, der sich verwenden lässt"
