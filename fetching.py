"""Addresses of the catalogue become PDF files: the only code that reaches for a network, and only when it is called.

A download goes into a file beside its place, is gone on with after an interruption, and takes its place when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from corpus.catalogue import Entry
from corpus.errors import FundstelleError, reason

MOST = 256 << 20  # bytes; the same as ingestion takes
_BLOCK = 1 << 16
_SILENCE = 60  # seconds
_PDF = b"%PDF-"
_WITHIN = 1024  # bytes from the beginning in which a PDF says that it is one; PDF 32000-1, annex H.3.4.1


class FetchError(FundstelleError):
    """A file that could not be fetched; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched: its path, how long it is in bytes, and its SHA-256, which lies beside it."""

    path: Path
    size: int
    sha256: str


def fetch(entry: Entry, address: str, on_bytes: Callable[[int, int], None] = lambda done, total: None) -> Fetched:
    """Download the file of a catalogue's entry; ``on_bytes(done, total)``, where a total of 0 is not known.

    Raises FetchError.  What was fetched before an error stays for the next call.
    """
    name, target = entry.publication.title, entry.path
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _download(address, part, on_bytes)
        size = part.stat().st_size
        with part.open("rb") as file:
            begins = file.read(_WITHIN)
        if _PDF not in begins:
            part.unlink()
            raise FetchError(
                f"{name}: Unter {address} liegt keine PDF-Datei, vermutlich eine Internetseite. "
                "Tragen Sie im Katalog die Adresse ein, unter der die Datei selbst liegt."
            )
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        target.with_name(target.name + ".sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
        part.replace(target)
        _tag_of(part).unlink(missing_ok=True)
    except _TooLarge as error:
        part.unlink(missing_ok=True)
        raise FetchError(
            f"{name}: Die Datei ist größer als {MOST >> 20} MiB ({error}). Laden Sie sie selbst und teilen Sie sie."
        ) from None
    except urllib.error.HTTPError as error:
        raise FetchError(
            f"{name}: Der Server antwortet mit {error.code} auf {address}. Prüfen Sie die Adresse in einem Browser."
        ) from None
    except (OSError, HTTPException, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) and error.errno else str(getattr(error, "reason", error))
        raise FetchError(
            f"{name}: {address} ließ sich nicht laden ({why}). Prüfen Sie die Verbindung und rufen Sie „fundstelle fetch“ noch "
            "einmal auf; was schon da ist, wird nicht noch einmal geladen."
        ) from None
    return Fetched(target, size, digest)


class _TooLarge(Exception):
    """The file has more bytes than we take."""


def _download(address: str, part: Path, on_bytes: Callable[[int, int], None]) -> None:
    if not address.startswith(("https://", "http://")):
        raise ValueError("Die Adresse muss mit https:// beginnen")
    tag = _tag_of(part)
    known = tag.read_text(encoding="ascii") if tag.is_file() else ""
    have = part.stat().st_size if known and part.is_file() else 0
    request = urllib.request.Request(address, headers={"User-Agent": "fundstelle"})  # noqa: S310, checked above
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", known)  # another version is sent from its beginning
    try:
        response = urllib.request.urlopen(request, timeout=_SILENCE)  # noqa: S310, follows to http and https only
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != 416 or not have:
            raise
        return  # nothing is behind what we have
    with response:
        goes_on = response.status == 206
        version = response.headers.get("ETag", "") or response.headers.get("Last-Modified", "")
        if not version.startswith("W/") and version.isascii():
            tag.write_text(version, encoding="ascii")
        total = _total(response, have if goes_on else 0)
        if total > MOST:
            raise _TooLarge(f"{total >> 20} MiB")
        _copy(response, part, have if goes_on else 0, total, on_bytes)


def _tag_of(part: Path) -> Path:
    """Return where it is noted which version a part is of."""
    return part.with_name(part.name + ".version")


def _total(response: HTTPResponse, have: int) -> int:
    length = response.headers.get("Content-Length", "")
    return have + int(length) if length.isdigit() else 0


def _copy(response: HTTPResponse, part: Path, done: int, total: int, on_bytes: Callable[[int, int], None]) -> None:
    with part.open("ab" if done else "wb") as file:
        while block := response.read(_BLOCK):
            done += len(block)
            if done > MOST:
                raise _TooLarge(f"mehr als {MOST >> 20} MiB")
            file.write(block)
            on_bytes(done, total)
        with suppress(OSError):  # not every file system can
            os.fsync(file.fileno())
    if total and done < total:
        raise ValueError(f"nach {done:,} von {total:,} Byte abgebrochen".replace(",", "."))
