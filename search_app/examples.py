"""Queries to begin with, for the three groups of readers."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.language import lazy_gettext


@dataclass(frozen=True, slots=True)
class Examples:
    """A group of readers and what it may ask; the queries are German in every language, as the publications are."""

    readers: str
    queries: tuple[str, ...]


EXAMPLES = (
    Examples(
        lazy_gettext("Für die Praxis"),
        ("Wie gewinnt man Ehrenamtliche?", "ältere Geflüchtete Einsamkeit", "begleitete Verweisung"),
    ),
    Examples(
        lazy_gettext("Für Kommunen"),
        (
            "Was gehört in eine Kooperationsvereinbarung?",
            "Was kostet eine Koordinierungsstelle?",
            "Runder Tisch und Steuerungsgruppe",
        ),
    ),
    Examples(
        lazy_gettext("Für die Forschung"),
        ("Vulnerabilität", "Augenhöhe als Eigenschaft eines Verfahrens", "Projektitis"),
    ),
)
