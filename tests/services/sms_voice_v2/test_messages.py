"""SendTextMessage and PutMessageFeedback: from boto3 to a handset and back."""

import re
from datetime import timedelta

import boto3
import pytest

from emulator import mock_sms, testing
from emulator.testing import HANDSET

GERMAN = "+4915123456789"
CANADIAN = "+14165550100"
PUERTO_RICAN = "+17875550100"
BRITISH = "+447400123456"
CHINESE = "+8613800138000"
SIMULATED_SUCCESS = "+14254147755"
SIMULATED_FAILURE = "+14254147167"
BRITISH_SIMULATED_SUCCESS = "+447860019066"


@pytest.fixture
def last_message(sms):
    """What the world holds of the newest message to a number."""

    def read(to=HANDSET):
        return sms.inbox.messages(to=to)[-1]

    return read


@pytest.fixture
def send(sms_client):
    """Sends a text without an identity unless one is given; gives its id."""

    def send(to=HANDSET, body="Hi", **members):
        return testing.send_text(sms_client, body, to, **members)

    return send


# --- The whole way --------------------------------------------------------------------------------------------------


def test_text_arrives_on_the_handset(sms, send_text, number):
    """What boto3 sends is on the recipient's phone, from the number that it was sent from."""
    send_text("Your code is 123456")

    assert [(number, "Your code is 123456")] == [(m.sender, m.body) for m in sms.handset(HANDSET).inbox]
    assert "123456" == sms.inbox.code(to=HANDSET)


def test_stop_reply_opts_the_sender_out(sms, send_text, raises):
    """A handset that answers STOP is refused the next message, with the modelled reason."""
    send_text("Hi")

    answer = sms.handset(HANDSET).reply("STOP")

    with raises(
        "ConflictException",
        Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT",
        ResourceType="phone-number",
        ResourceId=HANDSET,
    ):
        send_text("Again")
    assert "OPT_OUT" == answer["action"]
    assert ["Hi", answer["reply"]] == [message.body for message in sms.handset(HANDSET).inbox]


def test_receipts_reach_the_queue_in_order(send_text, event_set, topic_with_queue):
    """Every receipt of a message is in the queue behind its topic, with AWS's words."""
    message_id = send_text("Hi", ConfigurationSetName=event_set, Context={"order": "17"})

    records = topic_with_queue[1]()
    assert [
        ("TEXT_SUCCESSFUL", False, "Message has been accepted by phone carrier"),
        ("TEXT_DELIVERED", True, "Message has been accepted by phone"),
    ] == [(record["eventType"], record["isFinal"], record["messageStatusDescription"]) for record in records]
    assert {message_id} == {record["messageId"] for record in records}
    assert {"order": "17"} == records[0]["context"]


@pytest.mark.parametrize("outcome", ["BLOCKED", "SPAM", "UNREACHABLE", "INVALID", "CARRIER_BLOCKED", "UNKNOWN"])
def test_handset_decides_the_outcome(sms, send_text, outcome):
    """A handset told to misbehave ends its messages so, and never shows them."""
    sms.handset(HANDSET).behave(outcome=outcome)

    send_text("Hi")

    assert [outcome] == [message.status for message in sms.inbox.messages(to=HANDSET)]
    assert [] == sms.handset(HANDSET).inbox


def test_answer_is_a_message_id_of_its_own(send_text):
    """Every send is answered by a UUID that no other send has."""
    ids = [send_text("Hi"), send_text("Hi")]

    assert 2 == len(set(ids))
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", name) for name in ids)


# --- Who sends ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    [
        lambda number: number["PhoneNumber"],
        lambda number: number["PhoneNumber"].removeprefix("+"),
        lambda number: number["PhoneNumberId"],
        lambda number: number["PhoneNumberArn"],
    ],
    ids=["number", "without plus", "id", "ARN"],
)
def test_identity_is_named_by_number_id_or_arn(send, last_message, request_number, reference):
    """However the number is named, the text comes from it, even where another would come first."""
    request_number()
    wanted = request_number(NumberType="TOLL_FREE")

    send(OriginationIdentity=reference(wanted))

    assert wanted["PhoneNumber"] == last_message().sender


