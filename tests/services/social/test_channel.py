"""The rules of the channel: window, recipients, rates, limits, prices; and what users do on their phones."""

from __future__ import annotations

import json

import pytest

from emulator import mock_sms
from emulator.kernel.tables import load_table
from emulator.messaging.whatsapp.errors import codes
from emulator.testing import HANDSET

from .conftest import ABROAD, BUSINESS, PARAMETERS

BUTTONS = [{"type": "reply", "reply": {"id": answer.lower(), "title": answer}} for answer in ("Yes", "No")]
QUESTION = {"type": "button", "body": {"text": "Will you come?"}, "action": {"buttons": BUTTONS}}


def test_the_window_is_open_for_24_hours(send_text, window, message, failure, sms):
    """A user's message opens the window for a day; later only templates arrive."""
    sms.clock.advance(hours=23)
    assert "DELIVERED" == message(send_text()).status

    sms.clock.advance(hours=1)

    assert 131047 == failure(send_text())[0]


def test_a_call_opens_the_window(send_text, linked, handset, message):
    """A user who calls has opened the window too."""
    handset.call_whatsapp(BUSINESS)

    assert "DELIVERED" == message(send_text()).status


def test_a_number_does_not_write_to_itself(send_text, failure):
    """Sender and recipient must differ."""
    assert 131021 == failure(send_text(to=BUSINESS))[0]


def test_a_recipient_needs_whatsapp(send_text, window, handset, failure):
    """A phone without WhatsApp cannot be reached."""
    handset.behave(whatsapp=False)

    assert 131026 == failure(send_text())[0]


def test_an_outcome_can_be_set(send_text, window, sms, failure, message):
    """A carrier rule or a handset decides how messages end: FAILED by 131026, or READ."""
    sms.handset(HANDSET).behave(outcome="READ")
    assert "READ" == message(send_text()).status

    sms.carriers.rule("FAILED", channel="whatsapp")

    assert 131026 == failure(send_text())[0]


@pytest.mark.parametrize("code", sorted(codes()))
def test_a_number_can_be_restricted_by_every_code(send_text, window, sms, failure, code):
    """With `refuses_with`, all that a number sends fails by that code, under Meta's title."""
    sms.whatsapp.change(BUSINESS, refuses_with=code)

    assert code == failure(send_text())[0]


def test_an_unregistered_number_cannot_send(send_text, window, sms, failure):
    """A number whose registration at Meta has ended fails by 133010."""
    sms.whatsapp.change(BUSINESS, is_registered=False)

    assert 133010 == failure(send_text())[0]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"type": "poll"}, 131051),
        ({"type": "text"}, 131008),
        ({"type": "text", "text": {}}, 131008),
        ({"type": "text", "text": {"body": ""}}, 131008),
        ({"type": "text", "text": {"body": 7}}, 100),
        ({"type": "text", "text": {"body": "x" * 4097}}, 100),
        ({"type": "text", "text": {"body": "x"}, "recipient_type": "both"}, 131009),
        ({"type": "text", "text": {"body": "x"}, "recipient_type": "group"}, 131041),
        ({"type": "text", "text": {"body": "x"}, "recipient_identity_key_hash": "0"}, 137000),
        ({"type": "image", "image": {}}, 131008),
        ({"type": "image", "image": {"id": "1", "link": "https://example.com"}}, 100),
        ({"type": "image", "image": {"id": "1"}}, 100),
        ({"type": "image", "image": {"link": "ftp://example.com"}}, 131009),
        ({"type": "image", "image": {"link": "https://example.com/a.gif"}}, 131053),
        ({"type": "image", "image": {"link": "https://nowhere.invalid/a.png"}}, 131053),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 100),
        ({"type": "contacts", "contacts": []}, 100),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}, 131008),
        ({"type": "reaction", "reaction": {"message_id": "wamid.none", "emoji": "x"}}, 131009),
        ({"type": "interactive", "interactive": {"type": "poll"}}, 131009),
        ({"type": "interactive", "interactive": QUESTION | {"body": {"text": "x" * 1025}}}, 100),
        ({"type": "interactive", "interactive": QUESTION | {"action": {"buttons": BUTTONS[:1] * 2}}}, 131009),
        ({"type": "interactive", "interactive": QUESTION | {"header": {"type": "location"}}}, 131009),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_payload_is_checked_by_meta(send, window, failure, members, code):
    """A message that lacks something, or has too much of it, is accepted and fails by Meta's code."""
    assert code == failure(send(**members))[0]


