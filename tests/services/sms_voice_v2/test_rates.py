"""Rates of the strict profile, counted on the virtual clock: requests, message parts, recipients, dry runs."""

import boto3
import pytest
from botocore.config import Config

from emulator import mock_sms
from emulator.testing import lease_number

HANDSETS = [f"+1425555010{digit}" for digit in range(10)]
LONG_TEXT = "x" * 300
"""Two parts."""


@pytest.fixture
def world():
    """A frozen world with rates, at the very beginning of a second."""
    with mock_sms(clock="frozen", config={"limits": {"rates_enforced": True}}) as sms:
        sms.clock.advance(seconds=1 - sms.clock.now.microsecond / 1e6)
        yield sms


@pytest.fixture
def api(world):
    """A client that does not try again."""
    return boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def lease(world, api):
    """Leases a number of a type, and lets a second pass; gives the number."""

    def lease(number_type, iso="US"):
        number = lease_number(api, IsoCountryCode=iso, NumberType=number_type)["PhoneNumber"]
        world.clock.advance(seconds=1)
        return number

    return lease


@pytest.fixture
def send(api):
    """Sends a text."""

    def send(number, to=HANDSETS[0], body="Hi", **members):
        return api.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=number, MessageBody=body, **members)

    return send


def test_strict_profile_has_rates(raises):
    """The strict profile throttles without further configuration."""
    with mock_sms(profile="strict", clock="frozen"):
        api = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"total_max_attempts": 1}))
        api.describe_pools()
        with raises("ThrottlingException"):
            api.describe_pools()


def test_an_operation_has_its_requests_a_second(world, api, raises):
    """The second request within a second is refused; other operations and the next second are not concerned."""
    api.describe_pools()

    with raises("ThrottlingException"):
        api.describe_pools()
    api.describe_phone_numbers()
    world.clock.advance(seconds=1)
    api.describe_pools()


def test_some_operations_have_ten(api, raises):
    """PutOptedOutNumber may be called ten times a second."""
    for handset in HANDSETS:
        api.put_opted_out_number(OptOutListName="Default", OptedOutNumber=handset)

    with raises("ThrottlingException"):
        api.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSETS[0])


@pytest.mark.parametrize(("number_type", "iso", "parts"), [("TEN_DLC", "US", 1), ("TOLL_FREE", "US", 3)])
def test_a_sender_has_its_parts_a_second(world, lease, send, raises, number_type, iso, parts):
    """One part more is refused, and leaves in the next second."""
    number = lease(number_type, iso)
    for handset in HANDSETS[:parts]:
        send(number, handset)

    with raises("ThrottlingException"):
        send(number, HANDSETS[parts])
    world.clock.advance(seconds=1)
    assert send(number, HANDSETS[parts])


def test_parts_count_and_not_messages(world, lease, send, raises):
    """Two texts of two parts are more than the three of a toll-free number; a text longer than that still leaves."""
    number = lease("TOLL_FREE")
    send(number, HANDSETS[0], LONG_TEXT)

    with raises("ThrottlingException"):
        send(number, HANDSETS[1], LONG_TEXT)
    assert send(number, HANDSETS[1])
    world.clock.advance(seconds=1)
    assert send(number, HANDSETS[2], LONG_TEXT * 3)


def test_a_recipient_has_one_message_a_second(world, lease, send, raises):
    """A second message to one recipient waits for the next second, and does not cost the sender a part."""
    number = lease("TOLL_FREE")
    send(number, HANDSETS[0])

    with raises("ThrottlingException"):
        send(number, HANDSETS[0], LONG_TEXT)
    assert send(number, HANDSETS[1], LONG_TEXT)
    world.clock.advance(seconds=1)
    assert send(number, HANDSETS[0])


def test_dry_runs_have_a_rate_of_their_own(world, lease, send, raises):
    """A sender's dry runs are counted apart from its sends: five parts a second, or its own rate where that is lower."""
    number = lease("TOLL_FREE")
    german = lease("LONG_CODE", "DE")
    for _ in range(3):
        send(number, DryRun=True)
    for _ in range(5):
        send(german, "+4915123456789", DryRun=True)

    with raises("ThrottlingException"):
        send(number, DryRun=True)
    with raises("ThrottlingException"):
        send(german, "+4915123456789", DryRun=True)
    assert send(number)
    world.clock.advance(seconds=1)
    assert send(number, DryRun=True)


def test_accounts_are_counted_apart(world, raises):
    """The requests of one account do not throttle another."""
    for account in ("123456789012", "210987654321"):
        session = boto3.session.Session(account, "secret", region_name="us-east-1")
        assert [] == session.client("pinpoint-sms-voice-v2").describe_pools()["Pools"]


def test_throttled_client_gets_through_on_a_stepping_clock(monkeypatch):
    """A throttled request moves a stepping clock by what its client waits, so that the next attempt is admitted."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    with mock_sms(config={"limits": {"rates_enforced": True}}) as sms:
        before = sms.clock.now
        numbers = {lease_number(boto3.client("pinpoint-sms-voice-v2"))["PhoneNumber"] for _ in range(3)}

        assert 3 == len(numbers)
        assert sms.clock.now > before


@pytest.mark.parametrize(
    ("header", "seconds"), [("attempt=1; max=5", 1), ("attempt=3; max=5", 4), ("attempt=9", 20), ("", 1)]
)
def test_wait_grows_with_the_attempt(header, seconds):
    """Each further attempt moves the clock twice as far, up to the longest wait of the SDKs."""
    with mock_sms(config={"limits": {"rates_enforced": True}}) as sms:
        api = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"total_max_attempts": 1}))

        def name_attempt(request, **_):
            request.headers["amz-sdk-request"] = header

        api.meta.events.register_first("before-send", name_attempt)
        api.describe_pools()
        before = sms.clock.now
        with pytest.raises(api.exceptions.ThrottlingException):
            api.describe_pools()

        assert seconds == (sms.clock.now - before).total_seconds()
