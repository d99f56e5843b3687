"""Rules across channels: the cost of RCS that gives up, recipients of a fallback, the names in a refusal."""

import json

import pytest

from emulator.testing import HANDSET, lease_number

SPANIARD = "+34612345678"
RICH = {"Content": {"TextMessage": {"Body": "Hi"}}}


@pytest.fixture
def agent(sms_client):
    """The id of an agent that is launched everywhere."""
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def pool(sms_client, request_number, agent):
    """A pool of a US number and `agent`."""
    number = request_number()
    pool_id = sms_client.create_pool(OriginationIdentity=number["PhoneNumberId"], MessageType="TRANSACTIONAL")["PoolId"]
    sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=agent)
    return pool_id


# --- Money ------------------------------------------------------------------------------------------------------------


def test_a_text_that_rcs_gives_up_is_charged_once(sms, pool, send_text):
    """A text that an agent has queued and a number delivered costs what the number's text costs, and is one message."""
    sms.carriers.rule("NO_RECEIPT", via=["QUEUED"], times=1)
    sms.clock.freeze()
    message_id = send_text(OriginationIdentity=pool)
    sms.clock.advance(seconds=1)
    queued, costs = sms.inbox.messages()[0].status, sms.costs()
    sms.settle()

    (row,) = sms.costs()
    shown = sms.control("show_message", message_id=message_id)
    assert ("QUEUED", []) == (queued, costs)
    assert ["QUEUED", "SUCCESSFUL", "DELIVERED"] == [entry["status"] for entry in shown["history"]]
    assert (1, shown["price"]) == (row["messages"], row["price"])


def test_an_agents_text_costs_on_delivery_alone(sms, pool, send_text, event_set, topic_with_queue):
    """A text by RCS costs nothing until it is delivered, as a rich message does, and its records say so."""
    sms.handset(HANDSET).behave(rcs=True)
    sms.carriers.rule("DELIVERED", via=["QUEUED"])
    send_text(OriginationIdentity=pool, ConfigurationSetName=event_set)

    sms.settle()

    records = topic_with_queue[1]()
    assert ["QUEUED", "SUCCESSFUL", "DELIVERED"] == [record["messageStatus"] for record in records]
    assert [False, False, True] == [record["totalMessagePrice"] > 0 for record in records]


# --- Fallbacks --------------------------------------------------------------------------------------------------------


def test_a_fallback_does_not_reach_who_has_opted_out_of_it(sms, sms_client, agent, request_number, raises):
    """A number that is named for the fallback is held to its own opt-out list."""
    sms_client.create_opt_out_list(OptOutListName="news")
    number = request_number(OptOutListName="news")["PhoneNumber"]
    sms_client.put_opted_out_number(OptOutListName="news", OptedOutNumber=HANDSET)
    wanted = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": agent, "RcsMessageContent": RICH}
    fallback = {"Channel": "SMS", "MessageBody": "Plain", "OriginationIdentity": number}

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT", ResourceId=HANDSET):
        sms_client.send_rcs_message(**wanted, FallbackConfiguration=fallback)

    assert [] == sms.inbox.messages()
    sms_client.send_rcs_message(**wanted)


def test_an_accounts_fallback_passes_over_who_has_opted_out(sms, sms_client, agent, request_number):
    """A text by the account's agent has no fallback by a number whose opt-out list has the recipient."""
    sms_client.create_opt_out_list(OptOutListName="news")
    request_number(OptOutListName="news")
    sms_client.put_opted_out_number(OptOutListName="news", OptedOutNumber=HANDSET)
    sms.handset(HANDSET).behave(rcs=False)

    sms_client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")
    sms.settle()

    assert [("UNREACHABLE", agent)] == [(message.status, message.sender) for message in sms.inbox.messages()]


