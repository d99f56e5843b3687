"""Notify: configurations, AWS's templates, and the messages they make."""

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET

TEMPLATE = "notify-code-verification-english-001"
TIMED_TEMPLATE = "notify-code-verification-english-002"


@pytest.fixture
def configure(sms_client):
    """Makes a configuration; gives what CreateNotifyConfiguration says."""

    def create(**members):
        wanted = {"DisplayName": "Shop", "UseCase": "CODE_VERIFICATION", "EnabledChannels": ["SMS", "VOICE"]} | members
        return sms_client.create_notify_configuration(**wanted)

    return create


@pytest.fixture
def configuration(configure):
    """The id of a configuration with a default template."""
    return configure(DefaultTemplateId=TEMPLATE)["NotifyConfigurationId"]


@pytest.fixture
def notify(sms_client, configuration):
    """Sends a code by text; gives the answer."""

    def send(to=HANDSET, code="123456", **members):
        wanted = {
            "NotifyConfigurationId": configuration,
            "DestinationPhoneNumber": to,
            "TemplateVariables": {"code": code},
        } | members
        return sms_client.send_notify_text_message(**wanted)

    return send


@pytest.fixture
def notify_by_voice(sms_client, configuration):
    """Has a code read; gives the answer."""

    def send(to=HANDSET, **members):
        wanted = {
            "NotifyConfigurationId": configuration,
            "DestinationPhoneNumber": to,
            "TemplateVariables": {"code": "123456"},
        } | members
        return sms_client.send_notify_voice_message(**wanted)

    return send


@pytest.fixture
def pool(sms_client, request_number):
    """A pool of one US number for texts and calls."""
    number = request_number(NumberType="TOLL_FREE", NumberCapabilities=["SMS", "VOICE"])
    made = sms_client.create_pool(
        OriginationIdentity=number["PhoneNumberId"], IsoCountryCode="US", MessageType="TRANSACTIONAL"
    )
    return made["PoolId"], number["PhoneNumber"]


def test_the_life_of_a_configuration(sms_client, configure, raises):
    """It is made PENDING and found ACTIVE, can be changed, described, tagged, and deleted unless it is protected."""
    made = configure(Tags=[{"Key": "team", "Value": "a"}], DeletionProtectionEnabled=True, EnabledCountries=["US", "DE"])
    reference = made["NotifyConfigurationId"]

    assert ("PENDING", "BASIC", "BASIC", [{"Key": "team", "Value": "a"}]) == tuple(
        made[name] for name in ("Status", "Tier", "TierUpgradeStatus", "Tags")
    )
    assert f"arn:aws:sms-voice:us-east-1:123456789012:notify-configuration/{reference}" == made["NotifyConfigurationArn"]
    found = sms_client.describe_notify_configurations(NotifyConfigurationIds=[made["NotifyConfigurationArn"]])
    assert ["ACTIVE"] == [row["Status"] for row in found["NotifyConfigurations"]]
    with raises("ConflictException", Reason="DELETION_PROTECTION_ENABLED", ResourceType="notify-configuration"):
        sms_client.delete_notify_configuration(NotifyConfigurationId=reference)
    changed = sms_client.update_notify_configuration(
        NotifyConfigurationId=reference,
        DeletionProtectionEnabled=False,
        DefaultTemplateId=TEMPLATE,
        EnabledChannels=["SMS"],
        EnabledCountries=["FR"],
    )
    assert (TEMPLATE, ["SMS"], ["FR"], False) == tuple(
        changed[name] for name in ("DefaultTemplateId", "EnabledChannels", "EnabledCountries", "DeletionProtectionEnabled")
    )
    cleared = sms_client.update_notify_configuration(
        NotifyConfigurationId=reference, DefaultTemplateId="UNSET_DEFAULT_TEMPLATE"
    )
    assert "DefaultTemplateId" not in cleared
    sms_client.delete_notify_configuration(NotifyConfigurationId=reference)
    with raises("ResourceNotFoundException", ResourceType="notify-configuration", ResourceId=reference):
        sms_client.describe_notify_configurations(NotifyConfigurationIds=[reference])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("display-name", "Shop"),
        ("enabled-countries", "DE"),
        ("enabled-channels", "VOICE"),
        ("default-template", TEMPLATE),
        ("use-case", "CODE_VERIFICATION"),
        ("status", "ACTIVE"),
        ("deletion-protection-enabled", "true"),
        ("tier-upgrade-status", "BASIC"),
    ],
)
def test_configurations_are_filtered(sms, sms_client, configure, name, value):
    """Each filter lets through the configuration that has the value, and keeps back one that has another."""
    wanted = configure(DefaultTemplateId=TEMPLATE, EnabledCountries=["DE"], DeletionProtectionEnabled=True)
    other = configure(DisplayName="Other", EnabledChannels=["SMS"], EnabledCountries=["US"])
    sms.control(
        "change_notify_configuration",
        configuration_id=other["NotifyConfigurationId"],
        status="REJECTED",
        tier_upgrade_status="REJECTED",
    )

    found = sms_client.describe_notify_configurations(Filters=[{"Name": name, "Values": [value]}])["NotifyConfigurations"]

    expected = [wanted["NotifyConfigurationId"]]
    if name == "use-case":
        expected.append(other["NotifyConfigurationId"])
    assert expected == [row["NotifyConfigurationId"] for row in found]


