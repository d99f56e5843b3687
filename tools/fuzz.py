"""
Fuzz: made-up requests to every operation and command, counting answers of 500 and changes by what was refused.

Most requests are good but for one thing: values come from the models, and the names and ids from earlier answers, so that
they come far before they break. They go straight into the engine, some over a socket. What breaks something is printed as
an entry of tests/robustness/corpus/requests.json. Exits 1 if anything did.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import logging
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from botocore import xform_name
from botocore.model import OperationModel, Shape
from unchanged import Unchanged

from emulator import Emulator
from emulator.control.command import Command, commands
from emulator.front.control_http import create_app
from emulator.front.server import Server
from emulator.wire.http import Request
from emulator.world import SERVICES

CREDENTIAL = "AWS4-HMAC-SHA256 Credential=a/b/{}/{}/aws4_request, SignedHeaders=host, Signature=0"
WORLD_REQUESTS = 400
"""How many requests a world gets before the next one begins: a small world is compared quickly."""
COMPARED_ONE_OF = 4
"""Of so many worlds, one is compared before and after each refusal: that takes twice as long as the requests."""
CONTROL_PART, WIRE_PART = 0.04, 0.01
"""How many of the requests are commands, and how many go over a socket."""
DEPTH_MAX = 6
KNOWN_MAX = 40
"""Values that are remembered of each member."""
REGIONS = ("us-east-1",) * 20 + ("eu-west-1", "us-gov-west-1", "cn-north-1", "nowhere", "")
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e308, 2**63, -(2**63) - 1, 10**30, "", " ", "\x00", "²", "٣", "\u202e", "\ud800", "😀" * 800,
    "a" * 5000, "+", "+1", "-1", "1e999", "NaN", "9" * 4301, "%00", "../..", "arn:::::", "s3://b/k", "{}", "[" * 500,
    "<speak>" * 100, "<speak><break time='99999999999s'/></speak>", [], {}, [None], {"": None}, [[[[]]]],
)  # fmt: skip
TEXTS = (
    "+14255550100", "+12065550100", "+447700900123", "+14254147755", "12345", "US", "GB", "Default", "events", "example-1",
    "Hi", "STOP", "HELP",
    "<speak>Hi <break time='1s'/></speak>", "s3://media/a.png", "phone", "SMS", "VOICE", "2026-01-01T00:00:00Z", "0.05",
    "arn:aws:sns:us-east-1:123456789012:receipts", "arn:aws:iam::123456789012:role/x", "123456789012", "https://a.example/",
    '{"messaging_product":"whatsapp","to":"+14255550100","type":"text","text":{"body":"Hi"}}',
    '{"Version":"2012-10-17","Statement":[]}', '{"version":"7.0","screens":[]}',
)  # fmt: skip
FIELD_VALUES = (
    "+14255550100",
    "DELIVERED",
    "us-east-1",
    "123456789012",
    "sms",
    "frozen",
    1,
    5,
    "Hi",
    "*",
    "2026-01-01T00:00:00Z",
)
FAILURES_SHOWN = 20
"""In full, of each ten thousand requests."""
CLOSED_BYTES_MIN = 65_536
"""A smaller request is answered, whatever is wrong with it."""
LEFT_OUT = ("/wait", "/settle", "/stream", "/audio.wav")
"""Commands that wait, or that make a file by speaking."""


class Maker:
    """Makes requests; one seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.known: dict[str, list[Any]] = {}
        """Values of earlier answers, by the name of the member."""
        # Those that are not there are answered alike; some are kept, among the thrice as many others.
        every = [(service, name) for service in SERVICES for name in service.operation_names]
        there = [(service, name) for service, name in every if xform_name(name) in service.handlers]
        self._operations = [*every, *there, *there]
        self._commands = [each for each in commands().values() if each.route and not each.path.endswith(LEFT_OUT)]

    # --- Values ---------------------------------------------------------------------------------------------------

    def learn(self, answer: Any, name: str = "") -> None:
        """Remember the texts of an answer by their names."""
        if isinstance(answer, dict):
            for key, value in answer.items():
                self.learn(value, key)
        elif isinstance(answer, list):
            for value in answer[:3]:
                self.learn(value, name)
        elif isinstance(answer, str) and 0 < len(answer) < 300:
            values = self.known.setdefault(name.removesuffix("s").lower(), [])
            if answer not in values:
                values.append(answer)
                del values[:-KNOWN_MAX]

    def value(self, shape: Shape, name: str = "", depth: int = 0) -> Any:
        """Return a value of a shape, valid as far as the model says."""
        chance, kind, limits = self.chance, shape.type_name, shape.metadata
        if depth > DEPTH_MAX:
            return chance.choice(ODD)
        if kind == "structure":
            wanted = [*shape.required_members]  # type: ignore[attr-defined]
            others = [each for each in shape.members if each not in wanted]  # type: ignore[attr-defined]
            is_union = getattr(shape, "is_tagged_union", False)
            wanted += chance.sample(others, min(len(others), 1 if is_union else chance.choice((0, 0, 1, 2, 4))))
            return {each: self.value(shape.members[each], each, depth + 1) for each in wanted}  # type: ignore[attr-defined]
        if kind == "list":
            count = max(int(limits.get("min", 0)), chance.choice((0, 1, 1, 2)))
            return [self.value(shape.member, name, depth + 1) for _ in range(min(count, 5))]  # type: ignore[attr-defined]
        if kind == "map":
            key, value = shape.key, shape.value  # type: ignore[attr-defined]
            return {str(self.value(key)): self.value(value, name, depth + 1) for _ in range(chance.choice((0, 1, 1, 2)))}
        if kind in ("integer", "long"):
            low, high = int(limits.get("min", 0)), int(limits.get("max", 1000))
            return chance.choice((low, high, chance.randint(low, high)))
        if kind == "timestamp":
            return chance.choice((0, 1_800_000_000, "2026-01-01T00:00:00Z"))
        if kind == "blob":
            return base64.b64encode(
                chance.choice((b"", b"Hi", b'{"a":1}', *(text.encode() for text in TEXTS[-3:])))
            ).decode()
        if kind in ("double", "float"):
            return chance.choice((0.0, 1.0, 0.5))
        return chance.choice((True, False)) if kind == "boolean" else self._text(shape, name)

    def _text(self, shape: Shape, name: str) -> str:
        chance = self.chance
        enum = getattr(shape, "enum", None)
        if enum:
            return str(chance.choice(enum))
        known = self.known.get(name.removesuffix("s").lower())
        if known and chance.random() < 0.7:
            return str(chance.choice(known))
        text = chance.choice(TEXTS) if chance.random() < 0.8 else f"made-{chance.randrange(1000)}"
        return text.ljust(min(int(shape.metadata.get("min", 0)), 100), "x")[: int(shape.metadata.get("max", 300))]

    def mutated(self, value: Any, depth: int = 0) -> Any:
        """Return a value with one thing wrong in it."""
        chance = self.chance
        if not value or not isinstance(value, dict | list) or depth > DEPTH_MAX or chance.random() < 0.15:
            return chance.choice((chance.choice(ODD), [value], {"x": value}, str(value) if depth else value))
        value = value.copy()
        if isinstance(value, list):
            place = chance.randrange(len(value))
            value[place : place + 1] = chance.choice(([self.mutated(value[place], depth + 1)], [], [value[place]] * 300))
            return value
        key = chance.choice(list(value))
        if chance.random() < 0.2:
            value[chance.choice(("Wat", key.lower(), key + "s", ""))] = value.pop(key)
        elif chance.random() < 0.2:
            del value[key]
        else:
            value[key] = self.mutated(value[key], depth + 1)
        return value

    # --- Requests -------------------------------------------------------------------------------------------------

    def request(self) -> Request:
        """Return a request for one of our operations."""
        chance = self.chance
        service, name = chance.choice(self._operations)
        model = service.model.operation_model(name)
        members = self.value(model.input_shape) if model.input_shape else {}
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
            members = self.mutated(members)
        headers = {"authorization": CREDENTIAL.format(chance.choice(REGIONS), service.signing_name)}
        if service.model.metadata["protocol"] == "query":
            request = self._query(name, members, headers)
        elif service.target_prefix:
            headers |= {"x-amz-target": f"{service.target_prefix}.{name}", "content-type": "application/x-amz-json-1.0"}
            request = Request("POST", "/", headers, _json(members))
        else:
            request = self._rest(model, members, headers)
        return self._torn(request) if chance.random() < 0.03 else request

    def _rest(self, model: OperationModel, members: Any, headers: dict[str, str]) -> Request:
        shape: Any = model.input_shape
        rest = dict(members) if isinstance(members, dict) else {}
        path, _, _ = model.http["requestUri"].partition("?")
        query: list[tuple[str, str]] = []
        for name, member in shape.members.items() if shape else ():
            place, wire = member.serialization.get("location"), member.serialization.get("name", name)
            if place is None or name not in rest:
                continue
            value = rest.pop(name)
            texts = [str(each) for each in value] if isinstance(value, list) else [str(value)]
            if place == "uri":
                path = re.sub(rf"\{{{re.escape(wire)}\+?\}}", lambda _, text=texts: _quoted("".join(text)), path)
            elif place == "querystring":
                query += [(wire, text) for text in texts]
            elif place == "header":
                headers = headers | {wire.lower(): re.sub(r"[^\x20-\x7e]", "?", "".join(texts))}
        payload = shape.serialization.get("payload") if shape else None
        body = rest.get(payload, {}) if payload else rest if isinstance(members, dict) else members
        path = re.sub(r"\{[^}]*\}", "x", path)
        headers = {"content-type": "application/json"} | headers
        return Request(model.http["method"], path, headers, _json(body), _encoded(query))

    def _query(self, name: str, members: Any, headers: dict[str, str]) -> Request:
        pairs = [("Action", name), ("Version", "2010-03-31"), *_flat("", members)]
        headers = headers | {"content-type": "application/x-www-form-urlencoded"}
        return Request("POST", "/", headers, _encoded(pairs).encode())

    def _torn(self, request: Request) -> Request:
        """Return a request that is broken on the wire."""
        chance, body = self.chance, bytearray(request.body or b"{}")
        for _ in range(chance.choice((1, 1, 5))):
            body[chance.randrange(len(body))] = chance.randrange(256)
        cut = body[: chance.randrange(len(body) + 1)] if chance.random() < 0.3 else body
        headers = dict(request.headers)
        if chance.random() < 0.3:
            headers[chance.choice(list(headers))] = chance.choice(
                ("", "x", "AWS4-HMAC-SHA256 Credential=", "a.b", "application/x")
            )
        return Request(request.method, request.path, headers, bytes(cut), request.query)

    def command(self) -> tuple[str, str, bytes | None]:
        """Return the method, path with query, and body of a command."""
        chance = self.chance
        command: Command = chance.choice(self._commands)
        path, query, fields = command.path, {}, {}
        whole: Any = None
        for parameter in command.parameters.values():
            value = self._field(parameter.name, parameter.parser.schema)
            if parameter.location == "path":
                path = re.sub(rf"\{{(path:)?{parameter.name}\}}", lambda _, text=str(value): _quoted(text), path)
            elif parameter.location == "whole":
                whole = value
            elif parameter.required or chance.random() < 0.4:
                (query if parameter.location == "query" else fields)[parameter.name] = value
        if chance.random() < 0.4:
            fields, whole = self.mutated(fields), self.mutated(whole)
        text = f"{path}?{_encoded([(name, str(value)) for name, value in query.items()])}" if query else path
        has_body = command.method in ("POST", "PUT")
        return command.method, text, _json(fields if whole is None else whole) if has_body else None

    def _field(self, name: str, schema: Any) -> Any:
        chance = self.chance
        known = self.known.get(name.removesuffix("s").lower())
        if known and chance.random() < 0.5:
            return chance.choice(known)
        if "enum" in schema:
            return chance.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "array":
            return [self._field(name, schema.get("items", {})) for _ in range(chance.choice((0, 1, 2)))]
        if kind == "object":
            properties = schema.get("properties", {})
            wanted = {*schema.get("required", ()), *chance.sample(sorted(properties), min(len(properties), 2))}
            return {each: self._field(each, properties.get(each, {})) for each in sorted(wanted)}
        if kind in ("number", "integer"):
            return chance.choice((0, 1, 2, 10, 0.5))
        return chance.choice((True, False)) if kind == "boolean" else chance.choice(FIELD_VALUES)


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value).encode("utf-8", "surrogatepass")
    except ValueError:
        return b"{"


