"""The OpenAPI description of the control API: valid, complete, and true of every answer."""

import pytest
from hypothesis import HealthCheck, given, settings

from emulator import Emulator
from emulator.control.command import commands
from emulator.control.openapi import describe
from emulator.front.control_http import create_app

EXAMPLES = 5


@pytest.fixture(scope="module")
def app():
    """The control API of a world with a number, a handset and a message."""
    config = {"phone_numbers": [{"phone_number": "+12065550100"}], "handsets": [{"number": "+14255550100"}]}
    sms = Emulator(seed=1, config=config)
    sms.handset("+14255550100").reply("Hello", to="+12065550100")
    # Calls that wait give up at once.
    sms.engine.closing.set()
    return create_app(sms.engine)


@pytest.fixture(scope="module")
def checks():
    """What holds for every answer."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    return [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture(scope="module")
def schema(app):
    """The description as the application serves it: reading it takes longer than a test of one operation."""
    # Imported by the tests themselves: every process of a run collects them, and hardly more than one runs them.
    import schemathesis

    return schemathesis.openapi.from_wsgi("/_emulator/openapi.json", app)


def test_description_is_valid():
    """The description is valid OpenAPI 3.1."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(dict(describe())).validate()


def test_every_route_is_described():
    """Each command with a route has an operation, with a summary and a schema for its answer."""
    described = {operation["operationId"]: operation for path in describe()["paths"].values() for operation in path.values()}

    assert {name for name, command in commands().items() if command.route} == set(described)
    assert all(operation["summary"].endswith(".") or operation["summary"] for operation in described.values())
    for name, operation in described.items():
        success = next(response for status, response in operation["responses"].items() if status.startswith("2"))
        assert success.get("content") or operation["responses"].keys() & {"204"}, name


ROUTED = sorted(name for name, command in commands().items() if command.route is not None)


@pytest.mark.parametrize("name", ROUTED)
def test_answers_are_as_described(schema, checks, name):
    """Whatever is asked, no answer is a server error, or outside its schema."""
    command = commands()[name]
    requests = schema[command.path.replace("{path:", "{")][command.method].as_strategy()

    @given(request=requests)
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def walk(request):
        request.call_and_validate(checks=checks)

    walk()
