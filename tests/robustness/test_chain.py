"""
The chain by which a web page ran code on the developer's machine: it goes through for a program, and at none of its steps
for a page.
"""

import base64
import io
import json
import zipfile

import pytest

from emulator.testing import HANDSET

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:evil"
PAGES = {
    "another origin": {"Origin": "http://evil.example"},
    "another site, without an origin": {"Sec-Fetch-Site": "cross-site"},
    "a rebound name": {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
}


ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


def signed(service):
    """Return what names a service, in a simple request, which a browser sends without asking beforehand."""
    return f"X-Amz-Credential=a%2Fb%2Fus-east-1%2F{service}%2Faws4_request"


def authorized(service):
    """Return the header that does, before which a browser asks."""
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential=a/b/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    }


def code(marker):
    """Return a deployment package whose function leaves a file behind."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", f"def handler(event, context):\n    open({str(marker)!r}, 'w').close()")
    return archive.getvalue()


@pytest.fixture
def marker(tmp_path):
    """The file that the function leaves behind."""
    return tmp_path / "it-has-run"


@pytest.fixture
def steps(marker):
    """The requests of the chain, in order, as a page would send them."""
    role = "Action=CreateRole&RoleName=evil&AssumeRolePolicyDocument=%7B%7D&Version=2010-05-08"
    function = {
        "FunctionName": "evil",
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::123456789012:role/evil",
        "Handler": "app.handler",
        "Code": {"ZipFile": base64.b64encode(code(marker)).decode()},
    }
    destination = {
        "EventDestinationName": "evil",
        "EventDestination": {
            "Enabled": True,
            "MatchingEventTypes": ["TEXT_SUCCESS"],
            "LambdaDestination": {"FunctionArn": FUNCTION},
        },
    }
    number = {"PhoneNumber": "+12065550100", "NumberType": "LongCode", "MessageType": "TRANSACTIONAL"}
    text = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": "+12065550100", "MessageBody": "Hi"}
    plain, form = {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}
    return {
        "create a role": ("POST", "/", form | authorized("iam"), role.encode()),
        "create a function": ("POST", "/2015-03-31/functions", plain | authorized("lambda"), json.dumps(function).encode()),
        "lease a number": ("POST", f"/v1/sms-voice/phone-numbers?{signed('sms-voice')}", plain, json.dumps(number).encode()),
        "name the function as a destination": (
            "POST",
            f"/v1/sms-voice/event-destinations?{signed('sms-voice')}",
            plain,
            json.dumps(destination).encode(),
        ),
        "send a text": ("POST", f"/v1/sms-voice/text/message?{signed('sms-voice')}", plain, json.dumps(text).encode()),
        "let it arrive": ("POST", "/_emulator/settle", plain, b"{}"),
    }


STEPS = (
    "create a role",
    "create a function",
    "lease a number",
    "name the function as a destination",
    "send a text",
    "let it arrive",
)


def test_the_chain_is_one(serve, call, steps, marker):
    """A program may do all of it, and then the function runs: what the next test refuses is the real chain."""
    server = serve()
    server.emulator.aws.reset()
    for method, path, headers, body in steps.values():
        status, answer = call(server, method, path, body, headers)
        assert 200 <= status < 300, answer

    assert marker.exists()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("refused", STEPS)
def test_each_step_is_refused(serve, call, steps, marker, refused, page):
    """A page is refused at each step, whatever steps a program has done before it, and nothing runs."""
    server = serve()
    server.emulator.aws.reset()
    for name in STEPS[: STEPS.index(refused)]:
        method, path, headers, body = steps[name]
        assert 200 <= call(server, method, path, body, headers)[0] < 300
    before = server.emulator.state()["digest"]

    for name in STEPS[STEPS.index(refused) :]:
        method, path, headers, body = steps[name]
        assert 403 == call(server, "OPTIONS", path, None, ASKS | PAGES[page])[0], name
        assert 403 == call(server, method, path, body, headers | PAGES[page])[0], name

    assert before == server.emulator.state()["digest"]
    assert not marker.exists()
