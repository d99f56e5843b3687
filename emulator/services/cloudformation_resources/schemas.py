"""
The schemas of the resource types, as CloudFormation's registry has them, and the check of properties against them.

The messages are those of everit's json-schema, with which the registry checks properties; it withholds the value that a
pattern or an enumeration refuses. Source: events of failed stacks in public issues
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from emulator.kernel.tables import load_table

TABLE = "services/cloudformation_resources/data/schemas.json"
TYPE_NAMES = (
    ("boolean", bool, "Boolean"),
    ("integer", int, "Integer"),
    ("number", (int, float), "Number"),
    ("string", str, "String"),
    ("array", list, "JSONArray"),
    ("object", dict, "JSONObject"),
)
"""JSON's types: the Python type, and the name in messages."""
COUNTRY_PATTERN = "^[A-Z]{2}$"
NORWAY = "NO"
Json = Mapping[str, Any]


class Schema:
    """The schema of one resource type."""

    def __init__(self, document: Json) -> None:
        self.name: str = document["typeName"]
        self.create_only = _names(document.get("createOnlyProperties", ()))
        self.read_only = _names(document.get("readOnlyProperties", ()))
        self.tagging: Json = document["tagging"]
        self._document = document
        self.attributes = frozenset(self._attributes())

    def _attributes(self) -> Iterator[str]:
        for name in self.read_only:
            members = self._resolved(self._document["properties"][name]).get("properties")
            yield from (f"{name}.{member}" for member in members) if members else (name,)

    def _resolved(self, part: Json) -> Json:
        reference = part.get("$ref")
        if reference is None:
            return part
        definition: Json = self._document["definitions"][reference.rpartition("/")[2]]
        return definition

    # --- Conversion ---------------------------------------------------------------------------------------------------

    def coerce(self, properties: Json) -> dict[str, Any]:
        """Return properties whose scalars have the type that the schema names, where CloudFormation converts them."""
        coerced: dict[str, Any] = self._coerce(properties, self._document)
        return coerced

    def _coerce(self, value: Any, part: Json) -> Any:
        part = self._resolved(part)
        if isinstance(value, dict):
            members = part.get("properties", {})
            return {name: self._coerce(each, members.get(name, {})) for name, each in value.items()}
        if isinstance(value, list):
            return [self._coerce(each, part.get("items", {})) for each in value if each is not None]
        convert = SCALARS.get(part.get("type", ""))
        if value is False and part.get("pattern") == COUNTRY_PATTERN:
            return NORWAY  # YAML 1.1 reads the country code as a boolean.
        return convert(value) if convert is not None else value

    # --- Check --------------------------------------------------------------------------------------------------------

    def problems(self, properties: Json) -> list[str]:
        """Return what is wrong with properties, each as a JSON pointer with a sentence."""
        given = [name for name in self.read_only if name in properties]
        # unverified: the words for a read-only property
        refused = [f"#: extraneous key [{name}] is not permitted" for name in given]
        rest = {name: value for name, value in properties.items() if name not in given}
        return [*refused, *self._problems(rest, self._document, "#")]

    def _problems(self, value: Any, part: Json, path: str) -> Iterator[str]:
        part = self._resolved(part)
        mismatch = _type_mismatch(value, part.get("type", "object" if path == "#" else None))
        if mismatch is not None:
            yield f"{path}: {mismatch}"
            return
        for sentence in CHECKS.get(type(value), _of_any)(value, part):
            yield f"{path}: {sentence}"
        if isinstance(value, dict):
            members = part.get("properties", {})
            for name in [name for name in value if name in members]:
                yield from self._problems(value[name], members[name], f"{path}/{name}")
        if isinstance(value, list) and "items" in part:
            for index, each in enumerate(value):
                yield from self._problems(each, part["items"], f"{path}/{index}")


def _names(pointers: Any) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/") for pointer in pointers)


def _to_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _to_boolean(value: Any) -> Any:
    words = {"true": True, "false": False}
    return words.get(value.lower(), value) if isinstance(value, str) else value


SCALARS: Mapping[str, Callable[[Any], Any]] = {"string": _to_text, "boolean": _to_boolean}


def _type_mismatch(value: Any, expected: str | None) -> str | None:
    """Return the sentence for a value of another type than the expected one; None if it fits."""
    if expected is None:
        return None
    kinds = {name: (kind, label) for name, kind, label in TYPE_NAMES}
    kind, label = kinds[expected]
    if isinstance(value, kind) and (expected == "boolean" or not isinstance(value, bool)):
        return None
    found = next((label for _, kind, label in TYPE_NAMES if isinstance(value, kind)), "Null")
    return f"expected type: {label}, found: {found}"


def _of_object(value: dict[str, Any], part: Json) -> Iterator[str]:
    for name in part.get("required", ()):
        if name not in value:
            yield f"required key [{name}] not found"
    if part.get("additionalProperties") is False:
        for name in value:
            if name not in part.get("properties", {}):
                yield f"extraneous key [{name}] is not permitted"
    matched = {
        keyword: sum(1 for each in part[keyword] if value.keys() >= set(each["required"]))
        for keyword in ("oneOf", "anyOf")
        if keyword in part
    }
    if matched.get("oneOf", 1) != 1:
        yield f"{matched['oneOf']} subschemas matched instead of one"
    if matched.get("anyOf", 1) == 0:
        yield f"no subschema matched out of the total {len(part['anyOf'])} subschemas"


def _of_array(value: list[Any], part: Json) -> Iterator[str]:
    if len(value) < part.get("minItems", 0):
        yield f"expected minimum item count: {part['minItems']}, found: {len(value)}"
    if len(value) > part.get("maxItems", len(value)):
        yield f"expected maximum item count: {part['maxItems']}, found: {len(value)}"
    if part.get("uniqueItems") and any(each in value[:index] for index, each in enumerate(value)):
        yield "array items are not unique"


def _of_string(value: str, part: Json) -> Iterator[str]:
    if len(value) < part.get("minLength", 0):
        yield f"expected minLength: {part['minLength']}, actual: {len(value)}"
    if len(value) > part.get("maxLength", len(value)):
        yield f"expected maxLength: {part['maxLength']}, actual: {len(value)}"
    if "pattern" in part and not re.search(part["pattern"], value):
        yield "failed validation constraint for keyword [pattern]"
    if "enum" in part and value not in part["enum"]:
        yield "failed validation constraint for keyword [enum]"


def _of_any(value: Any, part: Json) -> Iterator[str]:
    return iter(())


CHECKS: Mapping[type, Callable[[Any, Json], Iterator[str]]] = {dict: _of_object, list: _of_array, str: _of_string}


def schema_of(name: str) -> Schema:
    """Return the schema of a resource type by its full name, such as `AWS::SMSVOICE::Pool`."""
    return Schema(load_table(TABLE)[name])


def type_names() -> frozenset[str]:
    """Return the full names of all the resource types."""
    return frozenset(name for name in load_table(TABLE) if not name.startswith("_"))
