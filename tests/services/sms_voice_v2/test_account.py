"""The account: attributes, limits, spending, and its settings in the control API."""

from datetime import datetime, timezone

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, US_TEN_DLC, lease_number

CHANNELS = ["TEXT", "VOICE", "MEDIA", "NOTIFY", "RCS"]
LATE_JANUARY = datetime(2026, 1, 31, 23, 0, tzinfo=timezone.utc)


@pytest.fixture
def limit_of(sms_client):
    """Enforced limit, greatest limit and whether it is overridden, of one channel."""

    def read(word):
        rows = {row["Name"]: row for row in sms_client.describe_spend_limits()["SpendLimits"]}
        row = rows[f"{word}_MESSAGE_MONTHLY_SPEND_LIMIT"]
        return row["EnforcedLimit"], row["MaxLimit"], row["Overridden"]

    return read


def test_attributes_tell_tier_and_default(sms, sms_client):
    """The tier is the one that was set; the default protect configuration is listed while there is one."""

    def attributes():
        return {row["Name"]: row["Value"] for row in sms_client.describe_account_attributes()["AccountAttributes"]}

    assert {"ACCOUNT_TIER": "PRODUCTION"} == attributes()
    protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.set_account_default_protect_configuration(ProtectConfigurationId=protect_id)
    sms.control("change_account", tier="SANDBOX")
    assert {"ACCOUNT_TIER": "SANDBOX", "DEFAULT_PROTECT_CONFIGURATION_ID": protect_id} == attributes()


def test_limits_tell_what_is_used(sms_client, number):
    """Each limit counts what the account has of it."""
    before = {row["Name"]: (row["Used"], row["Max"]) for row in sms_client.describe_account_limits()["AccountLimits"]}
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    sms_client.create_pool(OriginationIdentity=number.removeprefix("+"), MessageType="TRANSACTIONAL")
    sms_client.create_verified_destination_number(DestinationPhoneNumber=HANDSET)

    after = {row["Name"]: row["Used"] for row in sms_client.describe_account_limits()["AccountLimits"]}

    assert {
        "PHONE_NUMBERS": (1, 25),
        "POOLS": (0, 25),
        "CONFIGURATION_SETS": (0, 25),
        "OPT_OUT_LISTS": (1, 25),
        "SENDER_IDS": (0, 200),
        "REGISTRATIONS": (0, 25),
        "REGISTRATION_ATTACHMENTS": (0, 25),
        "VERIFIED_DESTINATION_NUMBERS": (0, 10),
    } == before
    grown = {name for name, used in after.items() if used == before[name][0] + 1}
    assert {"POOLS", "CONFIGURATION_SETS", "SENDER_IDS", "VERIFIED_DESTINATION_NUMBERS"} == grown


@pytest.mark.parametrize("word", CHANNELS)
def test_override_of_each_spend_limit(sms, sms_client, limit_of, raises, word):
    """An override holds up to the greatest limit, for its channel alone, until it is deleted."""
    sms.control("change_account", spend_limits={word: 100})
    operation = f"{word.lower()}_message_spend_limit_override"
    others = [limit_of(other) for other in CHANNELS if other != word]

    assert (100, 100, False) == limit_of(word)
    assert 40 == getattr(sms_client, f"set_{operation}")(MonthlyLimit=40)["MonthlyLimit"]
    assert (40, 100, True) == limit_of(word)
    with raises("ValidationException", Reason="REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT"):
        getattr(sms_client, f"set_{operation}")(MonthlyLimit=101)
    assert (40, 100, True) == limit_of(word)
    assert others == [limit_of(other) for other in CHANNELS if other != word]
    assert 100 == getattr(sms_client, f"delete_{operation}")()["MonthlyLimit"]
    assert (100, 100, False) == limit_of(word)


