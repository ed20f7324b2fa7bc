"""The operations become a document of OpenAPI 3.1: what each address may ask, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, TypedDict

from search_app.api.operations import Given, Operation
from search_app.api.schema import Schema, Schemas
from search_app.language import in_english

_ABOUT = (
    "Passages of German publications, found by words and by meaning, each with its exact words and the page it is printed on. "
    "The interface follows the rights of each publication as the pages do. Errors are application/problem+json (RFC 9457), in "
    "German, or in English where Accept-Language asks for it. Answers carry an ETag that changes with the index: send it back "
    "as If-None-Match."
)
_MEANINGS = {
    200: "The answer.",
    304: "Nothing has changed since the answer whose ETag was sent.",
    400: "The address, or what was sent, can't be understood; detail says what to change.",
    401: "The operator has set a password.",
    404: "There is no such thing, or its rights do not allow it to be shown.",
    405: "Another method is needed.",
    409: "The index has changed since the first page of a list; begin again.",
    410: "It was there once; the page at its address says what became of it.",
    413: "The text is too long.",
    415: "The text must be sent as JSON or as a form.",
    429: "Too many requests from this address; Retry-After says how long to wait.",
    500: "The index can't be used.",
    503: "Nothing is ingested yet, or too much is going on.",
}
_ALWAYS = (400, 401, 405, 429, 500, 503)


class ProblemAnswer(TypedDict):
    """A problem after RFC 9457."""

    type: str
    title: str
    status: int
    detail: Annotated[str, "what is wrong and what to do, in the caller's language"]


def document(operations: Sequence[Operation], address: str = "") -> dict[str, Any]:
    """Return the description of some operations that are served at an address; empty means where the description is."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.address, {})[one.method] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fundstelle",
            "version": _version(),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address or "/"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.named.items()))},
    }


def _operation(one: Operation, schemas: Schemas) -> Schema:
    described: Schema = {
        "operationId": one.name,
        "summary": in_english(one.summary),
        "description": one.about,
        "parameters": [_parameter(given) for given in one.given if not given.in_body],
        "responses": _responses(one, schemas),
    }
    body = {given.name: given.parameter.described for given in one.given if given.in_body}
    if body:
        schema = {
            "type": "object",
            "properties": body,
            "required": [given.name for given in one.given if given.in_body and given.required],
        }
        described["requestBody"] = {"required": True, "content": {media: {"schema": schema} for media in one.takes}}
    return described


def _parameter(given: Given) -> Schema:
    schema = given.parameter.schema
    if given.default not in (None, "", ()):
        default = given.default
        schema["default"] = int(default) if isinstance(default, bool) else default
    return {
        "name": given.name,
        "in": "path" if given.in_path else "query",
        "required": given.required,
        "description": given.parameter.about,
        "schema": schema,
    }


def _responses(one: Operation, schemas: Schemas) -> Schema:
    content = (
        {media: {"schema": {"type": "string"}} for media in one.files}
        if one.files
        else {"application/json": {"schema": schemas.of(one.answer)}}
    )
    etag = {"ETag": {"description": "of this answer from this state of the index", "schema": {"type": "string"}}}
    good: Schema = {"description": _MEANINGS[200], "content": content}
    responses: Schema = {"200": good}
    if one.method == "get":
        good["headers"] = etag
        responses["304"] = {"description": _MEANINGS[304]}
    problem = {"application/problem+json": {"schema": schemas.of(ProblemAnswer)}}
    for status in sorted({*one.problems, *_ALWAYS}):
        responses[str(status)] = {"description": f"{HTTPStatus(status).phrase}. {_MEANINGS[status]}", "content": problem}
    return responses


def _version() -> str:
    try:
        return version("fundstelle")
    except PackageNotFoundError:  # run from its folder, without being installed
        return "0"
