"""
Requests made from the model: for every operation the smallest that is valid, and that one with one thing changed.

A test that asks for `operation_name` runs for every modelled operation, one that asks for `implemented_name` for those
with a handler; the model is that of the installed botocore.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, product
from string import ascii_uppercase
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import strategies as st

from emulator import Emulator
from emulator.services.sms_voice_v2 import operations  # noqa: F401  registers the handlers
from emulator.services.sms_voice_v2.service import service
from emulator.wire.http import Request, Response

JSON = "application/x-amz-json-1.0"
PREFIXES = (
    "",
    "+",
    "+1",
    "arn:",
    "arn:aws:sms-voice:us-east-1:123456789012:pool/",
    "https://",
    "s3://",
    "s3://abc/",
    ".",
    "1.",
    "waba-",
    "phone-number-id-",
    "arn:aws:social-messaging:us-east-1:123456789012:waba/",
    "arn:aws:iam::123456789012:role/",
    "arn:aws:kms:us-east-1:123456789012:key/",
    "https://example.com/",
    "2026-01-01",
)
FILLINGS = ("a", "A", "1", "aB1")
MISFITS = ("\n", " ", "é", "!", "a\n", "1", "a", "A", "+", ".", "\u00a0", "٣")
WRONG_TYPES = {
    "string": (7, True, 1.5, [], {}),
    "integer": ("7", True, 7.0, 1.5, [], {}),
    "number": ("7", True, [], {}),
    "boolean": ("true", 1, 0, [], {}),
    "array": ("x", {}, 7, True),
    "object": ("x", [], 7, True),
    "timestamp": (True, [], {}),
}
JSON_TYPES = {
    "structure": "object",
    "map": "object",
    "list": "array",
    "blob": "string",
    "long": "integer",
    "double": "number",
    "float": "number",
}
ABSENT = object()

Path = tuple[str | int, ...]


class Key(str):
    """A map's key in a path, which keeps its case."""


