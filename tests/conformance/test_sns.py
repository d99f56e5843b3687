"""The operations of SNS about phones, from the model: answered, refused by name, held to their bounds."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from botocore.serialize import create_serializer

from emulator import Emulator
from emulator.services.sns_texts.service import OPERATIONS, service
from emulator.wire.http import Request

NAMESPACE = "{http://sns.amazonaws.com/doc/2010-03-31/}"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
OF_PHONES = {"PhoneNumber": "+14255550100"}
"""Without it a Publish is not about phones, and so is answered by moto."""
ANSWERED = sorted(OPERATIONS - {"PublishBatch"})
"""Of batches only those with a reserved name are answered here, by their refusal; see tests/services/sns_texts."""
CODES = {shape.name: shape.metadata.get("error", {}).get("code", shape.name) for shape in service.model.error_shapes}


@pytest.fixture
def emulator():
    """An empty world whose time stands still."""
    return Emulator(clock="frozen")


@pytest.fixture
def post(emulator):
    """`post(operation, members)`: the status, and the code and message of an error."""

    def post(name, members):
        serializer = create_serializer("query", include_validation=False)
        parameters = serializer.serialize_to_request(members, service.model.operation_model(name))["body"]
        request = Request("POST", "/", {"content-type": FORM}, urlencode(parameters).encode())
        response = emulator.handle(request)
        root = ElementTree.fromstring(response.body)
        found = {element.tag.removeprefix(NAMESPACE): element.text for element in root.iter()}
        return response.status, found.get("Code"), found.get("Message", "")

    return post


def shape_of(name):
    """Return the input shape of an operation; None if it takes nothing."""
    return service.model.operation_model(name).input_shape


def request_of(cases, name, *changes):
    """Return the smallest good request with these changes."""
    shape = shape_of(name)
    if shape is None:
        return {}
    found = cases.request_with(shape, *changes)
    return found | OF_PHONES if name == "Publish" and "PhoneNumber" not in found else found


@pytest.mark.parametrize("name", ANSWERED)
def test_every_operation_is_answered(name, post, cases):
    """
    The smallest good request is answered, or refused by an error that the model gives the operation; what the form
    leaves out, as an empty map, is missing.
    """
    status, code, _ = post(name, request_of(cases, name))

    errors = {CODES[shape.name] for shape in service.model.operation_model(name).error_shapes}
    assert status == 200 or (status in (400, 404) and code in errors | {"ValidationError"})


@pytest.mark.parametrize("name", ANSWERED)
def test_every_broken_constraint_is_refused(name, post, cases, emulator):
    """A request in which one constraint is broken is a validation error that names it, and changes nothing."""
    wrong = {}
    for case in cases.broken(shape_of(name)) if shape_of(name) is not None else ():
        if (name, case.path) == ("Publish", ("PhoneNumber",)) or case.why == "required, null":
            continue
        status, code, message = post(name, request_of(cases, name, case))
        if (status, code) != (400, "ValidationError") or case.field not in message.replace(".member.", "."):
            wrong[case.why, case.path] = status, code, message

    assert {} == wrong
    assert not emulator.world.inbox.messages


@pytest.mark.parametrize("name", ANSWERED)
def test_bounds_are_within(name, post, cases):
    """A value at a bound, and each value of an enum, breaks no constraint, whatever else is said of it."""
    wrong = {}
    for case in cases.boundary(shape_of(name)) if shape_of(name) is not None else ():
        status, code, message = post(name, request_of(cases, name, case))
        if status not in (200, 400, 404) or "Member must" in message:
            wrong[case.why, case.path] = status, code, message

    assert {} == wrong


def test_every_operation_has_a_handler():
    """All operations about phones are implemented."""
    assert dict.fromkeys(OPERATIONS, True) == service.coverage()