@pytest.mark.parametrize(
    ("identity", "resource_type"),
    [
        ("+12065550000", "phone-number"),
        ("phone-" + "0" * 32, "phone-number"),
        ("arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-" + "0" * 32, "phone-number"),
        ("pool-" + "0" * 32, "pool"),
        ("arn:aws:sms-voice:us-east-1:123456789012:pool/pool-" + "0" * 32, "pool"),
        ("ACME", "sender-id"),
        ("arn:aws:sms-voice:us-east-1:123456789012:sender-id/ACME/DE", "sender-id"),
        ("rcs-" + "0" * 32, "rcs-agent"),
    ],
)
def test_unknown_identity_is_not_found(send, raises, identity, resource_type):
    """An identity that the account lacks is refused with the type of resource that it would be."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=identity):
        send(OriginationIdentity=identity)


@pytest.mark.parametrize("reference", ["PhoneNumber", "PhoneNumberId", "PhoneNumberArn"])
@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_identity_of_elsewhere_is_not_found(client, raises, request_number, reference, elsewhere):
    """Another account or region cannot send from this one's numbers."""
    identity = request_number()[reference]

    with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId=identity):
        client("pinpoint-sms-voice-v2", **elsewhere).send_text_message(
            DestinationPhoneNumber=HANDSET, OriginationIdentity=identity, MessageBody="Hi"
        )


