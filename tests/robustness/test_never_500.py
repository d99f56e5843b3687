"""
Whatever is sent is answered, and never by a 500: the corpus of what was found, and inputs that Hypothesis makes.

The corpus is replayed by every run. `make fuzz` runs the second part longer; whatever it finds belongs into the corpus.
"""

import json
import os
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from botocore import xform_name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import Emulator
from emulator.control.command import commands
from emulator.control.errors import InvalidArgument, NotFound
from emulator.front.control_http import create_app
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.wire.http import Request
from emulator.world import SERVICES

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
"""How many inputs are made for each test; `make fuzz` makes more."""
CORPUS = json.loads(Path(__file__).with_name("corpus").joinpath("requests.json").read_text("utf-8"))
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
JSON_OPERATIONS = [
    (service, name) for service in SERVICES if service.target_prefix for name in service.model.operation_names
]
REST_OPERATIONS = [
    (service, name) for service in SERVICES if not service.target_prefix for name in service.model.operation_names
]
fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

odd_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "\x00",
            "²",
            "٣",
            "\u202e",
            "😀" * 800,
            "a" * 5000,
            "+",
            "+1",
            "+14255550100",
            "-1",
            "1e999",
            "NaN",
            "9" * 4301,
            "%00",
            "../..",
            "arn:aws:sms-voice:us-east-1:123456789012:pool/x",
            "arn:::::",
            "<speak>" * 300,
            "s3://b/k",
            "{}",
            "[" * 5000,
        ]
    ),
)
odd_numbers = st.one_of(st.integers(), st.sampled_from([2**63, -(2**63) - 1, 10**30, 0, -1]), st.floats(allow_nan=False))
odd_json = st.recursive(
    st.one_of(st.none(), st.booleans(), odd_numbers, odd_text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(odd_text, inner, max_size=4)),
    max_leaves=12,
)


def value_of(shape, depth=0):
    """Values of a shape, mostly good ones: a request must come far to break something."""
    return st.one_of(good(shape, depth), good(shape, depth), good(shape, depth), odd_json)


def good(shape, depth):
    if depth > 3:
        return odd_json
    if shape.type_name == "structure":
        members = {name: value_of(member, depth + 1) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if shape.type_name == "list":
        return st.lists(value_of(shape.member, depth + 1), min_size=shape.metadata.get("min", 0) and 1, max_size=3)
    if shape.type_name == "map":
        return st.dictionaries(odd_text, value_of(shape.value, depth + 1), max_size=3)
    if shape.type_name == "string":
        return st.sampled_from(shape.enum) if getattr(shape, "enum", None) else st.one_of(known_text, odd_text)
    if shape.type_name in ("integer", "long"):
        return st.integers(shape.metadata.get("min", -5), shape.metadata.get("max", 10**6))
    return {"boolean": st.booleans(), "blob": st.just("aGk=")}.get(shape.type_name, odd_numbers)


known_text = st.sampled_from(
    [
        "+14255550100",
        "+12065550100",
        "US",
        "Default",
        "events",
        "example-1",
        "Hi",
        "<speak>Hi</speak>",
        "s3://media/a.png",
        "phone",
    ]
)


@pytest.fixture(scope="module")
def world():
    """A world that all inputs of this module come to, one after the other."""
    return Emulator(clock="stepping")


def answer(world, request):
    """Answer as the server does: whatever is raised but an AWS error would be its 500."""
    response = world.handle(request)
    assert response.status < 500 or response.status == 501, response.body
    return response


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["name"])
def test_the_corpus(serve, call, case):
    """What broke something once is refused, or answered, as the case says."""
    server = serve()
    body = None if case.get("body") is None else "".join(part * times for part, times in case["body"]).encode()
    path = "".join(part * times for part, times in case["path"])
    headers = dict(case.get("headers", {}))
    if "service" in case:
        headers["Authorization"] = CREDENTIAL.format(case["service"])

    status, text = call(server, case["method"], path, body, headers)

    assert case["status"] == status, text
    assert 200 == call(server, "GET", "/_emulator/health")[0]


@pytest.mark.parametrize(("service", "name"), JSON_OPERATIONS, ids=lambda each: each if isinstance(each, str) else "")
def test_requests_of_the_json_api(world, service, name):
    """Members of every operation, good and odd."""
    shape = service.model.operation_model(name).input_shape
    headers = {
        "x-amz-target": f"{service.target_prefix}.{name}",
        "content-type": "application/x-amz-json-1.0",
        "authorization": CREDENTIAL.format(service.signing_name),
    }

    @fuzz
    @given(value_of(shape) if shape else odd_json)
    def check(members):
        answer(world, Request("POST", "/", headers, json.dumps(members).encode("utf-8", "surrogatepass")))

    check()


