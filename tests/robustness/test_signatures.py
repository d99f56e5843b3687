"""With require_signature: signed by a known key, lately, or refused by AWS's error; whatever the service."""

from datetime import datetime, timedelta, timezone

import boto3
import pytest
from botocore import auth
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.wire import signatures
from emulator.wire.http import Request

KEYS = [
    {"access_key_id": "AKIATEST", "secret_access_key": "right"},
    {
        "access_key_id": "ASIATEST",
        "secret_access_key": "right",
        "session_token": "token",
        "expires": datetime(2999, 1, 1, tzinfo=timezone.utc),
    },
    {
        "access_key_id": "ASIAOLD",
        "secret_access_key": "right",
        "session_token": "token",
        "expires": datetime(2020, 1, 1, tzinfo=timezone.utc),
    },
]
CALLS = {
    "pinpoint-sms-voice-v2": lambda client: client.describe_phone_numbers(),
    "pinpoint-sms-voice": lambda client: client.list_configuration_sets(PageSize="3"),
    "pinpoint": lambda client: client.get_apps(),
    "sns": lambda client: client.publish(PhoneNumber="+14255550100", Message="a & b=c"),
    "sqs": lambda client: client.list_queues(),
    "iam": lambda client: client.list_users(),
    "s3": lambda client: (
        client.create_bucket(Bucket="media"),
        client.put_object(Bucket="media", Key="a b/ü~+.txt", Body=b"x"),
    ),
    "logs": lambda client: client.describe_log_groups(),
}
WRONG = {
    "an unknown key": (
        {"aws_access_key_id": "AKIAOTHER"},
        {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"},
    ),
    "another secret": ({"aws_secret_access_key": "wrong"}, {"InvalidSignatureException", "SignatureDoesNotMatch"}),
    "another session": (
        {"aws_access_key_id": "ASIATEST", "aws_session_token": "other"},
        {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"},
    ),
    "an expired session": (
        {"aws_access_key_id": "ASIAOLD", "aws_session_token": "token"},
        {"ExpiredTokenException", "ExpiredToken"},
    ),
}


@pytest.fixture
def server(serve):
    """A server that asks for signatures."""
    return serve(config={"access": {"require_signature": True, "keys": KEYS}})


@pytest.fixture
def client(server):
    """Make a client with credentials."""

    def make(service, signature_version=None, **credentials):
        own = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "right"}
        config = Config(retries={"total_max_attempts": 1}, signature_version=signature_version)
        return boto3.Session(**own | credentials).client(
            service, "us-east-1", endpoint_url=server.endpoint_url, config=config
        )

    return make


@pytest.mark.parametrize("service", CALLS)
def test_a_known_key_passes(client, service):
    """A permanent key, and a temporary one with its token."""
    CALLS[service](client(service))
    CALLS[service](client(service, aws_access_key_id="ASIATEST", aws_session_token="token"))


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("service", CALLS)
def test_anything_else_is_refused(client, service, wrong):
    """By the name that the service's protocol has for it."""
    credentials, codes = WRONG[wrong]

    with pytest.raises(ClientError) as refused:
        CALLS[service](client(service, **credentials))

    assert refused.value.response["Error"]["Code"] in codes
    assert 403 == refused.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_skewed_clock(client, monkeypatch, minutes):
    """A request of a clock that is off by more than five minutes is refused, early or late."""
    monkeypatch.setattr(auth, "get_current_datetime", lambda: datetime.now(timezone.utc) + timedelta(minutes=minutes))

    with pytest.raises(ClientError, match=r"Signature (expired|not yet current)"):
        client("pinpoint-sms-voice-v2").describe_phone_numbers()


def test_unsigned(server, call, aws):
    """Without a signature, or with a part of one; the control API and the page need none."""
    assert 403 == call(server, "GET", "/bucket")[0]
    assert 403 == aws(server, "DescribePhoneNumbers", {})[0]
    assert 200 == call(server, "GET", "/_emulator/messages")[0]


def test_a_presigned_url(client, server, call):
    """Its signature is in its query; with another path it is refused."""
    s3 = client("s3", signature_version="s3v4")
    s3.create_bucket(Bucket="media")
    s3.put_object(Bucket="media", Key="a.txt", Body=b"content")
    url = s3.generate_presigned_url("get_object", {"Bucket": "media", "Key": "a.txt"}, ExpiresIn=60)
    path = url.removeprefix(server.endpoint_url)

    assert (200, b"content") == call(server, "GET", path)
    assert 403 == call(server, "GET", path.replace("a.txt", "b.txt"))[0]


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "MissingAuthenticationTokenException"),
        ("Basic YQ==", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 Credential=a", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=x", "UnrecognizedClientException"),
        ("AWS4-HMAC-SHA256 , ,=,=", "IncompleteSignatureException"),
    ],
)
def test_odd_headers(authorization, code):
    """What is no signature is refused by the error for it."""
    with pytest.raises(signatures.ProtocolError) as refused:
        signatures.verify(Request("POST", "/", {"authorization": authorization}, b""), [], datetime.now(timezone.utc))

    assert code == refused.value.code