def test_number_that_is_not_active_sends_nothing(raises):
    """A number in provisioning or on its way out cannot be sent from, and is named in the refusal."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        number_id = client.request_phone_number(
            IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
        )["PhoneNumberId"]
        text = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number_id, "MessageBody": "Hi"}
        refusal = {"Reason": "RESOURCE_NOT_ACTIVE", "ResourceType": "phone-number", "ResourceId": number_id}

        with raises("ConflictException", **refusal):
            client.send_text_message(**text)
        with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
            client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")
        sms.clock.advance(seconds=60)
        assert client.send_text_message(**text)
        client.release_phone_number(PhoneNumberId=number_id)
        with raises("ConflictException", **refusal):
            client.send_text_message(**text)


def test_released_number_sends_nothing(sms_client, send, raises, request_number):
    """A number that was given back is no identity any more, by number or by id."""
    number = request_number()
    sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])

    for reference in (number["PhoneNumber"], number["PhoneNumberId"]):
        with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId=reference):
            send(OriginationIdentity=reference)


def test_voice_number_carries_no_text(send, raises, request_number):
    """A number without SMS is refused for a text."""
    number = request_number(NumberType="TOLL_FREE", NumberCapabilities=["VOICE"])

    with raises(
        "ConflictException",
        Reason="NUMBER_CAPABILITIES_MISMATCH",
        ResourceType="phone-number",
        ResourceId=number["PhoneNumberId"],
    ):
        send(OriginationIdentity=number["PhoneNumberId"])


def test_numbers_are_chosen_in_aws_order(send, last_message, request_number):
    """Without an identity 10DLC goes before toll-free, whichever was leased first."""
    request_number(NumberType="TOLL_FREE")
    preferred = request_number(NumberType="TEN_DLC")

    send()

    assert preferred["PhoneNumber"] == last_message().sender


def test_choice_respects_type_capability_and_country(send, last_message, request_number):
    """Without an identity a number is chosen that has the message type and SMS, and reaches the country."""
    request_number(NumberCapabilities=["VOICE"])
    request_number(MessageType="PROMOTIONAL")
    request_number(NumberType="LONG_CODE", IsoCountryCode="CA")
    fitting = request_number(NumberType="TOLL_FREE")

    send(MessageType="TRANSACTIONAL")

    assert fitting["PhoneNumber"] == last_message().sender


def test_nothing_suitable_is_a_conflict_of_the_account(send, raises, request_number):
    """Without an identity that could, and without a shared route, there is none, and the account is named."""
    request_number(NumberType="LONG_CODE", IsoCountryCode="CA")

    with raises(
        "ConflictException",
        Reason="NO_ORIGINATION_IDENTITIES_FOUND",
        ResourceType="account",
        ResourceId="123456789012",
    ):
        send(HANDSET)


def test_shared_route_sends_as_notice(send, last_message):
    """Where sender ids are taken, an account without identities sends under the generic name."""
    send(GERMAN)

    assert "NOTICE" == last_message(GERMAN).sender


def test_sticky_sender_holds_for_25_hours(sms, send, last_message, request_number):
    """The number that reached a destination carries the next texts there for 25 hours, then the order decides again."""
    first, second = request_number(), request_number()
    send(OriginationIdentity=second["PhoneNumber"])
    last_message()
    senders = []

    for hours in (24, 24, 25.1):
        sms.clock.advance(hours=hours)
        send()
        senders.append(last_message().sender)

    assert [second["PhoneNumber"], second["PhoneNumber"], first["PhoneNumber"]] == senders


def test_sticky_sender_needs_a_delivery(sms, send, last_message, request_number):
    """A text that did not arrive makes no pairing."""
    first, second = request_number(), request_number()
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    send(OriginationIdentity=second["PhoneNumber"])
    last_message()

    send()

    assert first["PhoneNumber"] == last_message().sender


def test_sticky_sender_is_of_one_destination(send, last_message, request_number):
    """Another destination is sent to from the first number in order."""
    first, second = request_number(), request_number()
    send(OriginationIdentity=second["PhoneNumber"])
    last_message()

    send("+14255550111")

    assert first["PhoneNumber"] == last_message("+14255550111").sender


@pytest.mark.parametrize(
    ("international", "to", "reached"),
    [
        (False, CANADIAN, True),
        (False, PUERTO_RICAN, True),
        (False, GERMAN, False),
        (True, GERMAN, True),
        (True, BRITISH, False),
    ],
)
def test_toll_free_numbers_abroad(send, last_message, raises, request_number, international, to, reached):
    """US toll-free reaches Canada and the territories; beyond, only with international sending, and not all."""
    number = request_number(NumberType="TOLL_FREE", InternationalSendingEnabled=international)["PhoneNumber"]

    if reached:
        send(to, OriginationIdentity=number)
        assert (number, international) == (last_message(to).sender, last_message(to).international)
    else:
        with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
            send(to, OriginationIdentity=number)


@pytest.mark.parametrize("to", [CANADIAN, PUERTO_RICAN, GERMAN])
def test_ten_dlc_stays_at_home(send_text, raises, to):
    """A 10DLC number reaches the United States only."""
    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        send_text(to=to)


# --- What is sent ---------------------------------------------------------------------------------------------------


def test_destination_may_lack_its_plus(send_text, last_message):
    """The number without its plus is the same handset."""
    send_text("Hi", to=HANDSET.removeprefix("+"))

    assert HANDSET == last_message().to


@pytest.mark.parametrize(
    ("body", "encoding", "parts"),
    [
        ("a" * 160, "GSM", 1),
        ("a" * 161, "GSM", 2),
        ("a" * 306, "GSM", 2),
        ("a" * 307, "GSM", 3),
        ("é" * 160, "GSM", 1),
        ("€" * 80, "GSM", 1),
        ("€" * 81, "GSM", 2),
        ("a" * 152 + "€" + "a" * 151, "GSM", 2),
        ("a" * 152 + "€" + "a" * 152, "GSM", 3),
        ("ж" * 70, "UNICODE", 1),
        ("ж" * 71, "UNICODE", 2),
        ("ж" * 134, "UNICODE", 2),
        ("ж" * 135, "UNICODE", 3),
        ("😀" * 35, "UNICODE", 1),
        ("😀" * 36, "UNICODE", 2),
        ("😀" * 67, "UNICODE", 3),
        ("a" * 159 + "“", "UNICODE", 3),
    ],
)
def test_parts_and_price_follow_the_encoding(sms, send_text, body, encoding, parts):
    """160 and 153 GSM septets or 70 and 67 UTF-16 units make a part, no character is cut, and every part is paid for."""
    message_id = send_text(body)

    record = sms.events.records(message_id=message_id)[0]
    assert (encoding, parts) == (record["messageEncoding"], record["totalMessageParts"])
    assert pytest.approx(0.00581 * parts) == record["totalMessagePrice"]
    assert pytest.approx(0.00266 * parts) == record["totalCarrierFee"]


@pytest.mark.parametrize(
    ("body", "status"),
    [("a" * 1530, "DELIVERED"), ("a" * 1531, "INVALID_MESSAGE"), ("ж" * 670, "DELIVERED"), ("ж" * 671, "INVALID_MESSAGE")],
)
def test_more_than_ten_parts_are_an_invalid_message(send_text, last_message, body, status):
    """A text longer than ten parts is taken on and ends as an invalid message."""
    send_text(body)

    assert status == last_message().status


def test_body_is_required(sms_client, number, raises):
    """A text without a body is refused, and the member is named."""
    with raises("ValidationException", Reason="MISSING_PARAMETER") as response:
        sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number)
    assert ["messageBody"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"MessageBody": " \n "}, "messageBody"),
        ({"MessageBody": "a" * 1601}, "messageBody"),
        ({"DestinationPhoneNumber": "+0123"}, "destinationPhoneNumber"),
        ({"DestinationPhoneNumber": HANDSET + "\n"}, "destinationPhoneNumber"),
        ({"MessageType": "MARKETING"}, "messageType"),
        ({"MaxPrice": "1234"}, "maxPrice"),
        ({"MaxPrice": "123.0"}, "maxPrice"),
        ({"TimeToLive": 259201}, "timeToLive"),
        ({"Keyword": "K" * 31}, "keyword"),
        ({"Context": {f"k{n}": "v" for n in range(6)}}, "context"),
        ({"Context": {"Key": " v"}}, "context.Key"),
        ({"DestinationCountryParameters": {"IN_TEMPLATE_ID": "1 2"}}, "destinationCountryParameters.IN_TEMPLATE_ID"),
        ({"ProtectConfigurationId": "a b"}, "protectConfigurationId"),
        ({"ConfigurationSetName": "a b"}, "configurationSetName"),
    ],
)
def test_broken_constraint_names_its_member(sms_client, number, raises, members, field):
    """What breaks the model's constraints is refused with the member's name in lower camel case."""
    good = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number, "MessageBody": "Hi"}

    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED") as response:
        sms_client.send_text_message(**good | members)
    assert {field} == {entry["Name"] for entry in response["Fields"]}


def test_every_member_can_be_given(sms, sms_client, send_text, last_message):
    """A send with all members of the model is accepted, and shows what of it can be seen."""
    sms_client.create_configuration_set(ConfigurationSetName="all")

    send_text(
        "Hi",
        MessageType="TRANSACTIONAL",
        Keyword="PROGRAM",
        ConfigurationSetName="all",
        MaxPrice="99.99999",
        TimeToLive=5,
        Context={"order": "17", "empty": "-"},
        DestinationCountryParameters={"IN_TEMPLATE_ID": "1", "IN_ENTITY_ID": "2"},
        DryRun=False,
        MessageFeedbackEnabled=True,
    )

    message = last_message()
    assert ("TRANSACTIONAL", "all") == (message.message_type, message.configuration_set)
    assert ({"order": "17", "empty": "-"}, "PROGRAM") == (message.context, message.keyword)
    assert {"IN_TEMPLATE_ID": "1", "IN_ENTITY_ID": "2"} == message.destination_country_parameters
    assert (timedelta(seconds=5), True) == (message.time_to_live, message.feedback_enabled)


@pytest.mark.parametrize("own_type", ["TRANSACTIONAL", "PROMOTIONAL"])
def test_message_type_is_the_numbers_own(sms, send, request_number, own_type):
    """Without a message type the record shows that of the number."""
    number = request_number(MessageType=own_type)

    message_id = send(OriginationIdentity=number["PhoneNumberId"])

    assert own_type == sms.events.records(message_id=message_id)[0]["messageType"]


def test_other_message_type_than_the_numbers_is_refused(send, raises, request_number):
    """A number leased for one type of message does not carry the other."""
    number = request_number(MessageType="TRANSACTIONAL")

    with raises(
        "ConflictException",
        Reason="MESSAGE_TYPE_MISMATCH",
        ResourceType="phone-number",
        ResourceId=number["PhoneNumberId"],
    ):
        send(OriginationIdentity=number["PhoneNumber"], MessageType="PROMOTIONAL")


@pytest.mark.parametrize(
    ("max_price", "accepted"), [("0.00846", False), (".00846", False), ("0.00847", True), (".00847", True), ("1.0", True)]
)
def test_max_price_is_for_one_part(send_text, last_message, raises, max_price, accepted):
    """A send is refused above its MaxPrice, which is for one part with its fee, and accepted at it."""
    if accepted:
        send_text("a" * 161, MaxPrice=max_price)
        assert 2 == last_message().parts
    else:
        with raises("ValidationException", Reason="PRICE_OVER_THRESHOLD"):
            send_text("Hi", MaxPrice=max_price)


def test_time_to_live_ends_a_message_that_has_not_left(sms, send_text, last_message):
    """A text that waits longer than its time to live expires then, at the full price."""
    sms.handset(HANDSET).behave(delay=600)
    sms.clock.freeze()
    message_id = send_text("Hi", TimeToLive=60)

    sms.clock.advance(seconds=59)
    before = last_message().status
    sms.clock.advance(seconds=1)

    record = sms.events.records(message_id=message_id)[0]
    assert ("ACCEPTED", "TTL_EXPIRED") == (before, last_message().status)
    assert ("TEXT_TTL_EXPIRED", True) == (record["eventType"], record["isFinal"])
    assert "The delivery TTL has expired" == record["messageStatusDescription"]
    assert 60_000 == record["eventTimestamp"] - record["messageRequestTimestamp"]
    assert 0.00581 == record["totalMessagePrice"]
    assert [] == sms.handset(HANDSET).inbox


def test_time_to_live_spares_what_leaves_in_time(sms, send_text, last_message):
    """A text that leaves within its time to live arrives."""
    sms.handset(HANDSET).behave(delay=600)
    sms.clock.freeze()

    send_text("Hi", TimeToLive=700)
    sms.clock.advance(seconds=602)

    assert "DELIVERED" == last_message().status


def test_without_a_receipt_a_message_is_unknown_after_72_hours(sms, send_text, last_message):
    """A carrier that never answers leaves the message open for 72 hours."""
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
    sms.clock.freeze()
    send_text("Hi")

    sms.clock.advance(hours=71, minutes=59)
    before = last_message().status
    sms.clock.advance(minutes=1)

    assert ("ACCEPTED", "UNKNOWN") == (before, last_message().status)


def test_dry_run_does_nothing_but_answer(sms, send_text, event_set, topic_with_queue):
    """A dry run has an id; there is no message, event, cost or pending step."""
    message_id = send_text("Hi", DryRun=True, ConfigurationSetName=event_set, MessageFeedbackEnabled=True)

    sms.settle()
    assert re.fullmatch(r"[0-9a-f-]{36}", message_id)
    assert ([], [], []) == (sms.inbox.messages(), sms.events.records(), sms.costs())
    assert ([], []) == (sms.clock.pending(), topic_with_queue[1]())


def test_dry_run_takes_no_feedback(sms_client, send_text, raises):
    """What was never sent cannot be given feedback on."""
    message_id = send_text("Hi", DryRun=True, MessageFeedbackEnabled=True)

    with raises("ResourceNotFoundException", ResourceType="message", ResourceId=message_id):
        sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")


@pytest.mark.parametrize("outcome", ["opted out", "too dear", "unknown set"])
def test_dry_run_is_refused_like_a_send(sms_client, send_text, raises, outcome):
    """A dry run finds every reason for which the send would be refused."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber="+14255550111")
    members, error = {
        "opted out": ({"to": "+14255550111"}, ("ConflictException", {"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"})),
        "too dear": ({"MaxPrice": "0.001"}, ("ValidationException", {"Reason": "PRICE_OVER_THRESHOLD"})),
        "unknown set": (
            {"ConfigurationSetName": "no"},
            ("ResourceNotFoundException", {"ResourceType": "configuration-set"}),
        ),
    }[outcome]

    with raises(error[0], **error[1]):
        send_text("Hi", DryRun=True, **members)