def test_what_a_configuration_is_refused_for(sms_client, configure, raises):
    """Channels and countries that Notify does not serve, an unknown template or pool, and the twenty-sixth configuration."""
    for members in ({"EnabledChannels": ["MMS"]}, {"EnabledCountries": ["CN"]}):
        with raises("ValidationException", Reason="INVALID_PARAMETER"):
            configure(**members)
    with raises("ResourceNotFoundException", ResourceType="notify-template"):
        configure(DefaultTemplateId="none")
    with raises("ResourceNotFoundException", ResourceType="pool"):
        configure(PoolId="pool-none")
    for _ in range(25):
        configure()
    with raises("ServiceQuotaExceededException", Reason="NOTIFY_CONFIGURATIONS_PER_ACCOUNT"):
        configure()


def test_a_pool_in_use_is_not_deleted(sms_client, configure, pool, raises):
    """A pool of a configuration stays until the configuration lets it go."""
    reference = configure(PoolId=pool[0])["NotifyConfigurationId"]

    with raises("ConflictException", Reason="POOL_ASSOCIATED_TO_NOTIFY_CONFIGURATION", ResourceId=pool[0]):
        sms_client.delete_pool(PoolId=pool[0])
    sms_client.update_notify_configuration(NotifyConfigurationId=reference, PoolId="UNSET_DEFAULT_POOL_FOR_NOTIFY")
    assert "DELETING" == sms_client.delete_pool(PoolId=pool[0])["Status"]


def test_templates_are_described(sms_client, raises):
    """AWS's templates have their variables, languages, channels and voices, and can be filtered."""
    template = sms_client.describe_notify_templates(TemplateIds=[TEMPLATE])["NotifyTemplates"][0]
    german = sms_client.describe_notify_templates(Filters=[{"Name": "language-code", "Values": ["de"]}])["NotifyTemplates"]
    basic = sms_client.describe_notify_templates(Filters=[{"Name": "tier-access", "Values": ["BASIC"]}])["NotifyTemplates"]

    assert ("OTP_VERIFICATION", "ACTIVE", "en", ["SMS", "VOICE"]) == tuple(
        template[name] for name in ("TemplateType", "Status", "LanguageCode", "Channels")
    )
    assert ("STRING", True, "CUSTOMER") == tuple(template["Variables"]["code"][n] for n in ("Type", "Required", "Source"))
    assert {"de"} == {row["LanguageCode"] for row in german}
    assert TEMPLATE in [row["TemplateId"] for row in basic]
    assert TIMED_TEMPLATE not in [row["TemplateId"] for row in basic]
    with raises("ResourceNotFoundException", ResourceType="notify-template", ResourceId="none"):
        sms_client.describe_notify_templates(TemplateIds=["none"])


