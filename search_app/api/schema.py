"""The types of answers become JSON schemas (2020-12, as OpenAPI 3.1 has them)."""

from __future__ import annotations

import types
import typing
from enum import Enum
from typing import Annotated, Any, NotRequired, Union, get_args, get_origin, is_typeddict

Schema = dict[str, Any]

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


class Schemas:
    """The named schemas of a document: one for each typed dictionary that is met."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:
        """Return the schema of a type: a typed dictionary, a list, an enumeration, plain values, or one of several.

        Raises TypeError for any other.  An annotation that is a text describes.
        """
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self.of(arguments[0]) | {"description": arguments[1]}
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if is_typeddict(hint):
            return self._reference(hint)
        if hint in _PLAIN:
            return {"type": _PLAIN[hint]}
        if isinstance(hint, type) and issubclass(hint, Enum):
            return {"type": "string", "enum": [member.value for member in hint]}
        raise TypeError(f"no schema for {hint}")

    def _reference(self, hint: Any) -> Schema:
        name = hint.__name__.removesuffix("Answer")
        if name not in self.named:
            self.named[name] = {}  # before its fields: one of them may be of this type
            self.named[name] = self._object(hint)
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, hint: Any) -> Schema:
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for name, field in typing.get_type_hints(hint, include_extras=True).items():
            optional = get_origin(field) is NotRequired
            properties[name] = self.of(get_args(field)[0] if optional else field)
            required += [] if optional else [name]
        return {
            "type": "object",
            "description": " ".join((hint.__doc__ or "").split()),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
