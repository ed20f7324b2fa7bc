"""What stands between the network and the pages: proxies, limits, protection, and what is noted of a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from werkzeug.exceptions import BadHost
from werkzeug.middleware.proxy_fix import ProxyFix

from search_app import access, limits, readiness, watch
from search_app.metrics import Metrics

_LARGEST_FORM = 1 << 20  # bytes; what readers send are words


@dataclass(frozen=True, slots=True)
class Serving:
    """How an application is served; as it stands here, to whoever may reach it.

    ``rate`` is requests a minute and address, 0 any number; ``proxies`` stand in front of the server, and only what they add
    is believed; ``password`` is a hash of ``access.hashed``; ``trusted_header`` is set by the proxy for those it let through.
    """

    rate: int = 0
    proxies: int = 0
    password: str = ""
    trusted_header: str = ""
    metrics: Metrics | None = None


def register(app: Flask, serving: Serving) -> None:
    """Serve an application so; before its pages are registered."""
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_FORM
    app.url_map.merge_slashes = False  # it redirects to an address with whatever host was sent
    if serving.proxies:
        # The host is left as it is: a proxy passes it on, and no address of ours is made from it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=serving.proxies, x_proto=serving.proxies)  # type: ignore[method-assign]
    watch.register(app, serving.metrics)
    app.before_request(_refuse_bad_host)
    limits.register(app, serving.rate)
    if serving.password:
        access.require_password(app, serving.password)
    if serving.trusted_header:
        access.require_header(app, serving.trusted_header)
    app.register_blueprint(readiness.blueprint)


def _refuse_bad_host() -> None:
    """Refuse a host that no name can be, before anything makes a page, since no address can be made for it."""
    if isinstance(request.routing_exception, BadHost):
        raise request.routing_exception
