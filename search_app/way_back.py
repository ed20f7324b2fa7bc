"""Where a reader is led back to: always a page of ours."""

from __future__ import annotations


def way_back(asked: str) -> str:
    """Return an address that a form or a link brought along, the start page where it would lead to another server.

    Browsers read "//host" and "/\\host" as another server, and drop control characters before they look.
    """
    is_ours = asked.startswith("/") and asked[1:2] not in ("/", "\\") and asked.isprintable()
    return asked if is_ours else "/"