@pytest.mark.parametrize("reference", ["ConfigurationSetName", "ConfigurationSetArn"])
def test_configuration_set_is_named_by_name_or_arn(sms_client, send_text, last_message, reference):
    """A set is found by its name and by its ARN."""
    made = sms_client.create_configuration_set(ConfigurationSetName="mine")

    send_text("Hi", ConfigurationSetName=made[reference])

    assert "mine" == last_message().configuration_set


def test_unknown_configuration_set_is_not_found(send_text, raises):
    """A set that does not exist is refused."""
    with raises("ResourceNotFoundException", ResourceType="configuration-set", ResourceId="none"):
        send_text("Hi", ConfigurationSetName="none")


def test_unknown_protect_configuration_is_not_found(send_text, raises):
    """A protect configuration that does not exist is refused."""
    with raises("ResourceNotFoundException", ResourceType="protect-configuration", ResourceId="protect-none"):
        send_text("Hi", ProtectConfigurationId="protect-none")


# --- To whom --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_china_is_closed(send, raises, number, named):
    """A country that AWS does not serve for the account is refused as such, with an identity or without."""
    identity = {"OriginationIdentity": number} if named else {}

    with raises("ValidationException", Reason="DESTINATION_COUNTRY_BLOCKED"):
        send(CHINESE, **identity)


