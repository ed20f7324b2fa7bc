"""The page on which the API is described and tried, without JavaScript and without anything from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from search_app.api.document import document
from search_app.api.operations import Operation
from search_app.errors import Problem
from search_app.language import gettext
from search_app.live import searcher
from search_app.site import site

if TYPE_CHECKING:
    from index.search import Searcher


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its name, an English sentence on it, what is filled in, and what may be chosen."""

    name: str
    about: str
    value: str
    choices: tuple[str, ...]
    required: bool
    is_long: bool


@dataclass(frozen=True, slots=True)
class Form:
    """An operation as it is tried."""

    name: str
    summary: str
    about: str
    method: str
    address: str
    action: str
    fields: tuple[Field, ...]


def trying(operations: tuple[Operation, ...]) -> Blueprint:
    """Return the pages that show and describe some operations."""
    blueprint = Blueprint("trying", __name__)
    by_name = {one.name: one for one in operations if one.method == "get"}  # a form may post by itself

    def description() -> Response:
        return jsonify(document(operations, site().url))

    def page() -> str:
        with searcher() as live:
            example = _example(live)
        return render_template("api.html", forms=[_form(one, example) for one in operations])

    def try_(name: str) -> AnyResponse:
        if name not in by_name:
            raise Problem(404, gettext("Seite nicht gefunden"), gettext("Diese Abfrage gibt es nicht."))
        given = MultiDict((name_, value) for name_, value in request.args.items(multi=True) if value)
        missing = [one.name for one in by_name[name].given if one.in_path and one.name not in given]
        if missing:
            raise Problem(400, gettext("Anfrage nicht verstanden"), gettext("Es fehlt: %(names)s", names=", ".join(missing)))
        return redirect(by_name[name].address_of(given), 303)

    blueprint.add_url_rule("/api/v1/openapi.json", "description", description)
    blueprint.add_url_rule("/api", "page", page)
    blueprint.add_url_rule("/api/ausprobieren/<name>", "try_", try_)
    return blueprint


def _example(live: Searcher) -> dict[str, str]:
    """Return names of things that there are, to fill the forms with."""
    if not live.library.count():
        return {}
    passage = live.library.passage_at(0)
    return {"passage_id": passage.id, "publication_id": passage.publication_id}


def _form(one: Operation, example: dict[str, str]) -> Form:
    fields = tuple(
        Field(
            given.name,
            given.parameter.about,
            example.get(given.name, given.parameter.example),
            tuple(map(str, given.parameter.schema.get("enum", ()))),
            given.required,
            given.in_body,
        )
        for given in one.given
        if given.name != "generation"
    )
    posted = one.method == "post"
    action = url_for(f"api.{one.name}") if posted else url_for("trying.try_", name=one.name)
    return Form(one.name, str(one.summary), one.about, one.method, one.address, action, fields)
