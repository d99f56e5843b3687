"""SNS's query protocol on the wire: by form and by URL, signed and not, and its errors."""

from __future__ import annotations

import http.client
import re
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest

from emulator.testing import HANDSET
from emulator.wire.http import Request

NAMESPACE = "{http://sns.amazonaws.com/doc/2010-03-31/}"
SIGNED = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
PUBLISH = {"Action": "Publish", "Version": "2010-03-31", "PhoneNumber": HANDSET, "Message": "Hi & <ü>"}


@pytest.fixture
def send(reach, sms, request):
    """Return a function that sends a raw request and gives the status and the XML of the answer."""

    def send(parameters, *, method="POST", authorization=SIGNED):
        query, body, headers = "", b"", {}
        if authorization is not None:
            headers["authorization"] = authorization
        if method == "POST":
            body, headers["content-type"] = urlencode(parameters).encode(), FORM
        else:
            query = urlencode(parameters)
        if reach == "mock":
            response = sms.engine.handle(Request(method, "/", headers, body, query))
            return response.status, ElementTree.fromstring(response.body)
        connection = http.client.HTTPConnection(urlsplit(request.getfixturevalue("sms_server").endpoint_url).netloc)
        connection.request(method, f"/?{query}" if query else "/", body, headers)
        response = connection.getresponse()
        answer = response.status, ElementTree.fromstring(response.read())
        connection.close()
        return answer

    return send


def find(root, name):
    """Return the text of the first element by that name."""
    return next(element.text for element in root.iter(NAMESPACE + name))


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("authorization", [SIGNED, None])
def test_a_publish_by_form_or_url(sms, send, method, authorization):
    """A publish is answered alike from a form and from the URL, signed or not."""
    status, root = send(PUBLISH, method=method, authorization=authorization)

    assert (200, f"{NAMESPACE}PublishResponse") == (status, root.tag)
    (message,) = sms.inbox.messages()
    assert (find(root, "MessageId"), "Hi & <ü>") == (message.message_id, message.body)
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", find(root, "RequestId"))


def test_a_presigned_url(sms, send):
    """A publish by a presigned URL counts for the region that it was signed for."""
    credential = quote("testing/20260101/eu-west-1/sns/aws4_request", safe="")
    send(PUBLISH | {"X-Amz-Credential": credential.replace("%2F", "/")}, method="GET", authorization=None)

    assert ["eu-west-1"] == [message.region for message in sms.inbox.messages()]


def test_an_error_is_xml(send):
    """A refusal names its type, its code by the model, its message and the request."""
    status, root = send({"Action": "SetSMSAttributes", "attributes.entry.1.key": "<No>", "attributes.entry.1.value": "1"})

    assert (400, f"{NAMESPACE}ErrorResponse") == (status, root.tag)
    wanted = ("Sender", "InvalidParameter", "<No> is not a valid attribute")
    assert wanted == tuple(find(root, name) for name in ("Type", "Code", "Message"))
    assert find(root, "RequestId")


@pytest.mark.parametrize("number", ["\x00+1", "]]>", "+1\ud7ff\uffff"])
def test_what_no_xml_can_hold_is_replaced(send, number):
    """A refusal that repeats odd characters is still XML."""
    status, root = send(PUBLISH | {"PhoneNumber": number})

    assert (400, "InvalidParameter") == (status, find(root, "Code"))


def test_maps_and_lists(sms, send):
    """Maps and lists are numbered from one, and read in the order of their numbers, whatever is left out."""
    attributes = {
        "MessageAttributes.entry.7.Name": "AWS.SNS.SMS.SMSType",
        "MessageAttributes.entry.7.Value.DataType": "String",
        "MessageAttributes.entry.7.Value.StringValue": "Transactional",
    }
    send(PUBLISH | attributes)
    _, root = send({"Action": "GetSMSAttributes", "attributes.member.1": "MonthlySpendLimit"})

    assert ["TRANSACTIONAL"] == [message.message_type for message in sms.inbox.messages()]
    assert [("MonthlySpendLimit", "1000000")] == [
        tuple(element.text for element in entry) for entry in root.iter(f"{NAMESPACE}entry")
    ]


@pytest.mark.parametrize("value", ["many", "1.5", "", "9" * 30])
def test_a_number_that_is_none(send, value):
    """A parameter of the wrong type is refused, and no bug."""
    status, root = send({"Action": "ListOriginationNumbers", "MaxResults": value})

    assert (400, "Sender", "MalformedInput") == (status, find(root, "Type"), find(root, "Code"))


def test_another_api_is_not_taken_for_sns(sms):
    """An unsigned action by the same name of another API, which its version tells, is not SNS's."""
    body = urlencode(PUBLISH | {"Version": "2010-12-01"}).encode()

    assert not sms.engine.handles(Request("POST", "/", {"content-type": FORM}, body))
