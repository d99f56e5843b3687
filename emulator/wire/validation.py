"""
Validation of a request's members against its input shape.

A shape is read twice. `compile_check` makes closures that only accept or reject a value, and decide.
`Constraints.errors` explains a rejection in AWS's words by way of a JSON Schema, which costs forty times as much and is
built only when a request was rejected. A property test checks that both reach the same verdict.

Both treat a shape as AWS's JSON services do: nulls count as absent, unknown members pass, a pattern must match the
whole value, and a value of another JSON type is not a validation error but a SerializationException.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Container, Iterable
from functools import cached_property
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from emulator.kernel.dataclass import dataclass
from emulator.wire.errors import SerializationException

Check = Callable[[Any], bool]

WHOLE_START, WHOLE_END = r"(?a)\A(?:", r")\Z"
"""AWS matches the whole value, and Python's `$` would accept a final newline. `\\d` and `\\s` are ASCII only, as in Java."""

CONSTRAINT_TEXT = {
    "required": "Member must not be null",
    "enum": "Member must satisfy enum value set: [{}]",
    "pattern": "Member must satisfy regular expression pattern: {}",
    "minLength": "Member must have length greater than or equal to {}",
    "maxLength": "Member must have length less than or equal to {}",
    "minItems": "Member must have length greater than or equal to {}",
    "maxItems": "Member must have length less than or equal to {}",
    "minProperties": "Member must have length greater than or equal to {}",
    "maxProperties": "Member must have length less than or equal to {}",
    "minimum": "Member must have value greater than or equal to {}",
    "maximum": "Member must have value less than or equal to {}",
}
"""The message for each broken constraint, in the words of AWS's services. Source: those that SNS was recorded
to use, see `summary`; the same sentences are in many public reports on other services"""

JSON_TYPES = {
    "structure": "object",
    "map": "object",
    "list": "array",
    "string": "string",
    "character": "string",
    "blob": "string",
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "short": "integer",
    "byte": "integer",
    "float": "number",
    "double": "number",
    "timestamp": "timestamp",
}


@dataclass(frozen=True, slots=True)
class BrokenConstraint:
    """A member that breaks a constraint: its path (`context.order`), the keyword of JSON Schema, and AWS's message."""

    name: str
    keyword: str
    message: str


def summary(broken: Iterable[BrokenConstraint]) -> str:
    """
    Return one sentence about all broken constraints.

    Source: `ValidationError` of SNS in the snapshots of localstack's tests, recorded on AWS
    """
    lines = [
        f"Value {'null ' if constraint.keyword == 'required' else ''}at '{constraint.name}' failed to "
        f"satisfy constraint: {constraint.message}"
        for constraint in broken
    ]
    return f"{len(lines)} validation error{'s' if len(lines) > 1 else ''} detected: {'; '.join(lines)}"


def _is_integer(value: object) -> bool:
    return type(value) is int


def _is_number(value: object) -> bool:
    # NaN, which a query string can contain, is unequal to itself, so that comparisons with it are meaningless.
    return type(value) in (int, float) and value == value


def _is_timestamp(value: object) -> bool:
    # JSON services send seconds; REST services may send text, which is parsed after validation.
    return type(value) is str or _is_number(value)


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


# --- The fast check -------------------------------------------------------------------------------------------------


def compile_check(shape: Shape) -> Check:
    """Return a function that checks whether a value fits the shape."""
    return _compile(shape, {})


def _compile(shape: Shape, compiled: dict[str, Check]) -> Check:
    # A shape may contain itself: the placeholder is replaced once the check exists.
    if shape.name in compiled:
        name = shape.name
        return lambda value: compiled[name](value)
    compiled[shape.name] = lambda value: False
    check = _compile_new(shape, compiled)
    compiled[shape.name] = check
    return check


