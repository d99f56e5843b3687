"""What is neither ours nor known to moto: HTTP 501 in the protocol of the call, JSON for a page that does not exist."""

import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


@pytest.fixture
def other(sms_server):
    """Return a function that gives a client of another service, which does not try again."""

    def client(service):
        config = Config(retries={"total_max_attempts": 1})
        return boto3.client(service, endpoint_url=sms_server.endpoint_url, region_name="us-east-1", config=config)

    return client


@pytest.mark.parametrize(
    ("service", "operation", "members"),
    [
        ("chime", "list_accounts", {}),
        ("lightsail", "get_instances", {}),
        ("iam", "list_service_specific_credentials", {}),
        ("ec2", "describe_capacity_blocks", {}),
        ("cloudsearch", "list_domain_names", {}),
        ("route53", "list_cidr_collections", {}),
        ("pinpoint-email", "list_configuration_sets", {}),
    ],
)
def test_what_moto_lacks(sms_server, other, service, operation, members):
    """A service or an operation that moto lacks answers 501 with a sentence that the client can read."""
    with pytest.raises(ClientError) as caught:
        getattr(other(service), operation)(**members)

    answer = caught.value.response
    assert 501 == answer["ResponseMetadata"]["HTTPStatusCode"]
    assert "NotImplemented" == answer["Error"]["Code"]
    assert "is not implemented: the emulator leaves other AWS services to moto" in answer["Error"]["Message"]
    (logged,) = sms_server.emulator.control("list_requests", limit=1)["requests"]
    assert (501, "NotImplemented", "moto") == (logged["status"], logged["error"], logged["answered_by"])


def test_what_moto_has(other):
    """What moto has it answers as before, a missing bucket of a signed call too."""
    s3 = other("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="a", Body=b"x" * 100_000)

    assert b"x" * 100_000 == s3.get_object(Bucket="pictures", Key="a")["Body"].read()
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.list_objects_v2(Bucket="none")


@pytest.mark.parametrize("path", ["/docs", "/metrics", "/foo/bar"])
def test_a_page_that_does_not_exist(sms_server, path):
    """A path that is neither AWS's nor ours is answered with JSON that says where to look."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(sms_server.endpoint_url + path)

    with caught.value as answer:
        assert (404, "application/json") == (answer.code, answer.headers["Content-Type"])
        error = json.load(answer)["error"]
    assert f"no such page: GET {path}; the page is at /_emulator/, the control API at /_emulator/docs" == error