def test_a_file_belongs_to_its_kind(send, window, upload, failure):
    """A sound cannot be sent as a picture."""
    assert 131053 == failure(send("image", image={"id": upload(b"x", "audio/mpeg")}))[0]


def strict(**limits):
    """A world whose clock stands still, with AWS's and Meta's rates."""
    return mock_sms(clock="frozen", config={"limits": {"rates_enforced": True} | limits})


@pytest.fixture
def burst(client):
    """Sends so many texts at one moment; gives the codes of those that failed."""

    def burst(sms, users):
        number = sms.whatsapp.link(BUSINESS, "Shop")["phone_number_id"]
        for user in dict.fromkeys(users):
            sms.handset(user).whatsapp("Hi", to=BUSINESS)
        for user in users:
            blob = json.dumps({"messaging_product": "whatsapp", "to": user, "text": {"body": "Hi"}}).encode()
            client("socialmessaging").send_whatsapp_message(
                originationPhoneNumberId=number, message=blob, metaApiVersion="v20.0"
            )
        sms.clock.advance(seconds=10)
        return [found.whatsapp.error["code"] for found in sms.inbox.messages(status="FAILED")]

    return burst


def test_one_user_gets_45_at_once(burst):
    """The 46th message to one user fails by the pair rate."""
    with strict() as sms:
        assert [131056] == burst(sms, [HANDSET] * 46)


def test_a_number_sends_80_a_second(burst):
    """The 81st message of a number in a second fails by its throughput."""
    with strict() as sms:
        assert [130429] == burst(sms, [f"+1425555{index:04d}" for index in range(100, 181)])


def test_a_business_reaches_so_many_users_a_day(create_template, send_template, sms, message, failure):
    """Outside of a window only `messaging_limit` users can be written to in 24 hours."""
    create_template()
    sms.whatsapp.change(BUSINESS, messaging_limit=1)

    assert "DELIVERED" == message(send_template(to=HANDSET)).status
    assert 131048 == failure(send_template(to=ABROAD))[0]
    sms.clock.advance(days=1)
    assert "DELIVERED" == message(send_template(to=ABROAD)).status


def test_the_numbers_of_an_account_share_the_limit(social, linked, create_template, send_template, sms, message):
    """A user whom another number of the account has reached counts towards the limit."""
    create_template()
    result = social.associate_whatsapp_business_account(signupCallback={"accessToken": "EAA"})["signupCallbackResult"]
    (waiting,) = result["linkedAccountsWithIncompleteSetup"].values()
    added = waiting["unregisteredWhatsAppPhoneNumbers"][0]
    setup = {
        "associateInProgressToken": result["associateInProgressToken"],
        "phoneNumbers": [{"id": added["phoneNumberId"], "twoFactorPin": "123456"}],
        "phoneNumberParent": linked["id"],
    }
    social.associate_whatsapp_business_account(setupFinalization=setup)
    sms.whatsapp.change(added["phoneNumber"], messaging_limit=1)
    assert "DELIVERED" == message(send_template(to=HANDSET)).status

    template = {"name": "order_update", "language": {"code": "en_US"}, "components": PARAMETERS}
    blob = {"messaging_product": "whatsapp", "to": ABROAD, "type": "template", "template": template}
    answer = social.send_whatsapp_message(
        originationPhoneNumberId=added["phoneNumberId"], message=json.dumps(blob).encode(), metaApiVersion="v23.0"
    )

    assert 131048 == message(answer["messageId"]).whatsapp.error["code"]


# --- Prices -----------------------------------------------------------------------------------------------------------


def test_prices_are_by_category_and_country(create_template, send_template, send_text, window, sms, message):
    """A template costs AWS's fee and Meta's; in the window a text and a utility template cost only AWS's."""
    prices = load_table("messaging/whatsapp/data/prices.json")
    create_template()

    abroad, inside, text = (message(made) for made in (send_template(to=ABROAD), send_template(), send_text()))

    assert (500, prices["meta"]["GB"][1]) == abroad.cost_in(abroad.status)
    assert (500, 0) == inside.cost_in(inside.status)
    assert ("utility", "free_customer_service") == (inside.whatsapp.category, inside.whatsapp.price_type)
    assert (500, 0) == text.cost_in(text.status)
    rows = {(row["channel"], row["country"]): row for row in sms.costs()}
    assert 3 == rows["whatsapp", "US"]["messages"]
    assert 0.011 == rows["whatsapp", "US"]["price"]


