"""Calls, and the permissions that they need."""

from __future__ import annotations

import json

import pytest

from emulator.testing import HANDSET

from .conftest import BUSINESS

CONNECT = {
    "messaging_product": "whatsapp",
    "to": HANDSET,
    "action": "connect",
    "session": {"sdp_type": "offer", "sdp": "v=0"},
}


@pytest.fixture
def call(social, linked):
    """Sends a call event; gives the id of the call."""

    def call(**members):
        event = {"messaging_product": "whatsapp"} | members
        return social.send_whatsapp_call_event(
            originationPhoneNumberId=linked["phone_number_id"], metaApiVersion="v23.0", callEvent=json.dumps(event).encode()
        )["callId"]

    return call


@pytest.fixture
def enabled(social, linked):
    """The number takes calls."""
    social.update_linked_whatsapp_business_account_phone_number(
        id=linked["phone_number_id"], callSettings={"callEnabled": True}
    )


@pytest.fixture
def permission(social, linked):
    """Gives what HANDSET allows, and whether a request and a call are possible."""

    def permission():
        found = social.get_whatsapp_call_permission(
            originationPhoneNumberId=linked["phone_number_id"], destinationPhoneNumber=HANDSET
        )
        return found["permission"]["status"], *(action["canPerformAction"] for action in found["actions"])

    return permission


@pytest.fixture
def ask(send, window, message):
    """Asks HANDSET for the permission to call."""
    request = {"type": "call_permission_request", "action": {"name": "call_permission_request"}}
    return lambda: message(send("interactive", interactive=request))


@pytest.mark.parametrize(
    ("answer", "status"), [("Allow", "temporary"), ("Always allow", "permanent"), ("Don't allow", "no_permission")]
)
def test_a_user_answers_a_request_for_calls(ask, handset, permission, answer, status):
    """A permission is given for a time, for ever, or not."""
    ask()

    handset.tap(answer)

    assert status == permission()[0]


def test_a_permission_ends(ask, handset, permission, sms):
    """A temporary permission is over after 7 days."""
    assert ("no_permission", True, False) == permission()
    ask()
    handset.tap("Allow")
    assert ("temporary", False, True) == permission()

    sms.clock.advance(days=7)

    assert "no_permission" == permission()[0]


def test_a_user_is_asked_once_a_day(ask):
    """A second request for calls on a day fails by 138009."""
    assert "DELIVERED" == ask().status

    assert 138009 == ask().whatsapp.error["code"]


def test_a_connected_call_makes_room_for_a_request(ask, call, enabled, handset, sms):
    """
    The limits on requests start again with any connected call. Evidence: Meta, "Obtain user call permissions": "These limits
    reset when any connected call (business-initiated/user-initiated) is made".
    """
    ask()
    call_id = handset.call_whatsapp(BUSINESS)["call_id"]

    call(action="accept", call_id=call_id)

    assert "DELIVERED" == ask().status


def test_a_permission_is_revoked_after_four_calls_in_vain(ask, call, enabled, handset, permission, events, sms):
    """
    Unanswered calls are reported as completed and do not count towards the limit on calls; the fourth in a row ends the
    permission, by an answer that the user has not given. Evidence: Meta, "Obtain user call permissions": "4 consecutive
    unanswered calls result in an approved permission being automatically revoked"; "Business-initiated calls".
    """
    ask()
    handset.tap("Always allow")
    handset.behave(answers="no_answer")
    events()

    for _ in range(3):
        call(**CONNECT)
        sms.clock.advance(minutes=1)
    assert ("permanent", False, True) == permission()
    call(**CONNECT)
    sms.clock.advance(minutes=1)

    values = [event["whatsAppWebhookEntry"]["changes"][0]["value"] for event in events()]
    ended = [value["calls"][0] for value in values if "calls" in value]
    (answer,) = (value["messages"][0] for value in values if "messages" in value)
    assert [("terminate", "COMPLETED")] * 4 == [(row["event"], row["status"]) for row in ended]
    assert {"response": "reject", "response_source": "automatic"} == answer["interactive"]["call_permission_reply"]
    assert "no_permission" == permission()[0]