def _compile_new(shape: Shape, compiled: dict[str, Check]) -> Check:
    if isinstance(shape, StructureShape):
        return _check_structure(shape, compiled)
    if isinstance(shape, ListShape):
        return _check_list(shape, compiled)
    if isinstance(shape, MapShape):
        return _check_map(shape, compiled)
    if isinstance(shape, StringShape):
        return _check_string(shape)
    if shape.type_name == "blob":
        return _check_blob(shape)
    if shape.type_name == "boolean":
        return lambda value: value is True or value is False
    if shape.type_name == "timestamp":
        return _is_timestamp
    is_type = _is_integer if JSON_TYPES[shape.type_name] == "integer" else _is_number
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is None and most is None:
        return is_type
    low = float("-inf") if least is None else least
    high = float("inf") if most is None else most
    return lambda value: is_type(value) and low <= value <= high


def _check_structure(shape: StructureShape, compiled: dict[str, Check]) -> Check:
    required = tuple(shape.required_members)
    members = {name: _compile(member, compiled) for name, member in shape.members.items()}

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name in required:
            if value.get(name) is None:
                return False
        for name, member in value.items():
            if member is not None and name in members and not members[name](member):
                return False
        return True

    return check


def _check_list(shape: ListShape, compiled: dict[str, Check]) -> Check:
    low, high = _bounds(shape)
    member = _compile(shape.member, compiled)

    def check(value: Any) -> bool:
        return type(value) is list and low <= len(value) <= high and all(map(member, value))

    return check


def _check_map(shape: MapShape, compiled: dict[str, Check]) -> Check:
    low, high = _bounds(shape)
    key_check, value_check = _compile(shape.key, compiled), _compile(shape.value, compiled)

    def check(value: Any) -> bool:
        if type(value) is not dict or not low <= len(value) <= high:
            return False
        return all(map(key_check, value)) and all(map(value_check, value.values()))

    return check


def _check_string(shape: StringShape) -> Check:
    if shape.enum:
        values = frozenset(shape.enum)
        return lambda value: type(value) is str and value in values
    low, high = _bounds(shape)
    pattern = shape.metadata.get("pattern")
    if pattern is None:
        return lambda value: type(value) is str and low <= len(value) <= high
    match = re.compile(_whole(pattern)).match
    return lambda value: type(value) is str and low <= len(value) <= high and match(value) is not None


def _check_blob(shape: Shape) -> Check:
    low, high = _bounds(shape)
    return lambda value: type(value) is str and low <= len(value) <= high and _is_base64(value)


def _bounds(shape: Shape) -> tuple[float, float]:
    return shape.metadata.get("min", 0), shape.metadata.get("max", float("inf"))


def _whole(pattern: str) -> str:
    return f"{WHOLE_START}{pattern}{WHOLE_END}"


# --- The explanation ------------------------------------------------------------------------------------------------


def schema(shape: Shape) -> dict[str, Any]:
    """
    Return the shape as a JSON Schema.

    Each shape in it is one dict, wherever it occurs, also within itself: jsonschema would look up each reference anew, and
    takes longer for that than for all else.
    """
    return _define(shape, {})


