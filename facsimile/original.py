"""The file that a publication was read from: whether it still is that file, and a picture of one of its pages.

Both happen in a child process, which holds the very bytes that it renders against their digest: the parent opens no PDF.

Parent side: ``digest_now``, ``page_image``.  Child side: ``main`` (``python -m facsimile.original FILE [DIGEST INDEX WIDTH]``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import sys
from pathlib import Path

from facsimile.child import Child, Limits, set_limits
from facsimile.image import UNRENDERABLE, Picture, opened, rendered

_TALLEST = 3  # times as high as wide; what is longer gets narrower
_LIMITS = Limits(cpu=20, wall=30.0, silence=30.0, output=64)
_LONGEST = 20  # seconds for all of it; a page takes a tenth of one


def digest_of(path: Path) -> str:
    """Return a digest of a file's bytes; raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:32]


def digest_now(path: Path) -> str:
    """Return the digest of a file as it is now, made by a child; empty where it can't be read.

    Raises OSError where no child can be started.
    """
    return str(_answer([str(path.resolve())]) or "")


def page_image(path: Path, digest: str, index: int, width: int) -> Picture | None:
    """Return a page (from 0) ``width`` pixels wide, without PNG where it can't be rendered.

    None if the file is gone or another one now.  Raises OSError where no child can be started.
    """
    match _answer([str(path.resolve()), digest, str(index), str(width)]):
        case [int(across), int(up), str(png)]:
            return Picture(index, across, up, base64.b64decode(png))
        case "changed":
            return None
    return Picture(index)


def _answer(arguments: list[str]) -> object:
    """Return what a child says, None where it says nothing."""
    child = Child("facsimile.original", arguments, _LIMITS)
    try:
        line = b"".join(child.lines())
    finally:
        child.stop()
    try:
        return json.loads(line)
    except ValueError:
        return None  # it was ended, by its limits or a crash


def main() -> None:
    """Say the digest of the file named on the command line, or send a picture of one page of the file with that digest."""
    set_limits()
    signal.alarm(_LONGEST)  # it ends the process, whatever pdfium is at
    path, *asked = sys.argv[1:-2]
    sys.stdout.write(json.dumps(_picture(Path(path), *asked) if asked else digest_of(Path(path))) + "\n")


def _picture(path: Path, digest: str, index: str, width: str) -> object:
    try:
        data = path.read_bytes()
    except OSError:
        return "changed"
    if hashlib.sha256(data).hexdigest()[:32] != digest:
        return "changed"
    try:
        across, up, png = rendered(opened(data), int(index), int(width), _TALLEST * int(width))
    except UNRENDERABLE:
        return None
    return [across, up, base64.b64encode(png).decode()]


if __name__ == "__main__":
    main()
