"""catalogue.toml becomes publications: bibliography, rights, page-number corrections, and where their files lie."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corpus.errors import CatalogueError, reason
from corpus.publication import Name, Publication, Show

_OWN_KEYS = {"authors", "pages", "folder", "stands_in_for", "pdf"}
_FIELDS = {field.name for field in fields(Publication)} - {"authors"}
_REQUIRED = ("id", "file", "title", "licence")


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication of the catalogue, where its file is expected, and the operator's page corrections.

    ``corrections`` are pairs of PDF page (from 1) and printed number.  A specimen names in ``stands_in_for`` the
    publication whose real file makes it superfluous.
    """

    publication: Publication
    path: Path
    corrections: tuple[tuple[int, str], ...] = ()
    stands_in_for: str = ""
    pdf: str = ""  # the address of the file itself, from which the operator wants it fetched

    @property
    def present(self) -> bool:
        """True where the file is there."""
        return self.path.is_file()


@dataclass(frozen=True, slots=True)
class Related:
    """A source beside the publications, which is named but not searched: a web site, a film."""

    title: str
    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All publications that the operator has described, in the order of the file, and what is related to them."""

    entries: tuple[Entry, ...]
    related: tuple[Related, ...] = ()

    def for_file(self, name: str) -> Entry | None:
        """Return the entry whose file has this base name (compared in Unicode normal form C)."""
        wanted = unicodedata.normalize("NFC", name)
        return next((e for e in self.entries if unicodedata.normalize("NFC", e.publication.file) == wanted), None)

    def wanted(self) -> tuple[Entry, ...]:
        """Return the entries to ingest: those present, without the specimens that a real file replaces."""
        present = {e.publication.id for e in self.entries if e.present}
        return tuple(e for e in self.entries if e.present and e.stands_in_for not in present)


def load(path: Path) -> Catalogue:
    """Read a catalogue; file names are looked up relative to its folder.

    Raises CatalogueError with the place and the way out.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(f"Der Katalog {path} fehlt. Legen Sie ihn an oder stellen Sie ihn wieder her.") from None
    except OSError as error:
        raise CatalogueError(f"Der Katalog {path} lässt sich nicht öffnen ({reason(error)}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"Der Katalog {path} ist nicht lesbar: {error}. Bitte korrigieren Sie die Stelle.") from None
    rows = data.get("publication", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CatalogueError(f"Im Katalog {path} muss jede Publikation mit [[publication]] beginnen.")
    entries = tuple(_entry(row, path.parent) for row in rows)
    for key in ("id", "file"):
        values = [getattr(entry.publication, key) for entry in entries]
        for value in values:
            if values.count(value) > 1:
                raise CatalogueError(f'Im Katalog {path} steht {key} = "{value}" mehr als einmal. Es muss eindeutig sein.')
    related = data.get("related", [])
    if not isinstance(related, list):
        raise CatalogueError(f"Im Katalog {path} muss jede verwandte Quelle mit [[related]] beginnen.")
    return Catalogue(entries, tuple(_related(row) for row in related))


def _related(row: Any) -> Related:
    values = {key: str(value) for key, value in row.items()} if isinstance(row, dict) else {}
    if not {"title", "url"} <= set(values) <= {"title", "url", "kind"} or not values["url"].startswith("https://"):
        raise CatalogueError(
            'Im Katalog ist eine verwandte Quelle falsch. So ist sie richtig: [[related]] mit title = "…", url = "https://…" '
            'und, wenn Sie mögen, kind = "Film".'
        )
    return Related(**values)


def _entry(row: dict[str, Any], folder: Path) -> Entry:
    name = str(row.get("id") or row.get("title") or "?")
    missing = [key for key in _REQUIRED if not row.get(key)]
    if missing:
        raise CatalogueError(
            f'Im Katalog fehlt bei „{name}“: {", ".join(missing)}. Ist die Lizenz offen, schreiben Sie licence = "ungeklärt".'
        )
    unknown = sorted(set(row) - _FIELDS - _OWN_KEYS)
    if unknown:
        raise CatalogueError(f"Im Katalog steht bei „{name}“ ein unbekanntes Feld: {', '.join(unknown)}.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", str(row["id"])):
        raise CatalogueError(f"Die id „{row['id']}“ darf nur Kleinbuchstaben, Ziffern und Bindestriche enthalten.")
    if Path(str(row["file"])).name != row["file"]:
        raise CatalogueError(f"Bei „{name}“ muss file ein Dateiname ohne Ordner sein, nicht „{row['file']}“.")
    values: dict[str, Any] = {key: row[key] if isinstance(row[key], bool) else str(row[key]) for key in row if key in _FIELDS}
    for key, form in (("authors", 'authors = ["Kruse, Wilfried"]'), ("pages", 'pages = [{pdf = 5, label = "1"}]')):
        if not isinstance(row.get(key, []), list):
            raise CatalogueError(f"Bei „{name}“ muss {key} eine Liste sein: {form}")
    if not str(row.get("pdf", "https://")).startswith(("https://", "http://")):
        raise CatalogueError(f"Bei „{name}“ muss pdf die Adresse der Datei sein, die mit https:// beginnt.")
    if not isinstance(row.get("specimen", False), bool):
        raise CatalogueError(f"Bei „{name}“ muss specimen true oder false sein.")
    if "show" in values:
        values["show"] = _show(values["show"], name)
    publication = Publication(authors=tuple(_name(str(author)) for author in row.get("authors", [])), **values)
    return Entry(
        publication=publication,
        path=_on_disk(folder / str(row.get("folder", "publications")) / publication.file),
        corrections=tuple(_correction(item, name) for item in row.get("pages", [])),
        stands_in_for=str(row.get("stands_in_for", "")),
        pdf=str(row.get("pdf", "")),
    )


def _on_disk(path: Path) -> Path:
    """Return the path as the disk spells it: some systems store "ü" as two characters."""
    if not path.exists() and path.parent.is_dir():
        wanted = unicodedata.normalize("NFC", path.name)
        return next((p for p in path.parent.iterdir() if unicodedata.normalize("NFC", p.name) == wanted), path)
    return path


def _name(text: str) -> Name:
    """Turn "Beloe, Elizabeth" into a person, and a name without a comma into a corporate author."""
    family, _, given = (part.strip() for part in text.partition(","))
    return Name(family, given)


def _show(value: str, name: str) -> Show:
    try:
        return Show(value)
    except ValueError:
        raise CatalogueError(
            f'Bei „{name}“ muss show "passage" (nur Fundstellen), "page" (auch Seiten) oder "full" (alles) sein, nicht „{value}“.'
        ) from None


def _correction(item: Any, name: str) -> tuple[int, str]:
    if isinstance(item, dict) and isinstance(item.get("pdf"), int) and item["pdf"] > 0 and "label" in item:
        return item["pdf"], str(item["label"]).strip()
    raise CatalogueError(
        f'Im Katalog ist bei „{name}“ eine Seitenkorrektur falsch. So ist sie richtig: pages = [{{pdf = 5, label = "1"}}].'
    )
