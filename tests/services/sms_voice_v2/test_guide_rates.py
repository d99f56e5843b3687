"""The guide's rates: a hundred a day from a long code, a hundred a second from a short code, one promotion a day."""

from datetime import timedelta

import boto3
import pytest
from botocore.config import Config

from emulator import mock_sms
from emulator.settings import Settings
from emulator.testing import lease_number

PEOPLE = [f"+1425555{digits:04d}" for digits in range(200)]
A_HUNDRED = 100


@pytest.fixture
def world():
    """A frozen world with the guide's rates, whose account has a short code."""
    config = {"limits": {"rates": "guide"}, "phone_numbers": [{"phone_number": "54321", "number_type": "SHORT_CODE"}]}
    with mock_sms(clock="frozen", config=config) as sms:
        yield sms


@pytest.fixture
def send(world):
    """Sends a text from a number; a client of its own that does not try again."""
    api = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"total_max_attempts": 1}))

    def send(number, to, **members):
        return api.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=number, MessageBody="Hi", **members)

    send.lease = lambda **members: lease_number(api, **members)["PhoneNumber"]
    return send


def test_long_code_sends_a_hundred_a_day(world, send, raises):
    """The hundred and first within 24 hours is refused; a day after the first there is room for one."""
    number = send.lease(NumberType="TEN_DLC")
    world.clock.advance(seconds=1)
    send(number, PEOPLE[0])
    world.clock.advance(hours=12)
    for person in PEOPLE[1:A_HUNDRED]:
        send(number, person)

    with raises("ThrottlingException"):
        send(number, PEOPLE[A_HUNDRED])
    world.clock.advance(hours=12)
    send(number, PEOPLE[A_HUNDRED])
    with raises("ThrottlingException"):
        send(number, PEOPLE[A_HUNDRED + 1])


def test_short_code_sends_a_hundred_a_second(world, send, raises):
    """The hundred and first within a second is refused, and passes in the next."""
    for person in PEOPLE[:A_HUNDRED]:
        send("54321", person)

    with raises("ThrottlingException"):
        send("54321", PEOPLE[A_HUNDRED])
    world.clock.advance(seconds=1)
    assert send("54321", PEOPLE[A_HUNDRED])["MessageId"]


def test_what_was_counted_is_in_the_state(world, send, raises):
    """A world that was kept and taken up again lets as little through."""
    for person in PEOPLE[:A_HUNDRED]:
        send("54321", person)

    world.restore(world.state())

    with raises("ThrottlingException"):
        send("54321", PEOPLE[A_HUNDRED])


def test_dry_run_is_not_counted(world, send):
    """A refused text does not count towards the rate."""
    for person in PEOPLE[: A_HUNDRED + 1]:
        send("54321", person, DryRun=True)

    assert [] == world.inbox.messages()


@pytest.mark.parametrize(
    ("message_type", "wait"), [("TRANSACTIONAL", timedelta(seconds=1)), ("PROMOTIONAL", timedelta(days=1))]
)
def test_recipient_is_not_flooded(world, send, raises, message_type, wait):
    """A recipient gets one text a second and one promotion a day, from whatever number; refused ones do not count."""
    numbers = [send.lease(NumberType="TEN_DLC", MessageType=message_type) for _ in range(2)]
    world.clock.advance(seconds=2)
    send(numbers[0], PEOPLE[0])

    world.clock.advance(seconds=wait.total_seconds() - 0.5)
    with raises("ThrottlingException"):
        send(numbers[1], PEOPLE[0])
    send(numbers[1], PEOPLE[1])
    world.clock.advance(seconds=0.5)
    assert send(numbers[1], PEOPLE[0])["MessageId"]


def test_carrier_holds_what_is_too_fast(world, send):
    """Of a hundred texts in a second AT&T takes 75 at once and 25 a minute later; other carriers take all."""
    for person in PEOPLE[:A_HUNDRED]:
        world.handset(person).behave(carrier="AT&T")
    for person in PEOPLE[:A_HUNDRED]:
        send("54321", person)
    world.clock.advance(seconds=1)
    for person in PEOPLE[A_HUNDRED:]:
        send("54321", person)

    world.clock.advance(seconds=30)
    arrived = [[len(world.handset(person).inbox) for person in half] for half in (PEOPLE[:A_HUNDRED], PEOPLE[A_HUNDRED:])]
    assert [75, 100] == [sum(half) for half in arrived]
    world.clock.advance(seconds=30)
    assert 100 == sum(len(world.handset(person).inbox) for person in PEOPLE[:A_HUNDRED])


def test_guide_rates_are_a_choice(raises):
    """They are on in no profile by themselves, and any other word is refused."""
    assert ["aws", "aws"] == [Settings.load(profile).rates for profile in ("friendly", "strict")]
    with pytest.raises(ValueError, match="limits: rates must be aws or guide"):
        Settings.load("friendly", {"rates": "twilio"})
