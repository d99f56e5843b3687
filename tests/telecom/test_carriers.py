from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import pytest

from emulator.kernel.seeds import Seeds
from emulator.telecom.carriers import GIVEN_UP_AFTER, HOP_MIN, HOP_SPREAD, NO_RECEIPT, Carriers, Outcome, Rule, Step
from emulator.telecom.handsets import Handset

SENT = datetime(2026, 1, 1, tzinfo=timezone.utc)
THREE_DAYS = timedelta(hours=72)
TO = "+14255550100"


@dataclass
class CarrierMessage:
    """A text to a handset in the US."""

    message_id: str = "message-1"
    channel: str = "sms"
    sender: str = "+12065550100"
    sender_type: str = "TEN_DLC"
    to: str = TO
    country: str = "US"
    body: str = "Your code is 123456"
    parts: int = 1


@pytest.fixture
def carriers():
    """Carriers without rules."""
    return Carriers(Seeds(0))


def story(carriers, parcel, outcome, ttl=THREE_DAYS):
    """Every step of a message until its last, each with the time since sending."""
    now, steps = SENT, []
    while not steps or not steps[-1][1].final:
        step = carriers.next_step(parcel, outcome, hops=len(steps), sent_at=SENT, now=now, ttl=ttl)
        now += step.after
        steps.append((now - SENT, step))
    return steps


# --- What a message will end in ---------------------------------------------------------------------------------------


def test_a_message_is_delivered_by_default(carriers):
    """By default a possible number receives its message."""
    assert Outcome("DELIVERED") == carriers.outcome(CarrierMessage(), None)


@pytest.mark.parametrize(("to", "status"), [("+14254147755", "SUCCESSFUL"), ("+14254147167", "BLOCKED")])
def test_simulator_numbers_end_as_documented(carriers, to, status):
    """A message to one of AWS's simulator numbers ends as that number's page says."""
    assert status == carriers.outcome(CarrierMessage(to=to), None).status


def test_an_impossible_number_is_invalid(carriers):
    """A number that no country can have ends as invalid."""
    assert "INVALID" == carriers.outcome(CarrierMessage(to="+999123456789"), None).status


def test_too_many_parts_are_an_invalid_message(carriers):
    """Ten parts are delivered, an eleventh makes the message invalid."""
    assert "DELIVERED" == carriers.outcome(CarrierMessage(parts=10), None).status
    assert "INVALID_MESSAGE" == carriers.outcome(CarrierMessage(parts=11), None).status


def test_a_handset_decides_for_itself(carriers):
    """A handset's own outcome, description, delay and carrier hold for what is sent to it."""
    handset = Handset(TO, outcome="SPAM", description="Full", delay=timedelta(seconds=9), carrier="Example Wireless")

    assert Outcome("SPAM", "Full", timedelta(seconds=9), "Example Wireless") == carriers.outcome(CarrierMessage(), handset)


def test_a_handset_without_outcome_only_delays(carriers):
    """A handset that has a delay and no outcome takes the route's own outcome, later."""
    handset = Handset(TO, delay=timedelta(seconds=9))

    assert Outcome("DELIVERED", None, timedelta(seconds=9)) == carriers.outcome(CarrierMessage(), handset)


def test_a_rule_beats_the_handset_and_the_simulator(carriers):
    """A rule comes before the simulator numbers and before the handset."""
    carriers.rules = [Rule({}, "CARRIER_BLOCKED")]

    assert "CARRIER_BLOCKED" == carriers.outcome(CarrierMessage(), Handset(TO, outcome="SPAM")).status
    assert "CARRIER_BLOCKED" == carriers.outcome(CarrierMessage(to="+14254147755"), None).status


def test_a_simulator_number_beats_its_handset(carriers):
    """A simulator number ends as documented, even if a handset of that number has another outcome."""
    assert (
        "SUCCESSFUL" == carriers.outcome(CarrierMessage(to="+14254147755"), Handset("+14254147755", outcome="SPAM")).status
    )


def test_the_first_rule_that_fits_wins(carriers):
    """Of several rules that fit, the first one decides; one that does not fit is passed over."""
    carriers.rules = [Rule({"country": "CA"}, "SPAM"), Rule({"country": "US"}, "UNREACHABLE"), Rule({}, "BLOCKED")]

    assert "UNREACHABLE" == carriers.outcome(CarrierMessage(), None).status
    assert "BLOCKED" == carriers.outcome(CarrierMessage(country="GB"), None).status


