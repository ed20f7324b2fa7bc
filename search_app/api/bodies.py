"""What a program sends: a JSON object of texts, or a form."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from search_app.api.parameters import refused
from search_app.errors import Problem
from search_app.language import gettext

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def sent(most_bytes: int) -> MultiDict[str, str]:
    """Return the texts that were sent, by their names; raises Problem (400, 413, 415)."""
    request.max_content_length = request.max_form_memory_size = most_bytes
    try:
        if request.mimetype in _FORMS:
            return request.form
        if request.is_json:
            return _object(request.get_json())
    except RequestEntityTooLarge:
        raise Problem(413, gettext("Der Text ist zu lang"), gettext("Senden Sie den Text in Teilen.")) from None
    except BadRequest:
        raise refused(gettext('Was gesendet wurde, ist kein JSON. Senden Sie ein Objekt: {"text": "…"}')) from None
    raise Problem(
        415,
        gettext("Diese Form geht nicht"),
        gettext("Senden Sie JSON (Content-Type: application/json) oder ein Formular (application/x-www-form-urlencoded)."),
    )


def _object(found: object) -> MultiDict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise refused(gettext('Senden Sie ein JSON-Objekt, dessen Werte Texte sind: {"text": "…"}'))
    return MultiDict(found)