def test_countries_are_listed(sms_client):
    """The thirty documented countries, by text and call; none by MMS."""
    rows = sms_client.list_notify_countries()["NotifyCountries"]

    assert 30 == len(rows)
    assert ("Germany", ["SMS", "VOICE"]) == next(
        (row["CountryName"], row["SupportedChannels"]) for row in rows if row["IsoCountryCode"] == "DE"
    )
    assert [] == sms_client.list_notify_countries(Channels=["MMS"])["NotifyCountries"]


def test_a_code_by_text(sms, notify, event_set, topic_with_queue):
    """The template's text with the code and the display name is on the handset, and its receipts are those of texts."""
    answer = notify(ConfigurationSetName=event_set, Context={"order": "17"})

    assert (TEMPLATE, "Shop: your verification code is 123456.") == (answer["TemplateId"], answer["ResolvedMessageBody"])
    assert [answer["ResolvedMessageBody"]] == [message.body for message in sms.handset(HANDSET).inbox]
    assert "123456" == sms.inbox.code(to=HANDSET)
    records = topic_with_queue[1]()
    assert ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"] == [record["eventType"] for record in records]
    assert {"order": "17"} == records[-1]["context"]


def test_a_code_by_voice(sms, notify_by_voice):
    """The same text is read by a voice of the template."""
    answer = notify_by_voice(VoiceId="JOANNA")

    shown = sms.calls.show(answer["MessageId"])
    assert ("JOANNA", answer["ResolvedMessageBody"]) == (shown["voice_id"], shown["spoken"])
    assert ["COMPLETED"] == [message.status for message in sms.inbox.messages(channel="voice")]


def test_the_pool_comes_first(sms, sms_client, configuration, pool, notify, notify_by_voice):
    """A pool that can reach the country sends; to another country, and without a pool, AWS's own identities do."""
    notify()
    sms_client.update_notify_configuration(NotifyConfigurationId=configuration, PoolId=pool[0])
    notify()
    notify_by_voice()
    notify(to="+4915112345678")

    senders = [message.sender for message in sms.inbox.messages()]
    assert ["+18335550199", pool[1], pool[1], "NOTICE"] == senders


def test_what_a_send_is_refused_for(sms, sms_client, configuration, notify, notify_by_voice, raises):
    """Status, channel, country, template, tier, variables and voice are looked at; nothing is sent."""
    for values in ({}, {"Code": "1"}):
        with raises("ValidationException", Reason="MISSING_PARAMETER"):
            notify(TemplateVariables=values)
    for values in ({"code": "12 34"}, {"code": "x" * 11}, {"code": "1", "name": "x"}, {"code": "1", "displayName": "Bank"}):
        with raises("ValidationException", Reason="INVALID_PARAMETER"):
            notify(TemplateVariables=values)
    with raises("ResourceNotFoundException", ResourceType="notify-template"):
        notify(TemplateId="none")
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        notify(TemplateId=TIMED_TEMPLATE)
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        notify_by_voice(VoiceId="MIZUKI")
    with raises("ValidationException", Reason="COUNTRY_NOT_ENABLED"):
        notify(to="+8613800138000")
    sms_client.update_notify_configuration(
        NotifyConfigurationId=configuration, EnabledChannels=["SMS"], EnabledCountries=["DE"]
    )
    with raises("ValidationException", Reason="COUNTRY_NOT_ENABLED"):
        notify()
    with raises("ValidationException", Reason="CHANNEL_NOT_ENABLED"):
        notify_by_voice()
    sms.control("change_notify_configuration", configuration_id=configuration, status="REJECTED", rejection_reason="Name")
    with raises("ConflictException", Reason="NOTIFY_CONFIGURATION_NOT_ACTIVE", ResourceId=configuration):
        notify(to="+4915112345678")
    assert [] == sms.inbox.messages()


