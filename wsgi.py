"""Entry point for WSGI servers: ``gunicorn wsgi:application()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import logs
import wiring
from settings import from_environment

if TYPE_CHECKING:
    from flask import Flask


def application() -> Flask:
    """Return the web application with the settings of the environment."""
    settings = from_environment()
    logs.configure(as_json=settings.log_json)
    return wiring.application(settings)
