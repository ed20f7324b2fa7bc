"""How does a reader ask and read?  Pages for people and JSON for programs, over the live generation of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

if TYPE_CHECKING:
    from corpus.catalogue import Related
    from facsimile.page_images import PageImages
    from index.live import LiveIndex
    from search_app.operator import Operator
    from search_app.serving import Serving
    from search_app.site import Site

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # What somebody searches for is nobody else's business: a link to a DOI must not carry it along. Our own pages may know
    # where a form was sent from, so that no other site's form changes anything.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TLS_ONLY = "max-age=31536000"  # a year, for this name alone: others below it may have no TLS


class _App(Flask):
    def log_exception(self, exc_info: Any) -> None:
        """Name the view that failed; Flask would name the address, which tells what was asked."""
        self.logger.error("no answer from %s", request.endpoint, exc_info=exc_info)


def create_app(
    index: LiveIndex,
    related: tuple[Related, ...] = (),
    images: PageImages | None = None,
    operator: Operator | None = None,
    serving: Serving | None = None,
    *,
    open_to: Site | None = None,
) -> Flask:
    """Return the web application over a live index; the caller keeps the index and closes it.

    ``related`` are sources that are named on the start page, but not searched.  Without ``images`` no pictures of pages are
    shown; without an ``operator`` the legal pages say that nobody has filled them in; without ``serving`` whoever reaches the
    application may ask as often as they like; without ``open_to`` search engines and pages of other sites are kept away.
    """
    # Late, so that importing the package does not load NumPy and the word index.
    from search_app import collecting, errors, language, navigation, rooms, shown, site, validators
    from search_app import serving as served
    from search_app.operator import Operator

    app = _App(__name__)
    app.extensions["fundstelle"] = index
    app.extensions["page images"] = images
    app.extensions["operator"] = operator or Operator()
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the order of the keys is for reading
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(anzahl=language.number, datum=language.day, jahre=shown.span)
    app.jinja_env.globals.update(related=related, collected=collecting.collected)
    language.register(app)
    served.register(app, serving or served.Serving())
    navigation.register(app)
    validators.register(app)
    site.register(app, open_to or site.Site())
    rooms.register(app)
    errors.register(app)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.is_secure:  # only a proxy in front has TLS, and only one that is set is believed
        response.headers["Strict-Transport-Security"] = _TLS_ONLY
    # An answer is out of date as soon as another generation is published.
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
