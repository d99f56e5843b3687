"""Every operation of `socialmessaging`, by requests made from the model."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from botocore.model import StructureShape

from emulator.services.social.service import service
from emulator.wire.http import Request

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/social-messaging/aws4_request, SignedHeaders=host, Signature=0"
)
NAMES = list(service.model.operation_names)
ACCOUNT, NUMBER = "waba-", "phone-number-id-"


def input_shape(name):
    """The input shape of an operation."""
    return service.model.operation_model(name).input_shape or StructureShape("Empty", {"type": "structure", "members": {}})


@pytest.fixture
def request_rest(emulator):
    """Sends members by name to an operation; gives status, error name and body."""

    def send(name, members):
        operation = service.model.operation_model(name)
        query, body = {}, {}
        for member, value in members.items():
            shape = input_shape(name).members.get(member)
            location = shape.serialization.get("location") if shape is not None else None
            wire_name = shape.serialization.get("name", member) if shape is not None else member
            if location == "querystring":
                query |= {} if value is None else {wire_name: str(value).lower() if isinstance(value, bool) else value}
            else:
                body[wire_name] = value
        path = operation.http["requestUri"].partition("?")[0]
        headers = {"authorization": SIGNED, "content-type": "application/json"}
        blob = json.dumps(body).encode() if body else b""
        answer = emulator.handle(Request(operation.http["method"], path, headers, blob, urlencode(query)))
        return answer.status, answer.headers.get("x-amzn-ErrorType"), json.loads(answer.body)

    return send


@pytest.fixture
def linked(emulator):
    """A linked account."""
    return emulator.whatsapp.link("+12065550100", "Shop")


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_answers_by_its_model(name, request_rest, cases, linked):
    """The smallest request is answered, or refused by an error that the model names for the operation."""
    members = cases.minimal(input_shape(name))
    known = {"id": linked["id"], "originationPhoneNumberId": linked["phone_number_id"], "resourceArn": linked["arn"]}
    if name.endswith("AccountPhoneNumber"):
        known["id"] = linked["phone_number_id"]
    members |= {member: value for member, value in known.items() if member in members}

    status, error, _ = request_rest(name, members)

    modelled = {shape.name for shape in service.model.operation_model(name).error_shapes}
    assert status == 200 or error in modelled


@pytest.mark.parametrize("name", NAMES)
def test_unknown_resources_are_errors_of_the_model(name, request_rest, cases):
    """In an empty world every operation answers, or refuses by an error that the model names for it."""
    status, error, _ = request_rest(name, cases.minimal(input_shape(name)))

    assert status == 200 or error in {shape.name for shape in service.model.operation_model(name).error_shapes}


@pytest.mark.parametrize("name", NAMES)
def test_every_broken_constraint_is_refused_by_name(name, request_rest, state, cases, linked):
    """A request in which one constraint is broken is a ValidationException that names that member, and changes nothing."""
    shape, before = input_shape(name), state()
    wrong = {}

    for case in cases.broken(shape):
        if case.path == ("flowJson",) and case.why == "max":
            continue  # larger than the body of a request may be
        status, error, body = request_rest(name, cases.request_with(shape, case))
        if (status, error) != (400, "ValidationException") or f"'{case.field}'" not in body["message"]:
            wrong[case.why, case.path] = status, body

    assert {} == wrong
    assert before == state()


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_json_type_is_badly_written(name, request_rest, state, cases):
    """A body with a value of another JSON type is a SerializationException, and changes nothing."""
    shape, before = input_shape(name), state()
    in_query = {member for member, each in shape.members.items() if each.serialization.get("location")}
    wrong = {}

    for case in cases.mistyped(shape):
        if case.path[0] in in_query:
            continue  # in a query everything is text
        status, error, body = request_rest(name, cases.request_with(shape, case))
        if (status, error) != (400, "SerializationException"):
            wrong[case.path, repr(case.value)] = status, body

    assert {} == wrong
    assert before == state()


@pytest.mark.parametrize("name", NAMES)
def test_bounds_are_within(name, request_rest, cases):
    """A value exactly at a bound, and every value of an enum, breaks no constraint."""
    shape = input_shape(name)
    wrong = {}

    for case in cases.boundary(shape):
        status, error, body = request_rest(name, cases.request_with(shape, case))
        if error in ("ValidationException", "SerializationException") and case.path != ("nextToken",):
            wrong[case.why, case.path] = status, body

    assert {} == wrong


def test_all_38_operations_have_a_handler():
    """Nothing of the model is left out."""
    assert set() == {name for name, implemented in service.coverage().items() if not implemented}
    assert len(NAMES) >= 38