def _quoted(text: str) -> str:
    return quote(text[:2000].encode("utf-8", "replace"), safe="") or "x"


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode([(name.encode("utf-8", "replace"), value.encode("utf-8", "replace")) for name, value in pairs])


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the parameters of the query protocol."""
    if isinstance(value, dict) and prefix in ("attributes", "MessageAttributes"):
        for place, (key, each) in enumerate(value.items(), 1):
            named = ("key", "value") if prefix == "attributes" else ("Name", "Value")
            yield f"{prefix}.entry.{place}.{named[0]}", str(key)
            yield from _flat(f"{prefix}.entry.{place}.{named[1]}", each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), each)
    elif isinstance(value, list):
        for place, each in enumerate(value, 1):
            yield from _flat(f"{prefix}.member.{place}", each)
    else:
        yield prefix, str(value)


class Fuzz:
    """The requests of one run, and what they did."""

    def __init__(self, seed: int) -> None:
        self.maker = Maker(seed)
        self.statuses: Counter[int] = Counter()
        self.failures: list[str] = []
        self.unchanged = Unchanged(setattr, alone=True)
        self.emulator = Emulator(clock="stepping")
        self.unchanged.only = self.emulator.engine
        self.control = create_app(self.emulator.engine).test_client()

    def run(self, count: int, report: Callable[[int], None]) -> None:
        """Make that many requests."""
        server = Server(Emulator(clock="stepping")).start()
        for number in range(count):
            if number % WORLD_REQUESTS == 0:
                self._start_world(number)
            where = self.maker.chance.random()
            if where < WIRE_PART:
                self._over_the_wire(server.endpoint_url)
            elif where < WIRE_PART + CONTROL_PART:
                self._command()
            else:
                self._request()
            if number % 10_000 == 9_999:
                server.emulator.reset()
                report(number + 1)
        server.close()

    def _start_world(self, number: int) -> None:
        self._watch("settle", b"", lambda: self.emulator.settle(within_seconds=86400))
        self.unchanged.is_on = number // WORLD_REQUESTS % COMPARED_ONE_OF == 0
        clocks = ("frozen", "stepping")
        self.emulator.engine._clock_at_start = clocks[number // WORLD_REQUESTS // COMPARED_ONE_OF % 2]
        self.emulator.reset()
        for kind, capabilities in (("TEN_DLC", ["SMS", "VOICE"]), ("TOLL_FREE", ["SMS", "MMS"])):
            members = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL", "NumberType": kind}
            members["NumberCapabilities"] = capabilities
            headers = {
                "x-amz-target": "PinpointSMSVoiceV2.RequestPhoneNumber",
                "content-type": "application/x-amz-json-1.0",
                "authorization": CREDENTIAL.format("us-east-1", "sms-voice"),
            }
            self.maker.learn(json.loads(self.emulator.handle(Request("POST", "/", headers, _json(members))).body))

    def _watch(self, what: str, body: bytes, act: Callable[[], Any]) -> Any:
        """Do something; whatever it raises is a bug."""
        try:
            return act()
        except Exception:
            self.failures.append(f"{what} {body[:2000]!r}\n{traceback.format_exc(limit=-6)}")
            return None

    def _request(self) -> None:
        request = self.maker.request()
        what = f"{request.method} {request.path}?{request.query} {dict(request.headers)}"
        response = self._watch(what, request.body, lambda: self.emulator.handle(request))
        self._count(500 if response is None else response.status, what, request.body, response and response.body)

    def _command(self) -> None:
        method, path, body = self.maker.command()
        self.control.application.config["PROPAGATE_EXCEPTIONS"] = True
        what = f"{method} {path}"
        answer = self._watch(what, body or b"", lambda: self.control.open(path, method=method, data=body))
        self._count(500 if answer is None else answer.status_code, what, body or b"", answer and answer.data)

    def _over_the_wire(self, url: str) -> None:
        request = self.maker.request()
        if re.search(r"[^\x21-\x7e]", request.path) or not self.emulator.engine.handles(request):
            # What is not ours is answered by moto.
            return
        path = f"{request.path}?{request.query}" if request.query else request.path

        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        what = f"over the wire: {request.method} {path} {dict(request.headers)}"
        try:
            connection.request(request.method, path, request.body, dict(request.headers))
            found = connection.getresponse()
            status, answer = found.status, found.read()
        except (OSError, http.client.HTTPException) as error:
            # Refused before it was read to its end: what the server says of it may be lost with the connection.
            self.statuses[0] += 1
            if len(path) + len(request.body) < CLOSED_BYTES_MIN:
                self.failures.append(f"{type(error).__name__}: {what} {request.body[:2000]!r}")
            return
        finally:
            connection.close()
        self._count(status, what, request.body, answer)

    def _count(self, status: int, what: str, body: bytes, answer: Any) -> None:
        self.statuses[status] += 1
        if status == 200 and answer and self.maker.chance.random() < 0.3:
            try:
                self.maker.learn(json.loads(answer))
            except ValueError:
                return
        if status >= 500 and status != 501 and answer:
            self.failures.append(f"{status}: {what} {body[:2000]!r} {answer[:500]!r}")


def main() -> int:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    fuzz, began = Fuzz(options.seed), time.monotonic()

    shown = 0

    def report(number: int) -> None:
        nonlocal shown
        for failure in fuzz.failures[shown : shown + FAILURES_SHOWN]:
            print(failure, file=sys.stderr)
        shown = len(fuzz.failures)
        rate = number / (time.monotonic() - began)
        print(f"{number} requests ({rate:.0f}/s), {len(fuzz.failures)} failures", file=sys.stderr, flush=True)

    fuzz.run(options.requests, report)
    failures = Counter(each.rstrip().rpartition("\n")[2] for each in fuzz.failures)
    report(options.requests)
    changes = sum("Changed: " in each for each in fuzz.failures)
    server_errors = len(fuzz.failures) - changes
    print(f"{sum(fuzz.statuses.values())} requests with seed {options.seed}: {dict(sorted(fuzz.statuses.items()))}")
    print(f"{server_errors} answers of 500; {fuzz.unchanged.refusals} refusals compared, {changes} changed something")
    for failure, count in failures.most_common(20):
        print(f"{count:6} {failure[:200]}")
    return int(bool(fuzz.failures))


if __name__ == "__main__":
    sys.exit(main())
