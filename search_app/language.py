"""The language of the pages: German, or English where the reader chose it or reads no German.

What is quoted and how it is cited stays as it is printed; only what the application says itself is translated.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, g, has_app_context, redirect, request
from flask_babel import Babel, Domain, format_date, format_decimal, get_locale
from flask_babel import gettext as gettext
from flask_babel import lazy_gettext as lazy_gettext
from flask_babel import ngettext as ngettext

from search_app.way_back import way_back

LANGUAGES = {"de": "Deutsch", "en": "English"}  # the first is what the sentences in the code are written in
COOKIE = "sprache"
FOLDER = Path(__file__).parent / "translations"

blueprint = Blueprint("language", __name__)

_YEAR = 365 * 24 * 3600  # seconds


class _Catalogues(Domain):  # type: ignore[misc]
    """Translations from the catalogues as people edit them, so that nothing needs to be compiled or can be out of date."""

    def get_translations(self) -> NullTranslations:
        return _at_hand()


def _at_hand() -> NullTranslations:
    """Return the catalogue of the request at hand, which asks for it more than a hundred times."""
    found: NullTranslations | None = g.get("translations") if has_app_context() else None
    if found is None:
        found = translations(language())
        if has_app_context():
            g.translations = found
    return found


@cache
def translations(code: str) -> NullTranslations:
    """Return the catalogue of a language; German has none."""
    file = FOLDER / code / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=code))
    compiled.seek(0)
    return Translations(compiled, domain="messages")


def language() -> str:
    """Return the code of the language that the request at hand is answered in."""
    locale = get_locale()
    return locale.language if locale else next(iter(LANGUAGES))


def in_english(text: object) -> str:
    """Return a sentence made by ``lazy_gettext`` in English, whatever the reader's language is; within an application only."""
    at_hand = _at_hand()
    g.translations = translations("en")
    try:
        return str(text)
    finally:
        g.translations = at_hand


def number(value: int) -> str:
    """Return a whole number as the reader's language writes it: 1.200 or 1,200."""
    return str(format_decimal(value))


def day(value: date) -> str:
    """Return a day as the reader's language writes it: 31. Januar 2026 or January 31, 2026."""
    return str(format_date(value, "long"))


def register(app: Flask) -> None:
    """Let an application speak the reader's language."""
    domain = _Catalogues()
    Babel(app, default_locale="de", locale_selector=_chosen)
    app.before_request(domain.as_default)
    # Straight to the catalogue: a page of hits has some 150 sentences, and the way around costs a millisecond.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        lambda sentence: _at_hand().gettext(sentence),
        lambda one, many, number: _at_hand().ngettext(one, many, number),
        newstyle=True,
    )
    app.after_request(_vary)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)
    app.register_blueprint(blueprint)


def _chosen() -> str:
    """Return the language that the reader chose, else the first of ours that the browser asks for, else German."""
    asked = [request.cookies.get(COOKIE, "")]
    # Werkzeug's own choice would take a distant "en" before "de-AT".
    asked += [tag.partition("-")[0].lower() for tag in request.accept_languages.values()]
    return next((code for code in asked if code in LANGUAGES), next(iter(LANGUAGES)))


def _vary(response: Response) -> Response:
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@blueprint.get("/sprache/<code>")
def choose(code: str) -> Response:
    """Remember a language and go back to the page where it was chosen, which is always one of ours."""
    response = redirect(way_back(request.args.get("zurueck", "/")), 303)
    if code in LANGUAGES:
        response.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    assert isinstance(response, Response)
    return response
