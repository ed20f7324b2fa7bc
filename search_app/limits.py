"""How often somebody may ask: so many requests a minute from one address, and few wrong passwords.

Counted in memory, which is the whole truth because the server is one process; nothing of it is written down, and an address is
forgotten with the minutes it was counted for.
"""

from __future__ import annotations

import ipaddress
import time

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from search_app.errors import Said, answer
from search_app.language import gettext, language

_STORAGE = "memory://"
#: Exactly so many within any sixty seconds; what is kept are the moments of the requests that were answered in the last minute.
_STRATEGY = "moving-window"
_NETWORK = 64  # bits of an IPv6 address that name a connection: the rest is the customer's to choose
_FREE = ("static", "health.health", "readiness.ready")  # a style sheet costs nothing, a monitor must not be turned away
_WRONG = RateLimitItemPerMinute(10)  # passwords: who has forgotten one tries fewer, who guesses needs more


def register(app: Flask, per_minute: int) -> None:
    """Let each address ask ``per_minute`` times a minute, any address as often as it likes where that is 0."""
    limiter = Limiter(
        asker,
        application_limits=[f"{per_minute} per minute"] if per_minute else [],
        storage_uri=_STORAGE,
        strategy=_STRATEGY,
        enabled=per_minute > 0,
    )
    limiter.init_app(app)
    limiter.request_filter(_is_free)

    @app.errorhandler(RateLimitExceeded)
    def refuse(_error: RateLimitExceeded) -> Response:
        limit = limiter.current_limit
        return too_often(limit.reset_at if limit else time.time())


def asker() -> str:
    """Return whom a request is counted for: its address, of IPv6 the network."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:  # a socket that is a file has none
        return "?"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return str(address)


def too_often(until: float) -> Response:
    """Return the answer to who has asked too often, and may again ``until`` a moment (seconds since 1970)."""
    wait = max(1, round(until - time.time()))
    response = answer(
        429,
        gettext("Zu viele Anfragen"),
        Said(
            gettext(
                "Von Ihrem Anschluss kamen in der letzten Minute sehr viele Anfragen. Warten Sie %(seconds)s Sekunden, und laden "
                "Sie die Seite dann noch einmal.",
                seconds=wait,
            ),
            language(),
        ),
    )
    response.headers["Retry-After"] = str(wait)
    return response


class WrongPasswords:
    """Counts the wrong passwords of each address; may be used by many threads."""

    def __init__(self) -> None:
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    def may_try(self) -> bool:
        """Tell whether whoever asks now may try a password."""
        return self._counted.test(_WRONG, asker())

    def note(self) -> None:
        """Count a wrong one."""
        self._counted.hit(_WRONG, asker())

    def until(self) -> float:
        """Return the moment from which whoever asks now may try again."""
        return self._counted.get_window_stats(_WRONG, asker()).reset_time


def _is_free() -> bool:
    return request.endpoint in _FREE