def _define(shape: Shape, definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if shape.name not in definitions:
        definitions[shape.name] = {}
        definitions[shape.name].update(_schema_of(shape, definitions))
    return definitions[shape.name]


def _schema_of(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": JSON_TYPES[shape.type_name]}
    limits = {keyword: shape.metadata[bound] for bound, keyword in _limit_keywords(shape) if bound in shape.metadata}
    if isinstance(shape, StructureShape):
        found["properties"] = {name: _define(member, definitions) for name, member in shape.members.items()}
        if shape.required_members:
            found["required"] = list(shape.required_members)
        return found
    if isinstance(shape, ListShape):
        found["items"] = _define(shape.member, definitions)
    elif isinstance(shape, MapShape):
        found["propertyNames"] = _define(shape.key, definitions)
        found["additionalProperties"] = _define(shape.value, definitions)
    elif isinstance(shape, StringShape) and shape.enum:
        return found | {"enum": list(shape.enum)}
    elif shape.type_name == "blob":
        found["format"] = "base64"
    elif "pattern" in shape.metadata:
        found["pattern"] = _whole(shape.metadata["pattern"])
    return found | limits


def _limit_keywords(shape: Shape) -> tuple[tuple[str, str], tuple[str, str]]:
    json_type = JSON_TYPES[shape.type_name]
    if json_type == "array":
        return ("min", "minItems"), ("max", "maxItems")
    if json_type == "object":
        return ("min", "minProperties"), ("max", "maxProperties")
    if json_type in ("integer", "number"):
        return ("min", "minimum"), ("max", "maximum")
    return ("min", "minLength"), ("max", "maxLength")


class Constraints:
    """The constraints of a shape: `is_valid` decides, `errors` explains."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.is_valid: Check = compile_check(shape)

    def errors(self, value: Any) -> list[BrokenConstraint]:
        """
        Return every constraint that the value breaks, in the order of its members.

        Raises:
            SerializationException: the JSON type of a value differs from the model.
        """
        errors = sorted(self._validator.iter_errors(without_nulls(self.shape, value)), key=_place)
        for error in errors:
            if error.validator in ("type", "format"):
                raise SerializationException(_type_sentence(error))
        return [_broken(error) for error in errors]

    @cached_property
    def _validator(self) -> Any:
        # Imported here: jsonschema takes longer to import than the rest of the emulator, and valid requests never need it.
        from jsonschema import Draft202012Validator, FormatChecker
        from jsonschema.validators import extend

        checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
            {
                "integer": lambda _, value: _is_integer(value),
                "number": lambda _, value: _is_number(value),
                "timestamp": lambda _, value: _is_timestamp(value),
            }
        )
        formats = FormatChecker(formats=())
        formats.checks("base64")(lambda value: not isinstance(value, str) or _is_base64(value))
        validator: Any = extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
        return validator(schema(self.shape), format_checker=formats)


def without_nulls(shape: Shape, value: Any) -> Any:
    """Return the value without the null (and unknown) members of its structures."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: without_nulls(shape.members[name], member)
            for name, member in value.items()
            if member is not None and name in shape.members
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [without_nulls(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: without_nulls(shape.value, item) for key, item in value.items()}
    return value


def _place(error: Any) -> tuple[list[str], str]:
    return [str(step) for step in error.absolute_path], str(error.message)


def _broken(error: Any) -> BrokenConstraint:
    path = list(error.absolute_path)
    argument = error.validator_value
    if error.validator == "required":
        path.append(re.findall(r"'([^']*)' is a required", error.message)[0])
    elif error.validator == "enum":
        argument = ", ".join(argument)
    elif error.validator == "pattern":
        argument = argument[len(WHOLE_START) : -len(WHOLE_END)]
    return BrokenConstraint(
        field_name(path, _map_keys(error)), error.validator, CONSTRAINT_TEXT[error.validator].format(argument)
    )


def field_name(path: list[str | int], keys: Container[int] = ()) -> str:
    """
    Return the path of a member in AWS's notation: `['Tags', 0, 'Key']` -> `tags.1.member.key`.

    AWS writes lower camel case and counts list members from one. `keys` are the positions in the path that are map
    keys, which stay as the caller wrote them.
    """
    steps = []
    for place, step in enumerate(path):
        if isinstance(step, int):
            steps.append(f"{step + 1}.member")
        else:
            steps.append(step if place in keys else step[:1].lower() + step[1:])
    return ".".join(steps)


def _map_keys(error: Any) -> set[int]:
    """Return the positions of map keys in the path of an error, derived from its path through the schema."""
    keys: set[int] = set()
    depth = 0
    keywords = iter(error.absolute_schema_path)
    for keyword in keywords:
        if keyword == "properties":
            next(keywords)
        elif keyword == "additionalProperties":
            keys.add(depth)
        elif keyword != "items":
            continue
        depth += 1
    return keys


def _type_sentence(error: Any) -> str:
    where = field_name(list(error.absolute_path), _map_keys(error))
    wanted = "base64 text" if error.validator == "format" else error.validator_value
    found = type(error.instance).__name__
    name = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "dict": "object", "list": "array"}
    return f"Value at '{where}' must be {wanted}, but is {name.get(found, 'null')}"