def test_an_advertisement_makes_everything_free(create_template, send_template, send_text, handset, linked, message):
    """After a click on an advertisement that was answered, Meta charges nothing for 72 hours."""
    create_template(category="UTILITY")
    referral = {"source_url": "https://example.com/ad", "source_id": "1", "source_type": "ad"}
    handset.whatsapp(type="text", text={"body": "Tell me"}, referral=referral, to=BUSINESS)
    send_text()

    assert "free_entry_point" == message(send_template()).whatsapp.price_type


def test_metrics_count_fees(create_template, send_template, client, sms, message):
    """CloudWatch has both fee counts of a delivered template."""
    create_template()
    message(send_template(to=ABROAD))

    found = client("cloudwatch").list_metrics(Namespace="AWS/SocialMessaging")["Metrics"]

    assert {"WhatsAppMessageFeeCount", "MetaTemplateMessageFeeCount"} == {row["MetricName"] for row in found}
    dimensions = {row["Name"]: row["Value"] for metric in found for row in metric["Dimensions"]}
    assert ("GB", "utility", "regular", "Utility") == tuple(
        dimensions[name]
        for name in (
            "DestinationCountryCode",
            "MetaTemplateMessageFeeCategory",
            "MetaTemplateMessageFeeType",
            "MessageFeeType",
        )
    )


# --- The phone --------------------------------------------------------------------------------------------------------


def test_a_button_is_tapped(send, window, handset, sms, message):
    """A tapped button comes back with its id, and the message as context."""
    question = message(send("interactive", interactive=QUESTION))

    handset.tap("Yes")

    answer = sms.inbox.wait(channel="whatsapp", direction="inbound", contains="Yes")
    assert {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}} == answer.whatsapp.payload["interactive"]
    assert {"from": BUSINESS[1:], "id": question.whatsapp.wamid} == answer.whatsapp.payload["context"]


def test_a_row_of_a_list_is_tapped(send, window, handset, sms, message):
    """A tapped row comes back with its description."""
    row = {"id": "t1", "title": "09:00", "description": "Morning"}
    action = {"button": "Times", "sections": [{"rows": [row]}]}
    message(send("interactive", interactive={"type": "list", "body": {"text": "When?"}, "action": action}))

    handset.tap("09:00")

    answer = sms.inbox.messages(direction="inbound", contains="09:00")[0]
    assert row == answer.whatsapp.payload["interactive"]["list_reply"]


def test_a_quick_reply_is_a_button(create_template, send_template, handset, sms, message):
    """The quick reply of a template is a message of the type `button`, and opens the window."""
    create_template()
    message(send_template())

    handset.tap("Thanks")

    answer = sms.inbox.messages(direction="inbound")[0]
    assert {"payload": "Thanks", "text": "Thanks"} == answer.whatsapp.payload["button"]


def test_a_world_is_restored(create_template, send_template, handset, sms, message):
    """A state with accounts, templates and messages comes back, and goes on."""
    create_template()
    first = message(send_template()).whatsapp.wamid

    sms.restore(sms.state())

    handset.tap("Thanks")
    assert first == sms.inbox.messages(direction="inbound")[0].whatsapp.payload["context"]["id"]


def test_a_conversation_of_two_days(create_template, send_template, send_text, handset, sms, message, failure):
    """Template, answer, chat, the window closes, and only a template gets through, which opens it by its answer again."""
    create_template()
    assert "DELIVERED" == message(send_template()).status
    handset.whatsapp("Can it come later?")
    assert "DELIVERED" == message(send_text("Of course.")).status
    sms.clock.advance(days=1)
    assert 131047 == failure(send_text("Still there?"))[0]
    assert "DELIVERED" == message(send_template()).status
    handset.tap("Thanks")
    sms.clock.advance(hours=23)
    assert "DELIVERED" == message(send_text("You are welcome.")).status
