"""Who may read: everybody, or who knows the shared password, or whom the proxy in front has let through."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from flask import Flask, Response, request
from werkzeug.security import check_password_hash, generate_password_hash

from search_app.errors import Said, answer
from search_app.language import gettext, language
from search_app.limits import WrongPasswords, too_often

#: Nothing of the collection can be seen by them.
_OPEN = ("static", "health.health", "readiness.ready", "language.choose")
_CHALLENGE = 'Basic realm="Fundstelle", charset="UTF-8"'


def hashed(password: str) -> str:
    """Return what is stored of a password: scrypt with a salt of its own, which takes 32 MiB and a tenth of a second to try."""
    return generate_password_hash(password, method="scrypt")


def is_hash(stored: str) -> bool:
    """Tell whether a text is what ``hashed`` returns."""
    method, _, rest = stored.partition("$")
    return method.startswith("scrypt:") and "$" in rest


class Password:
    """Knows a shared password by its hash; may be used by many threads."""

    def __init__(self, stored: str) -> None:
        self._stored = stored
        self._key = secrets.token_bytes(32)
        self._right = b""  # keyed digest of the right password once it was given: trying a hash at each request takes too long
        self._one_at_a_time = threading.Lock()  # so that guessing takes no more than one processor

    def is_known(self, given: str) -> bool:
        """Tell whether this is the password, without trying the hash."""
        return bool(self._right) and hmac.compare_digest(self._right, self._digest(given))

    def is_right(self, given: str) -> bool:
        """Tell whether this is the password, however long it takes."""
        with self._one_at_a_time:
            if not check_password_hash(self._stored, given):
                return False
        self._right = self._digest(given)
        return True

    def _digest(self, given: str) -> bytes:
        return hmac.digest(self._key, given.encode("utf-8", "surrogatepass"), hashlib.sha256)


def require_password(app: Flask, stored: str) -> None:
    """Let only those in who give the password, by HTTP Basic with any name."""
    password, wrong = Password(stored), WrongPasswords()

    @app.before_request
    def check() -> Response | None:
        if request.endpoint in _OPEN:
            return None
        given = request.authorization.password if request.authorization else None
        if given is None:
            return _ask()
        if password.is_known(given):
            return None
        if not wrong.may_try():
            return too_often(wrong.until())
        if password.is_right(given):
            return None
        wrong.note()
        return _ask()


def require_header(app: Flask, name: str) -> None:
    """Let only those in for whom the proxy in front has set a header, which it must take from everybody else."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint in _OPEN or request.headers.get(name, "").strip():
            return None
        detail = gettext("Melden Sie sich zuerst an; wie, sagen Ihnen die Betreiber dieser Seite.")
        return answer(403, gettext("Nur nach Anmeldung"), Said(detail, language()))


def _ask() -> Response:
    detail = gettext(
        "Diese Seiten sind nur für Menschen mit dem gemeinsamen Passwort. Laden Sie die Seite noch einmal, und geben Sie es ein; "
        "der Name ist gleichgültig. Das Passwort haben die Betreiber dieser Seite."
    )
    response = answer(401, gettext("Passwort nötig"), Said(detail, language()))
    response.headers["WWW-Authenticate"] = _CHALLENGE
    return response
