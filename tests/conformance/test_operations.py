from __future__ import annotations

import pytest

from emulator.services.sms_voice_v2.service import service
from emulator.world import SERVICES

CONSTRAINT_WORDS = ("Member must have", "Member must satisfy")


def code_of(body):
    """The error's name."""
    return body["__type"].rpartition("#")[2]


def fields_of(body):
    """The names of the members that a refusal is about."""
    return {field["Name"] for field in body.get("Fields", ())}


def test_every_operation_is_answered_or_not_implemented(operation_name, post, cases, shapes):
    """A modelled operation is answered by its handler, or by HTTP 501 that names it."""
    status, body = post(operation_name, cases.minimal(shapes[operation_name]))

    if service.coverage()[operation_name]:
        assert status in (200, 400)
        assert status == 200 or code_of(body) in {error.name for error in service.model.error_shapes}
    else:
        assert (501, "NotImplemented") == (status, code_of(body))
        assert operation_name in body["Message"]


def test_every_broken_constraint_is_refused_by_name(implemented_name, post, state, cases, shapes):
    """A request in which one constraint is broken is a ValidationException that names that member, and changes nothing."""
    shape, before = shapes[implemented_name], state()
    wrong = {}

    for case in cases.broken(shape):
        status, body = post(implemented_name, cases.request_with(shape, case))
        if (status, code_of(body), fields_of(body)) != (400, "ValidationException", {case.field}):
            wrong[case.why, case.path] = status, body

    assert {} == wrong
    assert before == state()


def test_every_wrong_json_type_is_badly_written(implemented_name, post, state, cases, shapes):
    """A request with a value of another JSON type is a SerializationException that names the place, and changes nothing."""
    shape, before = shapes[implemented_name], state()
    wrong = {}

    for case in cases.mistyped(shape):
        status, body = post(implemented_name, cases.request_with(shape, case))
        if (status, code_of(body)) != (400, "SerializationException") or f"'{case.field}'" not in body["Message"]:
            wrong[case.path, repr(case.value)] = status, body

    assert {} == wrong
    assert before == state()


def test_all_broken_constraints_are_listed(implemented_name, post, cases, shapes):
    """A request in which every member breaks one of its constraints is refused with all of them."""
    shape = shapes[implemented_name]
    one_each = {case.path: case for case in cases.broken(shape) if len(case.path) == 1}

    status, body = post(implemented_name, cases.request_with(shape, *one_each.values()))

    if one_each:
        assert (400, "ValidationException") == (status, code_of(body))
    assert {case.field for case in one_each.values()} == (fields_of(body) if one_each else set())


def test_a_missing_member_is_a_missing_parameter(implemented_name, post, shapes):
    """A request without any member names every required one, and the reason MISSING_PARAMETER."""
    required = shapes[implemented_name].required_members

    _, body = post(implemented_name, {})

    if required:
        assert "MISSING_PARAMETER" == body["Reason"]
        assert {name[0].lower() + name[1:] for name in required} == fields_of(body)
    else:
        assert "MISSING_PARAMETER" != body.get("Reason") or fields_of(body)


def test_bounds_are_within(implemented_name, post, cases, shapes):
    """A value exactly at a bound, and every value of an enum, breaks no constraint, whatever the handler says of it."""
    shape = shapes[implemented_name]
    wrong = {}

    for case in cases.boundary(shape):
        status, body = post(implemented_name, cases.request_with(shape, case))
        refused = [field for field in body.get("Fields", ()) if field["Message"].startswith(CONSTRAINT_WORDS)]
        if status not in (200, 400) or (status == 400 and code_of(body) == "SerializationException") or refused:
            wrong[case.why, case.path] = status, body

    assert {} == wrong


def test_nulls_and_unknown_members_are_ignored(implemented_name, post, cases, shapes):
    """Optional members that are null, and members that the model does not know, are ignored."""
    shape = shapes[implemented_name]
    nulls = {name: None for name in shape.members if name not in shape.required_members}

    status, body = post(implemented_name, cases.minimal(shape) | nulls | {"NoSuchMember": {"Deep": [None]}})

    assert status in (200, 400)
    assert status == 200 or code_of(body) != "SerializationException"
    assert "noSuchMember" not in fields_of(body)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_names_are_those_of_the_model(service):
    """The names that a service declares, so that its model need not be read for them, are those of the model."""
    assert service.model.signing_name == service.signing_name
    assert service.model.metadata.get("targetPrefix") == service.target_prefix
