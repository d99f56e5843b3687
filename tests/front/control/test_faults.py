"""The control API over HTTP: injected faults."""

from types import SimpleNamespace

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.front import guard


class TestFaults:
    """/_emulator/faults."""

    def test_are_shown(self, ask, get):
        """The faults are shown with every member; DELETE drops them."""
        fault = {"operation": "SendTextMessage", "error": "ThrottlingException", "times": 2, "latency_seconds": 0.5}

        _, shown = ask("PUT", "faults", [fault])

        full = {"service": None, "probability": 1.0, "reason": None} | fault
        assert [full] == shown == get("faults")
        assert (200, []) == ask("DELETE", "faults")
        assert [] == get("faults")

    @pytest.mark.parametrize(
        ("error", "code", "status"),
        [
            ("ThrottlingException", "ThrottlingException", 400),
            ("InternalServerException", "InternalServerException", 500),
            ("ConflictException", "ConflictException", 400),
            (403, "AccessDeniedException", 403),
            ("429", "ThrottlingException", 429),
            (418, "ValidationException", 418),
            (503, "InternalServerException", 503),
        ],
    )
    def test_error(self, ask, untried, error, code, status):
        """A fault is answered as the exception it names, or as the one that goes with its HTTP status."""
        ask("PUT", "faults", [{"error": error}])

        with pytest.raises(ClientError) as caught:
            untried.describe_phone_numbers()

        response = caught.value.response
        assert (code, status) == (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"])

    def test_reason(self, ask, untried, raises):
        """A fault may have one of the reasons that its exception knows."""
        ask("PUT", "faults", [{"error": "ConflictException", "reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"}])

        with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
            untried.describe_phone_numbers()

    def test_times(self, ask, get, untried, raises):
        """A fault is raised as often as its `times` says, and shows how many are left."""
        ask("PUT", "faults", [{"error": "503", "times": 1}])

        with raises("InternalServerException"):
            untried.describe_phone_numbers()

        assert untried.describe_phone_numbers()
        assert [0] == [fault["times"] for fault in get("faults")]

    def test_clients_try_again(self, ask, sms_client):
        """One fault of the server is mended by a client's own retries."""
        ask("PUT", "faults", [{"error": "503", "times": 1}])

        answer = sms_client.describe_phone_numbers()

        assert 1 == answer["ResponseMetadata"]["RetryAttempts"]

    def test_operation(self, ask, untried, raises):
        """A fault of one operation leaves the others alone."""
        ask("PUT", "faults", [{"operation": "DescribeKeywords", "service": "pinpoint-sms-voice-v2", "error": "503"}])

        with raises("InternalServerException"):
            untried.describe_keywords(OriginationIdentity="phone-1")

        assert untried.describe_phone_numbers()

    def test_first_that_fits_strikes(self, ask, untried, raises):
        """Of several faults the first counts."""
        ask("PUT", "faults", [{"error": "429"}, {"error": "503"}])

        with raises("ThrottlingException"):
            untried.describe_phone_numbers()

    def test_probability(self, ask, untried, raises):
        """A fault is drawn as often as it is likely; by the seed, so always the same calls."""
        ask("PUT", "faults", [{"error": "503", "probability": 0.5}])

        struck = 0
        for _ in range(40):
            try:
                untried.describe_phone_numbers()
            except ClientError:
                struck += 1

        assert 10 < struck < 30

    def test_latency(self, ask, untried, raises, monkeypatch):
        """A fault with a latency is answered after that time."""
        ask("PUT", "faults", [{"error": "503", "latency_seconds": 0.2}])
        slept = []

        async def sleep(seconds):
            slept.append(seconds)

        monkeypatch.setattr(guard, "asyncio", SimpleNamespace(sleep=sleep))
        with raises("InternalServerException"):
            untried.describe_phone_numbers()

        assert [0.2] == slept


@pytest.fixture
def untried(sms_server):
    """A client that tries each call once."""
    return boto3.client(
        "pinpoint-sms-voice-v2", endpoint_url=sms_server.endpoint_url, config=Config(retries={"total_max_attempts": 1})
    )
