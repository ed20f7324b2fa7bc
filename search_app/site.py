"""Where the pages are reached, and who else may read them: search engines, programs in pages of other sites."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, request

_API = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Site:
    """What the operator says: the address of the site, whether search engines may come, and which origin may use the API.

    ``url`` is empty where the address is what the caller typed; ``cors`` is an origin, "*" for all, empty for none.
    """

    url: str = ""
    robots: bool = False
    cors: str = ""


def register(app: Flask, site: Site) -> None:
    """Let an application say in each answer who else may read it."""
    app.extensions["site"] = site
    app.after_request(_add_headers)


def site() -> Site:
    """Return what the operator says."""
    found = current_app.extensions["site"]
    assert isinstance(found, Site)
    return found


def absolute(path: str) -> str:
    """Return the whole address of a path, for answers that are read elsewhere."""
    return (site().url or request.host_url.rstrip("/")) + path


def _add_headers(response: Response) -> Response:
    if not site().robots:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    origin = site().cors
    if origin and request.path.startswith(_API):
        if origin != "*":
            response.vary.add("Origin")
        if origin in ("*", request.origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match, Accept-Language"
                response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    return response
