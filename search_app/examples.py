"""Queries to begin with, for the three groups of readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Examples:
    """A group of readers and what it may ask."""

    readers: str
    queries: tuple[str, ...]


EXAMPLES = (
    Examples(
        "Für die Praxis",
        ("begleitete Verweisung", "Aktive anerkennen und entlasten", "Treffpunkt für ältere Menschen"),
    ),
    Examples(
        "Für Kommunen",
        (
            "Was gehört in eine Kooperationsvereinbarung?",
            "Koordinierungsstelle unbefristet",
            "Zusagen am Runden Tisch überprüfen",
        ),
    ),
    Examples(
        "Für die Forschung",
        ("Vulnerabilität als Lage", "Nothilfe wird Daueraufgabe", "Vertrauen und Mehrsprachigkeit als Stärken"),
    ),
)