def test_number_of_no_country_is_refused(send_text, raises):
    """A number whose calling code no country has is no parameter."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        send_text(to="+999123456789")
    assert ["destinationPhoneNumber"] == [field["Name"] for field in response["Fields"]]


def test_impossible_number_is_invalid_and_free(sms, send_text):
    """A number of a length that is not in use is taken on, and ends as invalid at no cost."""
    message_id = send_text(to="+142555501")

    record = sms.events.records(message_id=message_id)[0]
    assert ("TEXT_INVALID", "Invalid phone number", True) == (
        record["eventType"],
        record["messageStatusDescription"],
        record["isFinal"],
    )
    assert (0, 0) == (record["totalMessagePrice"], record["totalCarrierFee"])


@pytest.mark.parametrize(
    ("to", "event_type", "text", "price"),
    [
        (SIMULATED_SUCCESS, "TEXT_SUCCESSFUL", "Message has been accepted by phone carrier", 0.00581),
        (SIMULATED_FAILURE, "TEXT_BLOCKED", "Phone has blocked SMS", 0),
    ],
)
@pytest.mark.parametrize("number_type", ["SIMULATOR", "TEN_DLC"])
def test_simulator_destinations_end_as_documented(sms, send, request_number, number_type, to, event_type, text, price):
    """AWS's simulated destinations succeed or fail by one final event, from simulators and from real numbers."""
    sender = request_number(NumberType=number_type)["PhoneNumber"]

    message_id = send(to, OriginationIdentity=sender)

    records = sms.events.records(message_id=message_id)
    assert [(event_type, text, True, price)] == [
        (r["eventType"], r["messageStatusDescription"], r["isFinal"], r["totalMessagePrice"]) for r in records
    ]


