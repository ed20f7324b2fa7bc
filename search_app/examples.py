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
        ("Wie gewinnt man Ehrenamtliche?", "ältere Geflüchtete Einsamkeit", "begleitete Verweisung"),
    ),
    Examples(
        "Für Kommunen",
        (
            "Was gehört in eine Kooperationsvereinbarung?",
            "Was kostet eine Koordinierungsstelle?",
            "Runder Tisch und Steuerungsgruppe",
        ),
    ),
    Examples(
        "Für die Forschung",
        ("Vulnerabilität", "Augenhöhe als Eigenschaft eines Verfahrens", "Projektitis"),
    ),
)
