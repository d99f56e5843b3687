"""The OpenAPI 3.1 description of the control API, derived from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from emulator.control.command import Command, File, Parameter, commands
from emulator.version import __version__

ERROR_SCHEMA = {
    "type": "object",
    "required": ["error", "field"],
    "properties": {
        "error": {"type": "string", "description": "What is wrong, and what would be valid."},
        "field": {"type": ["string", "null"], "description": "The field that is not valid."},
    },
}
ERRORS = {
    "400": "An argument is not valid; nothing has changed.",
    "403": "Pages of another origin may not use this API.",
    "404": "The request names something that does not exist.",
    "405": "The path does not support this method.",
    "408": "The wait timed out.",
    "501": "An extra of the package is not installed.",
}
TIMES_OUT = frozenset({"wait_for_messages", "wait_for_code"})
NEEDS_EXTRA = frozenset({"call_sound"})


@cache
def describe() -> Mapping[str, Any]:
    """Return the description as JSON."""
    routed = [command for command in commands().values() if command.route is not None]
    answers = [part for command in routed for part in _json_types(command.returns)]
    schemas, components = msgspec.json.schema_components(answers, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(map(repr, answers), schemas, strict=True))
    paths: dict[str, Any] = {}
    for command in routed:
        path = command.path.replace("{path:", "{")
        paths.setdefault(path, {})[command.method.lower()] = _operation(command, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "sms-voice-emulator: control API",
            "version": __version__,
            "summary": "Play the recipient, the carrier and the reviewer, and see what was sent.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in sorted({_tag(command) for command in routed})],
        "paths": paths,
        "components": {"schemas": {**components, "Error": ERROR_SCHEMA}},
    }


def _json_types(returns: Any) -> list[Any]:
    """Return those types of an answer that are JSON."""
    parts = get_args(returns) if get_origin(returns) in (Union, UnionType) else (returns,)
    return [part for part in parts if part not in (File, type(None))]


def _tag(command: Command) -> str:
    return command.function.__module__.rpartition(".")[2].replace("_", "-")


def _operation(command: Command, schemas: Mapping[str, Any]) -> dict[str, Any]:
    summary, _, rest = (command.function.__doc__ or "").strip().partition("\n")
    operation: dict[str, Any] = {
        "operationId": command.name,
        "tags": [_tag(command)],
        "summary": summary,
        "parameters": [_parameter(each) for each in command.parameters.values() if each.location in ("path", "query")],
        "responses": _responses(command, schemas),
    }
    description = re.sub(r"\n +", "\n", rest).strip()
    if description:
        operation["description"] = description
    body = _body(command)
    if body is not None:
        operation["requestBody"] = body
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.location == "path" or parameter.required,
        "schema": dict(parameter.parser.schema),
    }


def _body(command: Command) -> dict[str, Any] | None:
    if command.method not in ("POST", "PUT"):
        return None
    if command.body is not None:
        whole = command.parameters[command.body]
        media_type = "application/octet-stream" if whole.type.__origin__ is bytes else "application/json"
        return {"required": whole.required, "content": {media_type: {"schema": dict(whole.parser.schema)}}}
    fields = [each for each in command.parameters.values() if each.location == "body"]
    required = [each.name for each in fields if each.required]
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {each.name: dict(each.parser.schema) for each in fields},
    }
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _responses(command: Command, schemas: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for part in _json_types(command.returns):
        content["application/json"] = {"schema": schemas[repr(part)]}
    if File in (get_args(command.returns) or (command.returns,)):
        content["*/*"] = {"schema": {"type": "string", "format": "binary"}}
    success: dict[str, Any] = {"description": "Success."}
    if content:
        success["content"] = content
    codes = {"400", "403", "404", "405"}
    codes |= {"408"} if command.name in TIMES_OUT else set()
    codes |= {"501"} if command.name in NEEDS_EXTRA else set()
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    refusals = {code: {"description": ERRORS[code], "content": error} for code in sorted(codes)}
    return {str(command.status): success, **refusals}