@pytest.mark.parametrize("to", [HANDSET, BRITISH_SIMULATED_SUCCESS, CANADIAN])
def test_simulator_numbers_send_to_simulators_at_home_only(send, raises, request_number, to):
    """A simulator number reaches no real handset, and no simulator abroad."""
    number = request_number(NumberType="SIMULATOR")

    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        send(to, OriginationIdentity=number["PhoneNumberId"])


def test_simulator_number_is_no_choice_for_real_handsets(send, raises, request_number):
    """An account with nothing but a simulator number has no identity for a real handset."""
    request_number(NumberType="SIMULATOR")

    with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
        send(HANDSET)


def test_sandbox_sends_to_verified_numbers_only(sms, send_text, raises):
    """In the sandbox a number that is not verified is refused, and named."""
    sms.account().tier = "SANDBOX"

    with raises(
        "ConflictException",
        Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        ResourceType="verified-destination-number",
        ResourceId=HANDSET,
    ):
        send_text("Hi")


def test_sandbox_sends_to_simulators(sms, send_text, last_message):
    """In the sandbox simulated destinations need no verification, and are paid for."""
    sms.account().tier = "SANDBOX"

    send_text("Hi", to=SIMULATED_SUCCESS)

    assert "SUCCESSFUL" == last_message(SIMULATED_SUCCESS).status
    assert [0.00847] == [row["total"] for row in sms.costs()]


def test_sandbox_is_of_one_account_and_region(sms, client, send_text):
    """Another account's tier changes nothing here."""
    sms.account("210987654321").tier = "SANDBOX"
    sms.account(region="eu-west-1").tier = "SANDBOX"

    assert send_text("Hi")


def test_disabled_account_sends_nothing(sms, send, raises):
    """A suspended account is refused before anything else is looked at."""
    sms.account().enabled = False

    with raises("AccessDeniedException", Reason="ACCOUNT_DISABLED"):
        send(CHINESE)


def test_opt_out_counts_for_every_number_of_the_list(sms, sms_client, send, raises, request_number):
    """Who stops one number is not sent to by any number on the same list, but still by others."""
    sms_client.create_opt_out_list(OptOutListName="shared")
    first, second = (request_number(OptOutListName="shared")["PhoneNumber"] for _ in range(2))
    other = request_number()["PhoneNumber"]
    sms.handset(HANDSET).reply("STOP", to=first)

    for identity in (first, second):
        with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT", ResourceId=HANDSET):
            send(OriginationIdentity=identity)
    send(body="From another list", OriginationIdentity=other)

    assert "From another list" == sms.handset(HANDSET).inbox[-1].body