@pytest.mark.parametrize(
    "match",
    [
        {"to": TO},
        {"country": "US"},
        {"carrier": "Example Wireless"},
        {"channel": "sms"},
        {"from": "+12065550100"},
        {"contains": "code is"},
        {"to": TO, "country": "US", "contains": "123456"},
    ],
)
def test_a_rule_matches_by_each_member(carriers, match):
    """A rule holds for a message that has all of its members, and not for one that lacks any of them."""
    carriers.rules = [Rule(match, "SPAM")]
    other = CarrierMessage(to="+447400123456", country="GB", channel="mms", sender="NOTICE", body="Hello")

    assert "SPAM" == carriers.outcome(CarrierMessage(), Handset(TO, carrier="Example Wireless")).status
    assert "DELIVERED" == carriers.outcome(other, None).status


def test_a_rule_needs_all_of_its_members(carriers):
    """One member that differs is enough for a rule not to hold."""
    carriers.rules = [Rule({"to": TO, "country": "CA"}, "SPAM")]

    assert "DELIVERED" == carriers.outcome(CarrierMessage(), None).status


def test_a_rule_holds_as_many_times_as_it_says(carriers):
    """A rule for two times strikes twice, only for messages that fit, and then lets all pass."""
    carriers.rules = [Rule({"country": "US"}, "SPAM", times=2)]

    parcels = [CarrierMessage(), CarrierMessage(country="GB"), CarrierMessage(), CarrierMessage()]

    assert ["SPAM", "DELIVERED", "SPAM", "DELIVERED"] == [carriers.outcome(parcel, None).status for parcel in parcels]


def test_a_probable_rule_strikes_its_share(carriers):
    """A rule of probability 0.3 strikes about three of ten messages, the same ones whenever it is asked."""
    carriers.rules = [Rule({}, "SPAM", probability=0.3)]
    parcels = [CarrierMessage(message_id=f"message-{number}") for number in range(1000)]

    struck = [carriers.outcome(parcel, None).status == "SPAM" for parcel in parcels]

    assert 250 < sum(struck) < 350
    assert struck == [carriers.outcome(parcel, None).status == "SPAM" for parcel in parcels]


def test_an_improbable_rule_that_does_not_strike_is_not_used_up(carriers):
    """A rule that was not drawn keeps its times, and leaves the message to the rules after it."""
    carriers.rules = [Rule({}, "SPAM", probability=0.0, times=1), Rule({}, "BLOCKED")]

    assert "BLOCKED" == carriers.outcome(CarrierMessage(), None).status
    assert 1 == carriers.rules[0].times


def test_a_rule_may_delay(carriers):
    """A rule's delay is the message's wait before its first hop."""
    carriers.rules = [Rule({}, "DELIVERED", delay=timedelta(seconds=30))]

    assert timedelta(seconds=30) == carriers.outcome(CarrierMessage(), None).delay


# --- How it gets there ------------------------------------------------------------------------------------------------


def test_a_delivered_message_is_successful_first(carriers):
    """A delivery is two hops: taken by the carrier, then by the phone, which is the last."""
    steps = story(carriers, CarrierMessage(), Outcome("DELIVERED"))

    assert [("SUCCESSFUL", False), ("DELIVERED", True)] == [(step.status, step.final) for _, step in steps]


@pytest.mark.parametrize(("country", "sender_type"), [("CA", "SHORT_CODE"), ("US", "TOLL_FREE"), ("ES", "SENDER_ID")])
def test_routes_without_a_handset_receipt_end_as_successful(carriers, country, sender_type):
    """Where phones send no receipt, SUCCESSFUL is the last word."""
    steps = story(carriers, CarrierMessage(country=country, sender_type=sender_type), Outcome("DELIVERED"))

    assert [("SUCCESSFUL", True)] == [(step.status, step.final) for _, step in steps]


@pytest.mark.parametrize("status", ["BLOCKED", "SPAM", "INVALID", "UNREACHABLE", "SUCCESSFUL", "UNKNOWN"])
def test_any_other_end_is_one_hop(carriers, status):
    """A message that is not delivered gets to its end in one hop."""
    steps = story(carriers, CarrierMessage(), Outcome(status))

    assert [(status, True)] == [(step.status, step.final) for _, step in steps]


