"""The pytest plugin, as a fresh project meets it."""

import pytest

pytest_plugins = ["pytester"]

PROJECT = """
import boto3

def send(client):
    number = client.request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
    )["PhoneNumber"]
    client.send_text_message(
        DestinationPhoneNumber="+14255550100", OriginationIdentity=number, MessageBody="Your code is 123456"
    )
"""

TESTS = """
import boto3
import pytest
from project import send

@pytest.mark.parametrize("turn", range(2))
def test_sms(sms, turn):
    send(boto3.client("pinpoint-sms-voice-v2", region_name="eu-west-1"))

    assert ["Your code is 123456"] == [message.body for message in sms.inbox.messages()]
    assert "123456" == sms.inbox.code(to="+14255550100")

@pytest.mark.parametrize("turn", range(2))
def test_sms_client(sms_client, sms, turn):
    send(sms_client)

    assert 1 == len(sms.handset("+14255550100").inbox)

@pytest.mark.parametrize("turn", range(2))
def test_sms_server(sms_server, turn):
    def client(name):
        return boto3.client(name, region_name="us-east-1", endpoint_url=sms_server.endpoint_url)

    send(client("pinpoint-sms-voice-v2"))
    client("sqs").create_queue(QueueName=f"queue-{turn}")

    assert 1 == len(sms_server.emulator.inbox.messages())
    assert 1 == len(client("sqs").list_queues()["QueueUrls"])
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project of somebody's that has only this package installed, on a machine without credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(pytester.path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(pytester.path / "none"))
    pytester.makepyfile(project=PROJECT)
    # Plugins that a fresh project would not have, and that take longer to import than all else.
    pytester.makeini(
        "[pytest]\naddopts = -p no:cacheprovider -p no:schemathesis -p no:hypothesispytest -p no:asyncio\npythonpath = .\n"
    )
    return pytester


def test_fixtures_are_there(project):
    """Without any import, each test of a project has an empty world by each of the three fixtures."""
    project.makepyfile(TESTS)

    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=6)


def test_fixtures_under_xdist(project):
    """Each worker has a server of its own."""
    project.makepyfile(TESTS)

    project.runpytest_subprocess("-n", "2").assert_outcomes(passed=6)


def test_fixtures_are_listed(project):
    """`pytest --fixtures` describes the three fixtures, and no other."""
    listed = project.runpytest_subprocess("--fixtures")

    listed.stdout.fnmatch_lines_random(["sms -- *", "sms_client -- *", "sms_server -- *"])
    listed.stdout.no_fnmatch_line("*_sms_server_of_session*")


def test_own_fixture_goes_first(project):
    """A project that has a fixture by one of the names keeps it."""
    project.makepyfile(
        """
        import pytest

        @pytest.fixture
        def sms():
            return "mine"

        def test_mine(sms):
            assert "mine" == sms
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_environment_is_restored(project):
    """No credentials are left behind, whichever fixture a test asks for."""
    project.makepyfile(
        """
        import os
        import pytest

        @pytest.mark.parametrize("name", ["sms", "sms_client", "sms_server"])
        def test_within(name, request):
            request.getfixturevalue(name)
            assert os.environ["AWS_ACCESS_KEY_ID"]

        def test_afterwards():
            assert "AWS_ACCESS_KEY_ID" not in os.environ
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=4)


def test_import_is_light(project):
    """A project that sends nothing does not wait for boto3, flask or moto."""
    project.makepyfile(
        """
        import sys

        def test_light():
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert "emulator.front.pytest_plugin" in sys.modules
            assert not loaded & {"boto3", "botocore", "flask", "moto", "uvicorn", "werkzeug", "jsonschema", "phonenumbers"}
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_failing_wait_says_what_there_is(project):
    """A text that does not come fails the test at once, and says what came instead."""
    project.makepyfile(
        """
        from project import send

        def test_wait(sms, sms_client):
            send(sms_client)
            sms.inbox.wait(contains="welcome")
        """
    )

    told = project.runpytest_subprocess()

    told.assert_outcomes(failed=1)
    told.stdout.fnmatch_lines(
        ["*WaitTimeout: 0 of 1 messages with contains='welcome'; the inbox holds *Your code is 123456*"]
    )
