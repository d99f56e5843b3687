from __future__ import annotations

import http.client
import json
import uuid
from urllib.parse import urlsplit

import pytest

from emulator import Emulator
from emulator.front.server import Server
from emulator.wire.http import Request

JSON = "application/x-amz-json-1.0"
TARGET = "PinpointSMSVoiceV2.DescribeOptOutLists"
SIGNED = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
MEBIBYTE = 1024 * 1024
SMALL_LIMIT = {"limits": {"request_body_bytes_max": 1000}}


def over_http(endpoint_url, method, headers, body, path="/"):
    """Status, headers in lower case and body of a raw request."""
    connection = http.client.HTTPConnection(urlsplit(endpoint_url).netloc, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def in_process(emulator, method, headers, body, path="/"):
    """The same without a socket."""
    lower = {name.lower(): value for name, value in headers.items()}
    response = emulator.handle(Request(method, path, lower, body))
    return response.status, {name.lower(): value for name, value in response.headers.items()}, response.body


@pytest.fixture(params=["handle", "server"])
def send(request):
    """`send(body, method=, target=, content_type=)` to an empty world, in this process and over a socket."""

    def send(body=b"{}", method="POST", target=TARGET, content_type=JSON):
        named = {"X-Amz-Target": target, "Content-Type": content_type, "Authorization": SIGNED}
        headers = {name: value for name, value in named.items() if value is not None}
        if request.param == "handle":
            return in_process(Emulator(), method, headers, body)
        return over_http(request.getfixturevalue("sms_server").endpoint_url, method, headers, body)

    return send


def refusal(answer):
    """Status and name of an error, which must be AWS JSON with a request id and a sentence."""
    status, headers, body = answer
    assert JSON == headers["content-type"]
    assert headers["x-amzn-requestid"] == str(uuid.UUID(headers["x-amzn-requestid"]))
    error = json.loads(body)
    assert error["Message"]
    return status, error["__type"].rpartition("#")[2]


def test_a_good_request_is_answered(send):
    """The valid request that the refusals below are made from is accepted."""
    status, headers, body = send()

    assert 200 == status
    assert JSON == headers["content-type"]
    assert ["Default"] == [found["OptOutListName"] for found in json.loads(body)["OptOutLists"]]


@pytest.mark.parametrize(
    "target",
    [
        None,
        "PinpointSMSVoiceV2",
        "PinpointSMSVoiceV2.",
        "PinpointSMSVoiceV2.NoSuchOperation",
        "PinpointSMSVoiceV2.describeOptOutLists",
        "SomethingElse.DescribeOptOutLists",
        "DescribeOptOutLists",
    ],
)
def test_an_unknown_operation_is_refused(send, target):
    """A request signed for sms-voice that names an unknown operation is refused as one."""
    assert (400, "UnknownOperationException") == refusal(send(target=target))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(send, method):
    """Only POST is answered."""
    assert (400, "UnknownOperationException") == refusal(send(method=method))


@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b"<html></html>", b"a=b", b"\xff\xfe", b"[]", b'"text"', b"null", b"17", b'{"MaxResults": NaN}'],
)
def test_a_body_that_is_no_json_object_is_refused(send, body):
    """A body that is not JSON, or JSON but no object, is badly written."""
    assert (400, "SerializationException") == refusal(send(body))


@pytest.mark.parametrize("content_type", [None, "application/json", "application/x-amz-json-1.1", "text/html"])
def test_another_content_type_is_refused(send, content_type):
    """A body that is not declared as AWS JSON 1.0 is badly written."""
    assert (400, "SerializationException") == refusal(send(content_type=content_type))


def test_an_empty_body_is_no_member_at_all(send):
    """An empty body is an object without members."""
    assert 200 == send(b"")[0]


def test_a_body_of_eight_mebibytes_is_read(send):
    """A body of exactly eight mebibytes is within the limit."""
    assert 200 == send(b"{" + b" " * (8 * MEBIBYTE - 2) + b"}")[0]


@pytest.mark.parametrize("size", [8 * MEBIBYTE + 1, 9 * MEBIBYTE])
def test_a_larger_body_is_refused(send, size):
    """A body of more than eight mebibytes is refused as too large."""
    assert (413, "RequestEntityTooLargeException") == refusal(send(b"{" + b" " * (size - 2) + b"}"))


@pytest.fixture(params=["handle", "server"])
def send_to_small(request):
    """`send_to_small(body)` to a world that reads a thousand bytes."""
    emulator = Emulator(config=SMALL_LIMIT)
    headers = {"X-Amz-Target": TARGET, "Content-Type": JSON, "Authorization": SIGNED}
    if request.param == "handle":
        yield lambda body: in_process(emulator, "POST", headers, body)
        return
    server = Server(emulator).start()
    yield lambda body: over_http(server.endpoint_url, "POST", headers, body)
    server.close()


def test_the_limit_can_be_lowered(send_to_small):
    """With a lower limit a body at it is read, and one byte more is refused."""
    at_limit = b"{" + b" " * 998 + b"}"

    assert 200 == send_to_small(at_limit)[0]
    assert (413, "RequestEntityTooLargeException") == refusal(send_to_small(at_limit + b" "))


def test_a_refusal_leaves_no_trace(sms_server):
    """Refused requests change nothing: the account's lists are as before."""
    headers = {"X-Amz-Target": TARGET, "Content-Type": JSON, "Authorization": SIGNED}
    create = headers | {"X-Amz-Target": "PinpointSMSVoiceV2.CreateOptOutList"}
    before = over_http(sms_server.endpoint_url, "POST", headers, b"{}")[2]

    for body in (
        b'{"OptOutListName": ""}',
        b'{"OptOutListName": "a b"}',
        b'{"OptOutListName": 1}',
        b'{"OptOutListName": "ok"',
    ):
        assert 400 == over_http(sms_server.endpoint_url, "POST", create, body)[0]

    assert before == over_http(sms_server.endpoint_url, "POST", headers, b"{}")[2]


def test_every_request_has_an_id_of_its_own(sms_server):
    """No two answers have the same request id, refused or not."""
    headers = {"X-Amz-Target": TARGET, "Content-Type": JSON, "Authorization": SIGNED}
    answers = [over_http(sms_server.endpoint_url, "POST", headers, body) for body in (b"{}", b"{}", b"{", b"[]")]

    assert 4 == len({headers["x-amzn-requestid"] for _, headers, _ in answers})