def test_strict_profile_spends_a_dollar(raises):
    """By the strict profile a month's greatest limit is one dollar for each channel."""
    with mock_sms(profile="strict"):
        limits = boto3.client("pinpoint-sms-voice-v2").describe_spend_limits()["SpendLimits"]

    assert [(1, 1, False)] * 5 == [(row["EnforcedLimit"], row["MaxLimit"], row["Overridden"]) for row in limits]


def spend(client, sms, most=1000):
    """Sends texts until the month's money is gone; gives how many were accepted."""
    for sent in range(most):
        try:
            client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")
        except client.exceptions.ServiceQuotaExceededException as error:
            assert "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT" == error.response["Reason"]
            return sent
    return most


def test_money_of_a_month_runs_out_and_the_next_month_brings_more():
    """The limit counts the price of what was sent in the calendar month (UTC), to the last text that fits."""
    with mock_sms(clock="frozen", start=LATE_JANUARY, config={"limits": {"spend_limit": 1}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        client.request_phone_number(**US_TEN_DLC)
        sms.clock.advance(seconds=1)

        sent = spend(client, sms)

        message = sms.inbox.messages(to=HANDSET)[0]
        each = message.price + message.carrier_fee
        assert 1 // each == sent
        sms.clock.advance(minutes=58)
        assert 0 == spend(client, sms)
        sms.clock.advance(minutes=2)
        assert sent == spend(client, sms)


def test_dry_runs_cost_nothing():
    """A dry run is answered though the month's money is gone."""
    with mock_sms(clock="frozen", config={"limits": {"spend_limit": 0}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        client.request_phone_number(**US_TEN_DLC)
        sms.clock.advance(seconds=1)

        assert 0 == spend(client, sms)
        assert client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi", DryRun=True)["MessageId"]


def test_what_was_free_is_given_back():
    """A text that ends in a status that AWS does not charge for leaves the month's money as it was."""
    with mock_sms(config={"limits": {"spend_limit": 1}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        client.request_phone_number(**US_TEN_DLC)
        client.set_text_message_spend_limit_override(MonthlyLimit=1)
        sms.handset(HANDSET).behave(outcome="INVALID")

        for _ in range(200):
            client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")
            sms.settle()

        assert 200 == len(sms.inbox.messages(to=HANDSET))


def test_account_of_insufficient_reputation_is_refused_what_is_reserved(sms, sms_client, send_text, raises):
    """Neither numbers nor sends; descriptions are answered, and all is well once the reputation is."""
    sms.control("change_account", reputation="insufficient")

    with raises("AccessDeniedException", Reason="INSUFFICIENT_ACCOUNT_REPUTATION"):
        send_text()
    with raises("AccessDeniedException", Reason="INSUFFICIENT_ACCOUNT_REPUTATION"):
        lease_number(sms_client)
    assert 1 == len(sms_client.describe_phone_numbers()["PhoneNumbers"])
    sms.control("change_account", reputation="good")
    assert send_text()


def test_disabled_account_sends_nothing_until_it_is_enabled(sms, send_text, raises):
    """Sending is suspended and taken up again."""
    sms.control("change_account", enabled=False)

    with raises("AccessDeniedException", Reason="ACCOUNT_DISABLED"):
        send_text()
    sms.control("change_account", enabled=True)
    assert send_text()


def test_settings_are_of_one_account_and_region(sms, client, send_text):
    """Settings of another account or region do not affect this one."""
    sms.control("change_account", account="210987654321", enabled=False)
    sms.control("change_account", region="eu-west-1", reputation="insufficient")

    assert send_text()


# --- Defaults of a configuration set --------------------------------------------------------------------------------


def test_defaults_are_set_shown_and_deleted(sms_client, raises):
    """Each default is in the set's description until it is deleted, and sets can be filtered by it."""
    for name in ("mine", "other"):
        sms_client.create_configuration_set(ConfigurationSetName=name)
    named = {"ConfigurationSetName": "mine"}
    assert "PROMOTIONAL" == sms_client.set_default_message_type(**named, MessageType="PROMOTIONAL")["MessageType"]
    assert "SHOP" == sms_client.set_default_sender_id(**named, SenderId="SHOP")["SenderId"]
    answer = sms_client.set_default_message_feedback_enabled(**named, MessageFeedbackEnabled=True)
    assert True is answer["MessageFeedbackEnabled"]

    def found(name, *values):
        rows = sms_client.describe_configuration_sets(Filters=[{"Name": name, "Values": list(values)}])
        return [row["ConfigurationSetName"] for row in rows["ConfigurationSets"]]

    (shown,) = sms_client.describe_configuration_sets(ConfigurationSetNames=["mine"])["ConfigurationSets"]
    assert ("PROMOTIONAL", "SHOP", True) == tuple(
        shown[name] for name in ("DefaultMessageType", "DefaultSenderId", "DefaultMessageFeedbackEnabled")
    )
    assert ["mine"] == found("default-message-type", "PROMOTIONAL", "TRANSACTIONAL")
    assert ["mine"] == found("default-sender-id", "SHOP")
    assert ["mine"] == found("default-message-feedback-enabled", "true")
    assert "PROMOTIONAL" == sms_client.delete_default_message_type(**named)["MessageType"]
    assert "SHOP" == sms_client.delete_default_sender_id(**named)["SenderId"]
    (shown,) = sms_client.describe_configuration_sets(ConfigurationSetNames=["mine"])["ConfigurationSets"]
    assert not {"DefaultMessageType", "DefaultSenderId"} & set(shown)


def test_default_message_type_counts_unless_the_send_names_one(sms_client, send_text, raises):
    """A set for PROMOTIONAL texts does not fit a TRANSACTIONAL number; a send that says otherwise does."""
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    sms_client.set_default_message_type(ConfigurationSetName="mine", MessageType="PROMOTIONAL")

    with raises("ConflictException", Reason="MESSAGE_TYPE_MISMATCH"):
        send_text(ConfigurationSetName="mine")
    assert send_text(ConfigurationSetName="mine", MessageType="TRANSACTIONAL")


def test_default_sender_id_serves_where_the_account_has_nothing(sms, sms_client, request_number):
    """It sends to Germany, until the account has an identity of its own there."""
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    sms_client.set_default_sender_id(ConfigurationSetName="mine", SenderId="SHOP")
    german = "+4915123456789"

    def send():
        sms_client.send_text_message(DestinationPhoneNumber=german, MessageBody="Hi", ConfigurationSetName="mine")
        return sms.inbox.messages(to=german)[-1].sender

    assert "SHOP" == send()
    assert request_number(IsoCountryCode="DE", NumberType="LONG_CODE")["PhoneNumber"] == send()


def test_default_feedback_counts_unless_the_send_says_otherwise(sms_client, send_text, raises):
    """A send of the set takes feedback; one that says no does not."""
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    sms_client.set_default_message_feedback_enabled(ConfigurationSetName="mine", MessageFeedbackEnabled=True)

    message_id = send_text(ConfigurationSetName="mine")
    without = send_text(ConfigurationSetName="mine", MessageFeedbackEnabled=False)

    assert sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")["MessageId"] == message_id
    with raises("ResourceNotFoundException", ResourceType="message"):
        sms_client.put_message_feedback(MessageId=without, MessageFeedbackStatus="RECEIVED")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("tier", "SANDBOX"),
        ("enabled", False),
        ("reputation", "insufficient"),
        ("reviewer", "manual"),
        ("spend_limits", {"TEXT": 7}),
    ],
)
def test_python_sets_what_http_sets(sms, member, value):
    """Each setting of an account is a property in Python; another account keeps its own."""
    setattr(sms.account(), member, value)

    assert value == getattr(sms.account(), member) == sms.control("show_account")[member]
    assert value != getattr(sms.account("210987654321"), member)