def test_a_hop_takes_its_time(carriers):
    """Every hop takes between 150 and 450 milliseconds, not all the same, and the same again for one message."""
    waits = [story(carriers, CarrierMessage(message_id=f"m{number}"), Outcome("BLOCKED"))[0][0] for number in range(200)]

    assert min(waits) >= HOP_MIN
    assert max(waits) < HOP_MIN + HOP_SPREAD
    assert len(set(waits)) > 100
    assert waits[7] == story(carriers, CarrierMessage(message_id="m7"), Outcome("BLOCKED"))[0][0]


def test_a_delay_comes_before_the_first_hop_only(carriers):
    """A delay is added to the first hop and to no later one."""
    prompt = story(carriers, CarrierMessage(), Outcome("DELIVERED"))
    delayed = story(carriers, CarrierMessage(), Outcome("DELIVERED", delay=timedelta(seconds=30)))

    assert [timedelta(seconds=30)] * 2 == [late - early for (late, _), (early, _) in zip(delayed, prompt, strict=True)]


def test_what_has_not_left_by_its_time_to_live_expires(carriers):
    """A message still waiting for its first hop when its time to live is over expires just then."""
    steps = story(carriers, CarrierMessage(), Outcome("DELIVERED", delay=timedelta(seconds=60)), ttl=timedelta(seconds=60))

    assert [(timedelta(seconds=60), Step("TTL_EXPIRED", timedelta(seconds=60), True))] == steps


def test_what_has_left_in_time_does_not_expire(carriers):
    """A message that its carrier took in time is delivered, though the phone answers after its time to live."""
    parcel = CarrierMessage()
    first = story(carriers, parcel, Outcome("DELIVERED"))[0][0]

    steps = story(carriers, parcel, Outcome("DELIVERED"), ttl=first)

    assert ["SUCCESSFUL", "DELIVERED"] == [step.status for _, step in steps]


def test_an_ordered_expiry_comes_at_the_time_to_live(carriers):
    """A message with the outcome TTL_EXPIRED expires when its time to live is over, not before."""
    steps = story(carriers, CarrierMessage(), Outcome("TTL_EXPIRED"), ttl=timedelta(minutes=5))

    assert [(timedelta(minutes=5), "TTL_EXPIRED")] == [(elapsed, step.status) for elapsed, step in steps]


def test_without_a_receipt_a_message_ends_unknown_after_three_days(carriers):
    """A carrier that never answers makes the message UNKNOWN 72 hours after it was sent."""
    steps = story(carriers, CarrierMessage(), Outcome(NO_RECEIPT))

    assert [(GIVEN_UP_AFTER, "UNKNOWN", True)] == [(elapsed, step.status, step.final) for elapsed, step in steps]


def test_the_same_seed_gives_the_same_story(carriers):
    """The hops of a message depend on the seed and on its id alone."""
    again, other = Carriers(Seeds(0)), Carriers(Seeds(1))
    story(again, replace(CarrierMessage(), message_id="another"), Outcome("DELIVERED"))

    told = story(carriers, CarrierMessage(), Outcome("DELIVERED"))

    assert told == story(again, CarrierMessage(), Outcome("DELIVERED"))
    assert told != story(other, CarrierMessage(), Outcome("DELIVERED"))


@pytest.mark.parametrize("end", [NO_RECEIPT, "TTL_EXPIRED"])
def test_what_is_held_may_never_be_told_of_again(carriers, end):
    """A message that a carrier has queued can still stay without a receipt, or expire."""
    steps = story(carriers, CarrierMessage(), Outcome(end, via=("QUEUED",)), timedelta(hours=1))

    wanted = {NO_RECEIPT: ("UNKNOWN", GIVEN_UP_AFTER), "TTL_EXPIRED": ("TTL_EXPIRED", timedelta(hours=1))}
    assert [("QUEUED", False), (wanted[end][0], True)] == [(step.status, step.final) for _, step in steps]
    assert wanted[end][1] == steps[-1][0]


def test_a_rule_tells_its_receipts(carriers):
    """The number of receipts of a rule is in the outcome; by default it is one."""
    carriers.rules.append(Rule({}, "DELIVERED", times=1, receipts=3))

    assert [3, 1] == [carriers.outcome(CarrierMessage(), None).receipts for _ in range(2)]