def test_a_limit_that_is_not_reached_has_no_time_to_reset(ask, call, enabled, handset, social, linked, sms):
    """A limit shows when it resets only when it is used up. Evidence: the service model, WhatsAppCallPermissionLimit."""
    ask()
    handset.tap("Allow")
    call(**CONNECT)
    sms.clock.advance(seconds=10)

    found = social.get_whatsapp_call_permission(
        originationPhoneNumberId=linked["phone_number_id"], destinationPhoneNumber=HANDSET
    )
    (calls,) = found["actions"][1]["limits"]
    assert (1, 100) == (calls["currentUsage"], calls["maxAllowed"])
    assert "limitExpirationTime" not in calls


def test_a_call_is_refused_without_permission(call, enabled, linked, raises):
    """Without the user's permission a call is refused by 138006."""
    with raises("InvalidParametersException") as error:
        call(**CONNECT)

    assert error["message"].startswith("(#138006) ")


def test_calling_must_be_enabled(call, raises):
    """A number without call settings cannot call."""
    with raises("InvalidParametersException") as error:
        call(**CONNECT)

    assert error["message"].startswith("(#138000) ")


def test_a_call_of_the_business_is_answered(call, enabled, ask, handset, events, raises, sms):
    """A call rings, is answered, and ends with its duration; a second one at the same time is a conflict."""
    ask()
    handset.tap("Allow")
    events()

    sms.clock.freeze()
    call_id = call(**CONNECT)
    with raises("ConflictException"):
        call(**CONNECT)
    sms.clock.advance(seconds=60)
    call(action="terminate", call_id=call_id)

    values = [event["whatsAppWebhookEntry"]["changes"][0] for event in events()]
    assert {"calls"} == {change["field"] for change in values}
    ringing, accepted, connect, terminate = (change["value"] for change in values)
    assert ["RINGING", "ACCEPTED"] == [value["statuses"][0]["status"] for value in (ringing, accepted)]
    assert ("connect", "answer") == (connect["calls"][0]["event"], connect["calls"][0]["session"]["sdp_type"])
    assert ("terminate", "COMPLETED", 55) == tuple(terminate["calls"][0][name] for name in ("event", "status", "duration"))


def test_a_call_of_a_user_is_accepted(call, linked, handset, events, raises):
    """A user's call is reported with an offer, and accepted or rejected by the business."""
    call_id = handset.call_whatsapp(BUSINESS)["call_id"]

    call(action="accept", call_id=call_id)
    call(action="terminate", call_id=call_id)

    assert ["connect", "terminate"] == [
        event["whatsAppWebhookEntry"]["changes"][0]["value"]["calls"][0]["event"] for event in events()
    ]
    with raises("ConflictException"):
        call(action="terminate", call_id=call_id)
    with raises("ResourceNotFoundException"):
        call(action="terminate", call_id="wacid.none")


def test_a_user_answers_and_hangs_up(call, enabled, ask, handset, events, sms):
    """A call that rings is answered by hand, and ended by the user; the business hears of both."""
    ask()
    handset.tap("Always allow")
    handset.behave(answers="wait")
    events()
    sms.clock.freeze()
    call(**CONNECT)

    sms.clock.advance(minutes=4)
    answered = handset.answer_whatsapp_call()
    sms.clock.advance(seconds=20)
    ended = handset.hang_up_whatsapp_call(answered["call_id"])

    assert ["connected", "ended"] == [answered["status"], ended["status"]]
    values = [event["whatsAppWebhookEntry"]["changes"][0]["value"] for event in events()]
    assert ["RINGING", "ACCEPTED"] == [row["status"] for value in values for row in value.get("statuses", ())]
    assert ["connect", "terminate"] == [row["event"] for value in values for row in value.get("calls", ())]
    assert values[-1]["calls"][0]["duration"] >= 20
    with pytest.raises(LookupError, match="has no WhatsApp call that goes on"):
        handset.hang_up_whatsapp_call()
    with pytest.raises(LookupError, match="has no WhatsApp call that rings"):
        handset.answer_whatsapp_call()


def test_a_user_declines_or_gives_up(call, enabled, ask, handset, events, sms):
    """A call that is declined is reported as rejected; a user's own call ends before the business has accepted it."""
    ask()
    handset.tap("Always allow")
    events()
    sms.clock.freeze()
    call(**CONNECT)

    handset.hang_up_whatsapp_call()
    handset.call_whatsapp(BUSINESS)
    handset.hang_up_whatsapp_call()

    values = [event["whatsAppWebhookEntry"]["changes"][0]["value"] for event in events()]
    assert ["RINGING", "REJECTED"] == [row["status"] for value in values for row in value.get("statuses", ())]
    assert ["terminate", "connect", "terminate"] == [row["event"] for value in values for row in value.get("calls", ())]