def test_opted_out_refusal_leaves_no_trace(sms, sms_client, send_text, raises):
    """A refused send makes no message, event or cost."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_text("Hi")

    assert ([], [], []) == (sms.inbox.messages(), sms.events.records(), sms.costs())


def test_refusal_has_the_sentence_seen_from_aws(sms_client, send_text, raises):
    """A conflict's message is the one that was seen from AWS, at HTTP status 400."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException") as response:
        send_text("Hi")
    assert 400 == response["ResponseMetadata"]["HTTPStatusCode"]
    assert (
        f'Conflict Occurred - Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT" ResourceType="phone-number" ResourceId="{HANDSET}"'
    ) == response["Error"]["Message"]


# --- Feedback -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["RECEIVED", "FAILED"])
def test_feedback_is_kept(sms, sms_client, send_text, last_message, status):
    """What the account says of a message stays, also after the hour."""
    message_id = send_text("Hi", MessageFeedbackEnabled=True)

    answer = sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus=status)

    sms.clock.advance(hours=2)
    assert (message_id, status) == (answer["MessageId"], answer["MessageFeedbackStatus"])
    assert status == last_message().feedback_status


def test_feedback_that_does_not_come_within_an_hour_is_failed(sms, send_text, last_message):
    """A message that expects feedback counts as failed an hour after it was sent, and not before."""
    sms.clock.freeze()
    send_text("Hi", MessageFeedbackEnabled=True)

    sms.clock.advance(minutes=59, seconds=59)
    before = last_message().feedback_status
    sms.clock.advance(seconds=1)

    assert (None, "FAILED") == (before, last_message().feedback_status)


def test_feedback_of_a_message_without_it_is_refused(sms_client, send_text, raises):
    """A message that was sent without feedback takes none."""
    message_id = send_text("Hi")

    with raises("ValidationException", Reason="INVALID_REQUEST") as response:
        sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")
    assert ["messageId"] == [field["Name"] for field in response["Fields"]]


def test_feedback_of_an_unknown_message_is_not_found(sms_client, raises):
    """A message that was never sent is not found."""
    with raises("ResourceNotFoundException", ResourceType="message", ResourceId="nothing"):
        sms_client.put_message_feedback(MessageId="nothing", MessageFeedbackStatus="RECEIVED")


@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_feedback_from_elsewhere_is_not_found(client, send_text, raises, elsewhere):
    """Another account or region knows nothing of the message."""
    message_id = send_text("Hi", MessageFeedbackEnabled=True)

    with raises("ResourceNotFoundException", ResourceType="message", ResourceId=message_id):
        client("pinpoint-sms-voice-v2", **elsewhere).put_message_feedback(
            MessageId=message_id, MessageFeedbackStatus="RECEIVED"
        )


def test_feedback_of_a_reply_is_not_found(sms, sms_client, number, raises):
    """Feedback is for what the account sent; a reply has none."""
    inbound = sms.handset(HANDSET).reply("Hello", to=number)

    with raises("ResourceNotFoundException", ResourceType="message"):
        sms_client.put_message_feedback(MessageId=inbound["inbound_message_id"], MessageFeedbackStatus="RECEIVED")


# --- Money ----------------------------------------------------------------------------------------------------------


def test_costs_are_by_account_country_and_month(sms, send_text, client):
    """Every part is charged to its account and country; what was blocked is free."""
    send_text("a" * 161)
    send_text("Hi", to=SIMULATED_FAILURE)
    client("pinpoint-sms-voice-v2", account="210987654321", region="eu-west-1").send_text_message(
        DestinationPhoneNumber=GERMAN, MessageBody="Hallo"
    )

    assert [
        ("123456789012", "us-east-1", "US", 2, 3, 0.01694),
        ("210987654321", "eu-west-1", "DE", 1, 1, 0.08848),
    ] == [
        (row["account"], row["region"], row["country"], row["messages"], row["parts"], row["total"]) for row in sms.costs()
    ]


def test_injected_fault_is_the_answer(sms, send_text, raises):
    """A fault of the tester's is what the client sees, as often as it was told to strike."""
    sms.faults.add("AccessDeniedException", operation="SendTextMessage", times=1)

    with raises("AccessDeniedException"):
        send_text("Hi")
    assert send_text("Hi")