# --- Records ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("carrier", "codes"), [("Movistar", ("214", "020")), ("Nobody", (None, None))])
def test_a_network_that_is_known_has_its_codes(sms, sms_client, event_set, topic_with_queue, carrier, codes):
    """A text's record has the carrier's name, and the codes of its network where they are public."""
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="PT")
    sms.handset("+351912345678" if carrier == "Nobody" else SPANIARD).behave(carrier=carrier)
    sms_client.send_text_message(
        DestinationPhoneNumber="+351912345678" if carrier == "Nobody" else SPANIARD,
        MessageBody="Hi",
        ConfigurationSetName=event_set,
    )
    sms.settle()

    record = topic_with_queue[1]()[-1]
    assert (carrier, *codes) == (record["carrierName"], record.get("mcc"), record.get("mnc"))


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_a_refusal_names_its_member(sms_client, number, request_number, raises):
    """A ValidationException says which member it is about, for every channel's price and for two-way settings too."""
    caller = request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]
    plain = {"DestinationPhoneNumber": HANDSET, "MessageBody": "Hi"}
    number_id = sms_client.describe_phone_numbers()["PhoneNumbers"][0]["PhoneNumberId"]
    topic = "arn:aws:sns:us-east-1:123456789012:replies"
    cases = [
        ("PRICE_OVER_THRESHOLD", "maxPrice", "send_text_message", {"OriginationIdentity": number, "MaxPrice": "0.00001"}),
        (
            "PRICE_OVER_THRESHOLD",
            "maxPricePerMinute",
            "send_voice_message",
            {"OriginationIdentity": caller, "MaxPricePerMinute": "0.00001"},
        ),
        (
            "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY",
            "originationIdentity",
            "send_text_message",
            {"OriginationIdentity": number, "DestinationPhoneNumber": "+447700900123"},
        ),
        (
            "DESTINATION_COUNTRY_BLOCKED",
            "destinationPhoneNumber",
            "send_text_message",
            {"DestinationPhoneNumber": "+8613800138000"},
        ),
    ]
    updates = [
        ("TWO_WAY_CHANNEL_NOT_PRESENT", "twoWayChannelArn", {"TwoWayEnabled": True}),
        ("TWO_WAY_NOT_ENABLED", "twoWayChannelArn", {"TwoWayChannelArn": topic}),
        ("TWO_WAY_NOT_ENABLED", "selfManagedOptOutsEnabled", {"SelfManagedOptOutsEnabled": True}),
        ("INTERNATIONAL_SENDING_NOT_SUPPORTED", "internationalSendingEnabled", {"InternationalSendingEnabled": True}),
    ]
    for reason, member, operation, members in cases:
        with raises("ValidationException", Reason=reason) as response:
            getattr(sms_client, operation)(**plain | members)
        assert [member] == [field["Name"] for field in response["Fields"]]
    for reason, member, members in updates:
        with raises("ValidationException", Reason=reason) as response:
            sms_client.update_phone_number(PhoneNumberId=number_id, **members)
        assert [member] == [field["Name"] for field in response["Fields"]]


# --- Pools and numbers ------------------------------------------------------------------------------------------------


def test_members_have_what_their_pool_has(sms_client, pool, agent):
    """An update of a pool is an update of its members: another number of the new settings fits, and shows the same."""
    sms_client.create_opt_out_list(OptOutListName="news")
    topic = "arn:aws:sns:us-east-1:123456789012:replies"
    sms_client.update_pool(PoolId=pool, OptOutListName="news", TwoWayEnabled=True, TwoWayChannelArn=topic)

    (number,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    shown = sms_client.describe_rcs_agents(RcsAgentIds=[agent])["RcsAgents"][0]

    assert ("news", True, topic) == tuple(number[name] for name in ("OptOutListName", "TwoWayEnabled", "TwoWayChannelArn"))
    assert ("news", None) == (shown["OptOutListName"], shown.get("TwoWayChannelArn"))


@pytest.mark.parametrize("action", ["AssociateOriginationIdentity", "DisassociateOriginationIdentity"])
def test_a_shared_number_leaves_by_its_own_permission(client, sms_client, request_number, raises, action):
    """A shared number is taken out of a pool if its owner's policy allows that operation, not the one that put it in."""
    borrower = client("pinpoint-sms-voice-v2", account="210987654321")
    arn = request_number()["PhoneNumberArn"]
    own = [lease_number(borrower) for _ in range(1)]
    borrower.describe_phone_numbers()
    pool_id = borrower.create_pool(OriginationIdentity=own[0]["PhoneNumberId"], MessageType="TRANSACTIONAL")["PoolId"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": f"sms-voice:{action}", "Resource": arn}
    sms_client.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    leave = {"PoolId": pool_id, "OriginationIdentity": arn, "IsoCountryCode": "US"}

    if action == "AssociateOriginationIdentity":
        with raises("AccessDeniedException"):
            borrower.disassociate_origination_identity(**leave)
    else:
        with raises("ConflictException", Reason="PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL"):
            borrower.disassociate_origination_identity(**leave)


def test_the_first_free_one_of_several_exact_numbers_is_leased(request_number):
    """Up to ten numbers can be requested by exact match; the first that is free is leased."""
    wanted = [f"+1425555010{digit}" for digit in range(3)]
    preference = [{"PreferenceType": ["ExactMatch"], "Filter": wanted}]

    assert wanted == [request_number(NumberPreference=preference)["PhoneNumber"] for _ in wanted]


def test_a_pattern_is_one(sms_client, request_number, raises):
    """Of patterns one is taken, in a request and in a search."""
    preference = [{"PreferenceType": ["EndsWith"], "Filter": ["11", "22"]}]
    search = {"IsoCountryCode": "US", "NumberCapabilities": ["SMS"], "NumberType": "TEN_DLC"}

    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        request_number(NumberPreference=preference)
    assert ["filter"] == [field["Name"] for field in response["Fields"]]
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        sms_client.list_available_phone_numbers(**search, NumberPreference=preference)