@fuzz
@given(
    st.sampled_from(REST_OPERATIONS),
    odd_json,
    st.dictionaries(
        st.text("abcdefghijklmnopqrstuvwxyz-", max_size=12), st.text("0123456789abc%+ü²", max_size=30), max_size=3
    ),
    st.text("abc0123456789%-_.~", min_size=1, max_size=40),
)
def test_requests_of_the_rest_apis(world, operation, members, query, label):
    """Paths, queries and bodies of every operation."""
    service, name = operation
    http = service.model.operation_model(name).http
    path = "/".join(label if part.startswith("{") else part for part in http["requestUri"].partition("?")[0].split("/"))
    headers = {"content-type": "application/json", "authorization": CREDENTIAL.format(service.signing_name)}
    body = json.dumps(members).encode("utf-8", "surrogatepass")
    answer(world, Request(http["method"], path, headers, body, urlencode(query)))


@fuzz
@given(st.binary(max_size=300), st.sampled_from([name for _, name in JSON_OPERATIONS]), st.text(max_size=20))
def test_bodies_that_are_none(world, body, name, content_type):
    """Bytes, and content types of any kind."""
    headers = {
        "x-amz-target": f"PinpointSMSVoiceV2.{name}",
        "content-type": content_type,
        "authorization": CREDENTIAL.format("sms-voice"),
    }
    answer(world, Request("POST", "/", headers, body))
    answer(world, Request("POST", "/", headers | {"content-type": "application/x-amz-json-1.0"}, body))


ROUTES = [known for known in commands().values() if known.route and not known.path.endswith(("/wait", "/settle", "/reset"))]
FIELDS = st.sampled_from(["to", "from", "limit", "after", "account", "region", "status", "outcome", "mode", "body", "match"])


@pytest.fixture(scope="module")
def control(world):
    """The control API without a socket."""
    return create_app(world.engine).test_client()


@fuzz
@given(
    st.sampled_from(ROUTES),
    st.text("abc+0123456789%-.*", min_size=1, max_size=20) | st.just("+14255550100"),
    st.one_of(odd_json, st.dictionaries(FIELDS, odd_json, max_size=4)),
    st.dictionaries(FIELDS, st.text(max_size=20), max_size=2),
)
def test_the_control_api(control, route, label, body, query):
    """Every command with odd paths, queries and bodies."""
    path = re.sub(r"\{[^}]*\}", label, route.path)
    text = json.dumps(body).encode("utf-8", "surrogatepass")

    status = control.open(quote(path), method=route.method, query_string=query, data=text).status_code

    assert status < 500 or status == 501


@fuzz
@given(odd_json)
def test_states_that_are_none(world, state):
    """What is no state is refused."""
    with pytest.raises((InvalidArgument, NotFound)):
        world.restore(state)


@fuzz
@given(
    st.lists(st.sampled_from(["Hi", "&", "<", "<speak>", "</speak>", "<break/>", '<break time="9s"/>', "<p>", "</p>", "é"]))
)
def test_ssml(world, pieces):
    """Scripts of calls, whole and broken."""
    headers = {
        "x-amz-target": "PinpointSMSVoiceV2.SendVoiceMessage",
        "content-type": "application/x-amz-json-1.0",
        "authorization": CREDENTIAL.format("sms-voice"),
    }
    members = {
        "DestinationPhoneNumber": "+14255550100",
        "OriginationIdentity": "+12065550100",
        "MessageBody": "".join(pieces) or "x",
        "MessageBodyTextType": "SSML",
    }
    answer(world, Request("POST", "/", headers, json.dumps(members).encode()))


@fuzz
@given(
    st.dictionaries(st.sampled_from(["limits", "access", "numbers", "handsets", "carrier_rules", "x"]), odd_json, max_size=3)
)
def test_configurations(config):
    """A configuration is read, or refused by a ValueError."""
    try:
        Emulator(config=config)
    except ValueError as error:
        assert str(error)


def test_operations_are_all_there():
    """No operation is left out of the runs above."""
    assert {xform_name(name) for _, name in JSON_OPERATIONS} >= set(sms_voice_v2.handlers)
