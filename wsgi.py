"""Entry point for WSGI servers: ``gunicorn wsgi:application()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wiring
from settings import from_environment

if TYPE_CHECKING:
    from flask import Flask


def application() -> Flask:
    """Return the web application with the settings of the environment."""
    return wiring.application(from_environment())
