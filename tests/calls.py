"""The command line, called as a user calls it, in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cli import main


def call(*arguments: str | Path) -> Result:
    """Run a command; whatever it raises but an exit is an error of the test."""
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
