"""`endusermessaging`: every constraint of its model, held through its REST routes."""

from __future__ import annotations

import json
from string import Formatter
from urllib.parse import quote, urlencode

import pytest
from botocore.model import StructureShape

from emulator import Emulator
from emulator.services.end_user_messaging.service import service
from emulator.wire.http import Request
from emulator.wire.models import has_model

pytestmark = pytest.mark.skipif(not has_model(service.name), reason="the installed botocore does not know the service")
NAMES = list(service.model.operation_names) if has_model(service.name) else []
NO_TEXT = StructureShape("Empty", {"type": "structure", "members": {}})
SCOPE = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/end-user-messaging/aws4_request"


def request_of(name, members):
    """Return the HTTP request that a client makes of these members."""
    model = service.model.operation_model(name)
    shape = model.input_shape or NO_TEXT
    rest, query = dict(members), []
    path = model.http["requestUri"]
    labels = {}
    for member, inner in shape.members.items():
        location = inner.serialization.get("location")
        if location is None or member not in rest:
            continue
        value = rest.pop(member)
        if location == "uri":
            labels[member] = quote(str(value), safe="")
        else:
            values = value if isinstance(value, list) else [value]
            query += [(member, each) for each in values if each is not None]
    for _, label, _, _ in Formatter().parse(path):
        if label is not None:
            path = path.replace(f"{{{label}}}", labels[label.rstrip("+")])
    has_body = model.http["method"] in ("POST", "PUT")
    body = json.dumps(rest).encode() if has_body else b""
    return Request(model.http["method"], path, {"authorization": SCOPE}, body, urlencode(query))


@pytest.fixture
def send():
    """`send(operation, members)`: the status and body of the raw answer."""
    emulator = Emulator(clock="frozen")

    def send(name, members):
        response = emulator.handle(request_of(name, members))
        return response.status, json.loads(response.body)

    return send


def in_path(shape, case):
    """Return whether a case is about a member in the path, where an empty or absent one makes another path."""
    member = shape.members[case.path[0]]
    return member.serialization.get("location") == "uri"


def test_nothing_is_left_out():
    """Every operation of the model has a handler."""
    assert [] == [name for name, implemented in service.coverage().items() if not implemented]


@pytest.mark.parametrize("name", NAMES)
def test_every_broken_constraint_is_named(name, send, cases):
    """A request that breaks one constraint gets a ValidationException with a JSON pointer to the member."""
    shape = service.model.operation_model(name).input_shape or NO_TEXT
    for case in cases.broken(shape):
        if not case.path or in_path(shape, case):
            continue
        status, body = send(name, cases.request_with(shape, case))

        top = shape.members[case.path[0]].serialization.get("location")
        if top == "querystring" and case.value in (None, [], ""):
            continue
        assert (400, True) == (status, "fieldList" in body), f"{case}: {body}"
        pointer = "/" + "/".join(str(step) for step in case.path)
        assert body["fieldList"][0]["path"].startswith(f"/{case.path[0]}"), f"{case}: {body}, not {pointer}"
        assert "Reason" not in body


@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_request_gets_a_modelled_answer(name, send, cases):
    """The smallest valid request is accepted, or refused with an error that the model names for the operation."""
    model = service.model.operation_model(name)

    status, body = send(name, cases.minimal(model.input_shape or NO_TEXT))

    modelled = {service.protocol.statuses[shape.name] for shape in model.error_shapes}
    assert status == 200 or status in modelled, body
    assert status == 200 or "message" in body


def test_statuses_are_the_models():
    """Errors have the status that the model names."""
    expected = {
        "ValidationException": 400,
        "AccessDeniedException": 403,
        "ResourceNotFoundException": 404,
        "ConflictException": 409,
        "ThrottlingException": 429,
        "ServiceQuotaExceededException": 400,
        "InternalServerException": 500,
    }

    assert expected == {name: service.protocol.statuses[name] for name in expected}