@dataclass(frozen=True)
class Case:
    """A member in its place, what to put there, and why."""

    why: str
    path: Path
    value: Any

    @property
    def field(self) -> str:
        """The place as AWS names it: lower camel case, list members counted from one, a map's keys as they are."""
        return ".".join(map(_step, self.path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"{step + 1}.member"
    return step if isinstance(step, Key) else step[0].lower() + step[1:]


def json_type(shape: Shape) -> str:
    """The JSON type of a shape."""
    return JSON_TYPES.get(shape.type_name, shape.type_name)


# --- Good values ------------------------------------------------------------------------------------------------------


def text_of(shape: Shape, length: int) -> str | None:
    """A text of that length that satisfies the shape's pattern; None when there is none to be found."""
    return fitting_text(shape.metadata.get("pattern", ".*"), length)


@cache
def fitting_text(pattern: str, length: int) -> str | None:
    """Look for such a text; the same are wanted for each request."""
    for prefix, filling in product(PREFIXES, FILLINGS):
        if len(prefix) <= length:
            text = prefix + (filling * length)[: length - len(prefix)]
            if re.fullmatch(pattern, text, re.ASCII):
                return text
    return None


def good_text(shape: Shape) -> str:
    """The shortest text that satisfies the shape, of what can be found."""
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 100)
    found = next((text for length in range(max(least, 1), min(most, 100) + 1) if (text := text_of(shape, length))), None)
    assert found is not None, f"no text found for {shape.name} {shape.metadata}"
    return found


def minimal(shape: Shape) -> Any:
    """The smallest good value: required members, as few items as allowed."""
    least = shape.metadata.get("min", 0)
    if isinstance(shape, StructureShape):
        return {name: minimal(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [minimal(shape.member) for _ in range(least)]
    if isinstance(shape, MapShape):
        return {key: minimal(shape.value) for key in keys_of(shape, least)}
    if isinstance(shape, StringShape):
        return shape.enum[0] if shape.enum else good_text(shape)
    if shape.type_name == "blob":
        return b64encode(b"abc").decode()
    return True if shape.type_name == "boolean" else max(least, 0)


def keys_of(shape: MapShape, count: int) -> list[str]:
    """As many different keys of a map."""
    if isinstance(shape.key, StringShape) and shape.key.enum:
        return [*shape.key.enum, *(f"NO_SUCH_KEY_{number}" for number in range(count))][:count]
    pattern, most = shape.key.metadata.get("pattern", ".*"), shape.key.metadata.get("max", 1000)
    names = chain(("a", *(f"key{number}" for number in range(count))), map("".join, product(ascii_uppercase, repeat=2)))
    fitting = (name for name in names if len(name) <= most and re.fullmatch(pattern, name, re.ASCII))
    found = list(islice(fitting, count))
    assert len(found) == count, f"too few keys found for {shape.name}"
    return found


def request_with(shape: Shape, *cases: Case) -> Any:
    """The smallest good value with these changes."""
    found = minimal(shape)
    for case in cases:
        found = _put(shape, found, case.path, case.value)
    return found


def _put(shape: Shape, found: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(shape, StructureShape):
        member = shape.members[step]
        inner = _put(member, found.get(step, minimal(member)) if rest else None, rest, value)
        return {name: entry for name, entry in (found | {step: inner}).items() if entry is not ABSENT}
    if isinstance(shape, ListShape):
        return [_put(shape.member, found[0] if found else minimal(shape.member), rest, value), *found[1:]]
    return found | {str(step): _put(shape.value, found.get(step, minimal(shape.value)), rest, value)}


# --- Changes ----------------------------------------------------------------------------------------------------------


def places(shape: Shape, path: Path = (), within: tuple[str, ...] = ()) -> Iterator[tuple[Path, Shape]]:
    """Every member of a shape, nested ones too; a shape within itself is not entered again."""
    if path:
        yield path, shape
    if shape.name in within:
        return
    within = (*within, shape.name)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from places(member, (*path, name), within)
    elif isinstance(shape, ListShape):
        yield from places(shape.member, (*path, 0), within)
    elif isinstance(shape, MapShape):
        yield from places(shape.value, (*path, Key(keys_of(shape, 1)[0])), within)


def broken_cases(shape: StructureShape) -> Iterator[Case]:
    """Every constraint of a request, broken once."""
    for path, member in [((), shape), *places(shape)]:
        if isinstance(member, StructureShape):
            for name in member.required_members:
                yield Case("required", (*path, name), ABSENT)
                yield Case("required, null", (*path, name), None)
        elif isinstance(member, StringShape):
            yield from (Case(why, path, text) for why, text in _broken_texts(member))
        elif isinstance(member, ListShape | MapShape):
            yield from (Case(why, path, items) for why, items in _broken_sizes(member))
        elif json_type(member) in ("integer", "number"):
            yield from (Case(why, path, number) for why, number in _broken_numbers(member))
        elif member.type_name == "blob":
            if "min" in member.metadata:
                yield Case("min", path, "")
            if "max" in member.metadata:
                yield Case("max", path, "A" * (member.metadata["max"] // 4 * 4 + 4))


def _broken_texts(shape: StringShape) -> Iterator[tuple[str, str]]:
    if shape.enum:
        yield from (("enum", text) for text in ("NO_SUCH_VALUE", "", shape.enum[0] + "\n", shape.enum[0].swapcase()))
        return
    least, most, pattern = (shape.metadata.get(name) for name in ("min", "max", "pattern"))
    if least:
        yield "min", text_of(shape, least - 1) or "a" * (least - 1)
    if most is not None:
        yield "max", text_of(shape, most + 1) or "a" * (most + 1)
    if pattern is not None:
        misfits = (text for text in (good_text(shape) + "\n", *MISFITS) if len(text) <= (most or len(text)))
        fitting = [text for text in misfits if not re.fullmatch(pattern, text, re.ASCII)]
        assert fitting or pattern == r"[\s\S]+", f"nothing breaks {pattern}"
        yield from (("pattern", text) for text in fitting)


def _broken_sizes(shape: ListShape | MapShape) -> Iterator[tuple[str, Any]]:
    for why, bound, count in (("min", "min", -1), ("max", "max", 1)):
        size = shape.metadata.get(bound, 0) + count
        if bound in shape.metadata and size >= 0:
            yield why, _sized(shape, size)
    if isinstance(shape, MapShape) and (shape.key.metadata.get("min") or shape.key.metadata.get("pattern")):
        yield "key", {"": minimal(shape.value)}


def _sized(shape: ListShape | MapShape, size: int) -> Any:
    if isinstance(shape, ListShape):
        return [minimal(shape.member) for _ in range(size)]
    return {key: minimal(shape.value) for key in keys_of(shape, size)}


def _most(shape: ListShape | MapShape) -> float:
    """How many items there can be at all: a map whose keys are an enum has no more than that."""
    enum = shape.key.enum if isinstance(shape, MapShape) and isinstance(shape.key, StringShape) else None
    return len(enum) if enum else float("inf")


def _broken_numbers(shape: Shape) -> Iterator[tuple[str, int]]:
    if "min" in shape.metadata:
        yield "min", shape.metadata["min"] - 1
    if "max" in shape.metadata:
        yield "max", shape.metadata["max"] + 1


def mistyped_cases(shape: StructureShape) -> Iterator[Case]:
    """Every member of a request with each wrong JSON type; null where an item or a map's value stands."""
    for path, member in places(shape):
        for value in WRONG_TYPES[json_type(member)]:
            yield Case("type", path, value)
        if isinstance(path[-1], int):
            yield Case("null item", path, None)


def boundary_cases(shape: StructureShape) -> Iterator[Case]:
    """Every member of a request at each of its bounds, and each value of an enum."""
    for path, member in places(shape):
        if isinstance(member, StringShape) and member.enum:
            yield from (Case("enum", path, value) for value in member.enum)
            continue
        for bound in ("min", "max"):
            limit = member.metadata.get(bound)
            if limit is None or member.type_name == "blob":
                continue
            if isinstance(member, ListShape | MapShape):
                yield Case(bound, path, _sized(member, min(limit, _most(member))))
            elif isinstance(member, StringShape):
                text = text_of(member, limit)
                if text is not None:
                    yield Case(bound, path, text)
            else:
                yield Case(bound, path, limit)


# --- Any value --------------------------------------------------------------------------------------------------------

NUMBERS = (0, 1, -1, 1.0, 1.5, -0.0, 10**30, 2**63, float("nan"), float("inf"))
TEXTS = ("", " ", "\n", "a\n", "NaN", "٣", "\ud800")
ODDITIES = st.sampled_from([None, True, False, *NUMBERS, *TEXTS, [], {}, [None], {"": None}, {"Unknown": 1}])


def values_of(shape: Shape, depth: int = 4) -> st.SearchStrategy[Any]:
    """Return values of a shape near its bounds, some of them invalid."""
    good = st.deferred(lambda: _near(shape, depth))
    return st.integers(0, 14).flatmap(lambda die: ODDITIES if die == 0 else good)


def _near(shape: Shape, depth: int) -> st.SearchStrategy[Any]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 3)
    sizes = st.sampled_from([size for size in {least - 1, least, least + 1, 2, min(most, 8), most + 1} if 0 <= size <= 9])
    if isinstance(shape, StructureShape):
        return _near_structure(shape, depth)
    if isinstance(shape, ListShape):
        return sizes.flatmap(lambda size: st.lists(values_of(shape.member, depth - 1), min_size=size, max_size=size))
    if isinstance(shape, MapShape):
        keys = st.one_of(_near(shape.key, depth), st.sampled_from(["", "a", "\n", "É"]))
        return sizes.flatmap(lambda n: st.dictionaries(keys, values_of(shape.value, depth - 1), min_size=0, max_size=n))
    if isinstance(shape, StringShape):
        return st.sampled_from(_near_texts(shape))
    if shape.type_name == "blob":
        return st.sampled_from(["", "QQ==", "QQ=", "QQ", "Q Q=", "QUJD", "QUJD\n", "é"])
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name == "timestamp":
        return st.sampled_from([0, 1767225600, 1767225600.5, "2026-01-01T00:00:00Z", -1])
    return st.sampled_from([least - 1, least, least + 1, most - 1, most, most + 1, float(least), float(most)])


def _near_structure(shape: StructureShape, depth: int) -> st.SearchStrategy[Any]:
    required = {name: values_of(shape.members[name], depth - 1) for name in shape.required_members}
    optional = {name: values_of(member, depth - 1) for name, member in shape.members.items() if name not in required}
    if depth <= 0:
        optional = {}
    whole = st.fixed_dictionaries(required, optional=optional | {"Unknown": st.just(1)})
    if not required:
        return whole
    missing = st.sampled_from(sorted(required))
    less = st.tuples(whole, missing).map(lambda pair: {name: value for name, value in pair[0].items() if name != pair[1]})
    return st.integers(0, 9).flatmap(lambda die: less if die == 0 else whole)


def _near_texts(shape: StringShape) -> list[str]:
    if shape.enum:
        return [shape.enum[0], shape.enum[-1], shape.enum[0].lower(), shape.enum[0] + "\n", ""]
    least, most = shape.metadata.get("min", 0), min(shape.metadata.get("max", 100), 3000)
    lengths = {length for length in (least - 1, least, least + 1, most - 1, most, most + 1) if length >= 0}
    texts = [text_of(shape, length) or "a" * length for length in sorted(lengths)]
    return [*texts, good_text(shape), good_text(shape) + "\n", "\u00e9", "\n"]


# --- Fixtures ---------------------------------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The operations of the model, for tests that ask for one."""
    coverage = service.coverage()
    if "operation_name" in metafunc.fixturenames:
        metafunc.parametrize("operation_name", list(coverage))
    if "implemented_name" in metafunc.fixturenames:
        metafunc.parametrize("implemented_name", [name for name, implemented in coverage.items() if implemented])


@pytest.fixture
def emulator() -> Emulator:
    """An empty world whose time stands still."""
    return Emulator(clock="frozen")


@pytest.fixture
def post(emulator: Emulator) -> Any:
    """`post(operation, members)`: the status and body of the raw answer."""

    def post(name: str, members: Any) -> tuple[int, Any]:
        headers = {"x-amz-target": f"PinpointSMSVoiceV2.{name}", "content-type": JSON}
        response: Response = emulator.handle(Request("POST", "/", headers, json.dumps(members).encode()))
        return response.status, json.loads(response.body)

    return post


@pytest.fixture
def state(emulator: Emulator) -> Any:
    """`state()`: all that the world holds, as text."""

    def table(value: Any) -> Any:
        return list(value) if hasattr(value, "find") and hasattr(value, "get") and not isinstance(value, dict) else value

    def state() -> str:
        world = emulator.world
        stores = [{name: table(value) for name, value in vars(store).items()} for store in world.messaging_stores]
        return repr((stores, world.inbox, world.handsets, world.clock.pending(), world.clock.now))

    return state


@pytest.fixture(scope="session")
def shapes() -> dict[str, StructureShape]:
    """The input shape of every operation."""
    empty = StructureShape("Empty", {"type": "structure", "members": {}})
    return {name: service.model.operation_model(name).input_shape or empty for name in service.model.operation_names}


@pytest.fixture(scope="session")
def cases() -> Any:
    """The makers of requests above, by name."""

    class Cases:
        minimal = staticmethod(minimal)
        broken = staticmethod(broken_cases)
        mistyped = staticmethod(mistyped_cases)
        boundary = staticmethod(boundary_cases)
        request_with = staticmethod(request_with)
        values_of = staticmethod(values_of)

    return Cases
