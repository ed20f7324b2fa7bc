"""An operation of the API: a function whose signature says what its address may ask and what it answers.

The same signature reads the request and makes the description (document.py), so that neither can say something else.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request, url_for
from werkzeug.datastructures import MultiDict

from search_app.api.bodies import sent
from search_app.api.parameters import Parameter, Value
from search_app.live import searcher
from search_app.validators import is_known, tag_of

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter with its name, and its value where the caller says none; it stands in the path, behind it or in the body."""

    name: str
    parameter: Parameter
    default: Value | None
    required: bool
    in_path: bool
    in_body: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """An address of the API.

    ``summary`` is German, to be translated; ``about`` English.  ``problems`` are statuses besides those that any operation may
    answer.  ``files`` are media types that it answers instead of JSON.
    """

    path: str
    function: Callable[..., Any]
    summary: str
    problems: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    method: str = "get"
    most_bytes: int = 0
    given: tuple[Given, ...] = field(default=(), kw_only=True)
    answer: Any = field(default=None, kw_only=True)
    takes = ("application/json", "application/x-www-form-urlencoded")  # a body's media types

    @property
    def name(self) -> str:
        """What it is called in the description."""
        return self.function.__name__

    @property
    def about(self) -> str:
        """What it does: the function's own description."""
        return " ".join((inspect.getdoc(self.function) or "").split())

    @property
    def address(self) -> str:
        """Its path with names in braces."""
        return re.sub(r"<(\w+)>", r"{\1}", PREFIX + self.path)

    def read(self, said: MultiDict[str, str]) -> dict[str, Value | None]:
        """Return what is said behind an address, or in a body; raises Problem (400)."""
        read: dict[str, Value | None] = {}
        for one in self.given:
            if not one.in_path:
                values = said.getlist(one.name)
                read[one.name] = one.parameter.read(one.name, values) if values else one.default
        return read

    def address_of(self, said: MultiDict[str, str], **changed: str) -> str:
        """Return an address that asks what is said, some of it ``changed``; what is not declared is left out.

        ``said`` has at least what stands in the path.
        """
        path: dict[str, str] = {one.name: said[one.name] for one in self.given if one.in_path}
        values = {one.name: said.getlist(one.name) for one in self.given if not one.in_path} | changed
        asked = urlencode({name: value for name, value in values.items() if value}, doseq=True, safe="/,:")
        # Behind the path only by hand: url_for takes some names for itself.
        return url_for(f"api.{self.name}", **path) + (f"?{asked}" if asked else "")  # type: ignore[arg-type]

    def respond(self, **path: str) -> Response:
        """Answer the request at hand, or say that nothing has changed since the caller asked before."""
        g.operation = self
        if self.method == "post":
            asked = self.read(sent(self.most_bytes))
            with searcher() as live:
                return self._whole(live, path, asked)
        asked = self.read(request.args)
        with searcher() as live:
            tag = tag_of(live)
            response = Response(status=304) if is_known(tag) else self._whole(live, path, asked)
        response.set_etag(tag)
        return response

    def _whole(self, live: object, path: Mapping[str, str], asked: Mapping[str, Value | None]) -> Response:
        answer = self.function(live, **path, **asked)
        return answer if isinstance(answer, Response) else jsonify(answer)

    def register(self, blueprint: Blueprint) -> None:
        """Let a blueprint answer at its address."""
        blueprint.add_url_rule(PREFIX + self.path, self.name, self.respond, methods=[self.method.upper()])


def asked_again(**changed: str) -> str:
    """Return the address of the request at hand, some of it ``changed``."""
    at_hand = g.operation
    assert isinstance(at_hand, Operation)
    said = request.args.copy()
    for name, value in (request.view_args or {}).items():
        said[name] = value
    return at_hand.address_of(said, **changed)


def operation(
    path: str,
    summary: str,
    *,
    problems: tuple[int, ...] = (),
    files: tuple[str, ...] = (),
    method: str = "get",
    most_bytes: int = 0,
) -> Callable[[Callable[..., Any]], Operation]:
    """Make a function an operation: its first parameter is the searcher, the others say by annotations what they are.

    With the method "post" they stand in a body, of ``most_bytes`` at most.
    """

    def made(function: Callable[..., Any]) -> Operation:
        hints = typing.get_type_hints(function, include_extras=True)
        given = tuple(
            _given(one, hints[name], in_path=f"<{name}>" in path, in_body=method == "post")
            for name, one in list(inspect.signature(function).parameters.items())[1:]
        )
        return Operation(path, function, summary, problems, files, method, most_bytes, given=given, answer=hints["return"])

    return made


def _given(signature: inspect.Parameter, hint: Any, *, in_path: bool, in_body: bool) -> Given:
    assert get_origin(hint) is Annotated, signature.name
    parameter = next(one for one in get_args(hint) if isinstance(one, Parameter))
    if in_path:
        return Given(signature.name, parameter, None, True, True, False)
    required = signature.default == "" and parameter.schema.get("minLength", 0) > 0
    return Given(signature.name, parameter, signature.default, required, False, in_body)