def test_a_template_is_needed(configure, notify, raises):
    """Without a default one a send names its template."""
    bare = configure()["NotifyConfigurationId"]

    with raises("ValidationException", Reason="MISSING_PARAMETER"):
        notify(NotifyConfigurationId=bare)
    assert TEMPLATE == notify(NotifyConfigurationId=bare, TemplateId=TEMPLATE)["TemplateId"]


def test_defaults_and_numbers_in_templates(sms, configuration, notify, raises):
    """A variable with a default may be left out; a whole number is held to its bounds. The template is for ADVANCED."""
    sms.control("change_notify_configuration", configuration_id=configuration, tier="ADVANCED")

    assert notify(TemplateId=TIMED_TEMPLATE)["ResolvedMessageBody"].endswith("expires in 10 minutes.")
    for minutes in ("0", "61", "ten"):
        with raises("ValidationException", Reason="INVALID_PARAMETER"):
            notify(TemplateId=TIMED_TEMPLATE, TemplateVariables={"code": "1", "minutes": minutes})


def test_ten_messages_a_day_to_a_destination(sms, notify, notify_by_voice, raises):
    """The eleventh message to a recipient within 24 hours is refused, whatever its channel; dry runs do not count."""
    notify(DryRun=True)
    for _ in range(4):
        notify()
    for _ in range(6):
        notify_by_voice()

    for send in (notify, notify_by_voice):
        with raises("ServiceQuotaExceededException", Reason="DAILY_DESTINATION_CALL_LIMIT"):
            send()
    sms.clock.advance(days=1)
    assert notify()


def test_the_basic_tier_sends_two_hundred_a_day(sms, configuration, notify, raises):
    """The 201st message of a day needs the ADVANCED tier."""
    for place in range(200):
        notify(to=f"+1425555{place:04d}")

    with raises("ServiceQuotaExceededException", Reason="DAILY_NOTIFY_TIER_MESSAGE_LIMIT"):
        notify(to="+14255559999")
    sms.control("change_notify_configuration", configuration_id=configuration, tier="ADVANCED")
    assert notify(to="+14255559999")


def test_the_limit_of_the_basic_tier_can_be_set():
    """`limits.quotas` sets the daily messages of the tier BASIC."""
    config = {"limits": {"quotas": {"DAILY_NOTIFY_TIER_MESSAGE_LIMIT": 1}}}
    with mock_sms(config=config) as emulator:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        made = client.create_notify_configuration(DisplayName="Shop", UseCase="CODE_VERIFICATION", EnabledChannels=["SMS"])
        emulator.settle()
        text = {"NotifyConfigurationId": made["NotifyConfigurationId"], "DestinationPhoneNumber": HANDSET}
        text |= {"TemplateId": "notify-code-verification-english-001", "TemplateVariables": {"code": "1234"}}
        client.send_notify_text_message(**text)

        with pytest.raises(client.exceptions.ServiceQuotaExceededException) as raised:
            client.send_notify_text_message(**text)

    assert "DAILY_NOTIFY_TIER_MESSAGE_LIMIT" == raised.value.response["Reason"]


def test_what_stops_a_text_stops_notify(sms, sms_client, notify, raises):
    """The limit for Notify, not that for texts, and an opt-out hold; feedback is taken."""
    sms_client.set_text_message_spend_limit_override(MonthlyLimit=0)
    answer = notify(MessageFeedbackEnabled=True)
    sms_client.put_message_feedback(MessageId=answer["MessageId"], MessageFeedbackStatus="RECEIVED")
    sms_client.set_notify_message_spend_limit_override(MonthlyLimit=0)
    with raises("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_NOTIFY"):
        notify()
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        notify()
    assert ["RECEIVED"] == [message.feedback_status for message in sms.inbox.messages()]
