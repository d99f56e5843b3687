"""Protect configurations: life, rules, overrides, and their effect on sends."""

import re
from datetime import timedelta

import pytest

from emulator.testing import HANDSET

CANADIAN = "+14165550100"
GERMAN = "+4915123456789"
BLOCKED = "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
NUMBER_BLOCKED = "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"


def body(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.fixture
def create(sms_client):
    """Makes a configuration, with rules for texts if any are given; gives its id."""

    def create(**rules):
        protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
        if rules:
            put_rules(sms_client, protect_id, "SMS", **rules)
        return protect_id

    return create


def put_rules(client, protect_id, capability, **rules):
    updates = {iso: {"ProtectStatus": status} for iso, status in rules.items()}
    return client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id, NumberCapability=capability, CountryRuleSetUpdates=updates
    )


@pytest.fixture
def override(sms_client):
    """Puts an override of a number."""

    def put(protect_id, action, number=HANDSET, **members):
        return sms_client.put_protect_configuration_rule_set_number_override(
            ProtectConfigurationId=protect_id, DestinationPhoneNumber=number, Action=action, **members
        )

    return put


@pytest.fixture
def overridden(sms_client):
    """The numbers that a configuration has overrides of, in pages of two."""

    def read(protect_id, *filters):
        found = sms_client.get_paginator("list_protect_configuration_rule_set_number_overrides").paginate(
            ProtectConfigurationId=protect_id,
            Filters=[{"Name": name, "Values": values} for name, values in filters],
            PaginationConfig={"PageSize": 2},
        )
        return [row["DestinationPhoneNumber"] for page in found for row in page.get("RuleSetNumberOverrides", [])]

    return read


# --- Life -----------------------------------------------------------------------------------------------------------


def test_life_of_a_configuration(sms_client):
    """A configuration is made, shown, protected, and deleted once it is not."""
    made = body(
        sms_client.create_protect_configuration(Tags=[{"Key": "Name", "Value": "a"}], DeletionProtectionEnabled=True)
    )
    protect_id = made["ProtectConfigurationId"]
    tags = sms_client.list_tags_for_resource(ResourceArn=made["ProtectConfigurationArn"])["Tags"]

    (shown,) = sms_client.describe_protect_configurations(ProtectConfigurationIds=[protect_id])["ProtectConfigurations"]
    changed = sms_client.update_protect_configuration(
        ProtectConfigurationId=made["ProtectConfigurationArn"], DeletionProtectionEnabled=False
    )
    deleted = sms_client.delete_protect_configuration(ProtectConfigurationId=protect_id)

    assert re.fullmatch(r"protect-[0-9a-f]{32}", protect_id)
    assert [{"Key": "Name", "Value": "a"}] == made.pop("Tags") == tags
    assert made == shown
    assert (False, True) == (made["AccountDefault"], made["DeletionProtectionEnabled"])
    assert made | {"DeletionProtectionEnabled": False} == body(changed) == body(deleted)
    assert [] == sms_client.describe_protect_configurations()["ProtectConfigurations"]


def test_what_is_used_cannot_be_deleted(sms_client, create, raises):
    """Deletion protection, the account's default and a set each hold a configuration."""
    protect_id = create()
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    pair = {"ProtectConfigurationId": protect_id, "ConfigurationSetName": "mine"}

    def refused(reason):
        with raises("ConflictException", Reason=reason, ResourceType="protect-configuration", ResourceId=protect_id):
            sms_client.delete_protect_configuration(ProtectConfigurationId=protect_id)

    sms_client.update_protect_configuration(ProtectConfigurationId=protect_id, DeletionProtectionEnabled=True)
    refused("DELETION_PROTECTION_ENABLED")
    sms_client.update_protect_configuration(ProtectConfigurationId=protect_id, DeletionProtectionEnabled=False)
    sms_client.set_account_default_protect_configuration(ProtectConfigurationId=protect_id)
    refused("PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT")
    sms_client.delete_account_default_protect_configuration()
    sms_client.associate_protect_configuration(**pair)
    refused("PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET")
    sms_client.disassociate_protect_configuration(**pair)
    sms_client.delete_protect_configuration(ProtectConfigurationId=protect_id)


def test_an_account_has_25_configurations(create, raises):
    """The 26th is too many."""
    for _ in range(25):
        create()

    with raises("ServiceQuotaExceededException", Reason="PROTECT_CONFIGURATIONS_PER_ACCOUNT"):
        create()


def test_configurations_are_filtered_and_page(sms_client, create, raises):
    """Both filters select configurations, another value is refused, and a paginator finds each once."""
    ids = [create() for _ in range(3)]
    sms_client.set_account_default_protect_configuration(ProtectConfigurationId=ids[1])
    sms_client.update_protect_configuration(ProtectConfigurationId=ids[2], DeletionProtectionEnabled=True)

    def found(name, *values):
        rows = sms_client.describe_protect_configurations(Filters=[{"Name": name, "Values": list(values)}])
        return [ids.index(row["ProtectConfigurationId"]) for row in rows["ProtectConfigurations"]]

    pages = sms_client.get_paginator("describe_protect_configurations").paginate(PaginationConfig={"PageSize": 2})
    assert [2, 1] == [len(page["ProtectConfigurations"]) for page in pages]
    assert [1] == found("account-default", "true")
    assert [2] == found("deletion-protection-enabled", "true")
    assert [0, 1, 2] == found("account-default", "true", "false")
    for name in ("account-default", "deletion-protection-enabled"):
        with raises("ValidationException", Reason="INVALID_FILTER_VALUES"):
            found(name, "maybe")


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("update_protect_configuration", {}),
        ("delete_protect_configuration", {}),
        ("set_account_default_protect_configuration", {}),
        ("associate_protect_configuration", {"ConfigurationSetName": "mine"}),
        ("disassociate_protect_configuration", {"ConfigurationSetName": "mine"}),
        ("get_protect_configuration_country_rule_set", {"NumberCapability": "SMS"}),
        ("list_protect_configuration_rule_set_number_overrides", {}),
        ("put_protect_configuration_rule_set_number_override", {"DestinationPhoneNumber": HANDSET, "Action": "BLOCK"}),
        ("delete_protect_configuration_rule_set_number_override", {"DestinationPhoneNumber": HANDSET}),
    ],
)
def test_unknown_configuration_is_not_found(sms_client, raises, operation, members):
    """Every operation names the configuration that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="protect-configuration", ResourceId="protect-0"):
        getattr(sms_client, operation)(ProtectConfigurationId="protect-0", **members)


# --- Association and default ----------------------------------------------------------------------------------------


def test_a_set_has_one_configuration(sms_client, create, raises):
    """The same one twice, another one, and one that is not associated have their reasons."""
    first, second = create(), create()
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    pair = {"ConfigurationSetName": "mine", "ProtectConfigurationId": first}

    associated = body(sms_client.associate_protect_configuration(**pair))
    (shown,) = sms_client.describe_configuration_sets()["ConfigurationSets"]
    with raises("ConflictException", Reason="RESOURCE_ALREADY_ASSOCIATED"):
        sms_client.associate_protect_configuration(**pair)
    with raises("ConflictException", Reason="PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET"):
        sms_client.associate_protect_configuration(**pair | {"ProtectConfigurationId": second})
    with raises("ConflictException", Reason="PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET"):
        sms_client.disassociate_protect_configuration(**pair | {"ProtectConfigurationId": second})
    disassociated = body(sms_client.disassociate_protect_configuration(**pair))

    assert first == shown["ProtectConfigurationId"]
    assert associated == disassociated
    assert ("mine", first) == (associated["ConfigurationSetName"], associated["ProtectConfigurationId"])
    assert "ProtectConfigurationId" not in sms_client.describe_configuration_sets()["ConfigurationSets"][0]


def test_account_has_one_default(sms_client, create, raises):
    """A new default takes the place of the old one; without any there is nothing to delete."""
    first, second = create(), create()
    with raises("ResourceNotFoundException", ResourceType="account"):
        sms_client.delete_account_default_protect_configuration()

    for protect_id in (first, second):
        answer = sms_client.set_account_default_protect_configuration(ProtectConfigurationId=protect_id)
        assert protect_id == answer["DefaultProtectConfigurationId"]

    rows = sms_client.describe_protect_configurations()["ProtectConfigurations"]
    assert [False, True] == [row["AccountDefault"] for row in rows]
    assert second == sms_client.delete_account_default_protect_configuration()["DefaultProtectConfigurationId"]
    rows = sms_client.describe_protect_configurations()["ProtectConfigurations"]
    assert [False, False] == [row["AccountDefault"] for row in rows]


# --- Rules ----------------------------------------------------------------------------------------------------------


def test_rules_are_by_capability_and_the_rest_is_allowed(sms_client, create, raises):
    """An update changes the countries that it names, for its capability alone."""
    protect_id = create(DE="BLOCK", FR="FILTER")

    updated = put_rules(sms_client, protect_id, "SMS", FR="MONITOR")["CountryRuleSet"]
    voice = sms_client.get_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id, NumberCapability="VOICE"
    )["CountryRuleSet"]

    changed = {iso: rule["ProtectStatus"] for iso, rule in updated.items() if rule["ProtectStatus"] != "ALLOW"}
    assert {"DE": "BLOCK", "FR": "MONITOR"} == changed
    assert {"ALLOW"} == {rule["ProtectStatus"] for rule in voice.values()}
    assert set(updated) == set(voice) > {"US", "DE", "FR"}
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        put_rules(sms_client, protect_id, "SMS", DE="ALLOW", ZZ="BLOCK")
    assert "BLOCK" == put_rules(sms_client, protect_id, "SMS", FR="ALLOW")["CountryRuleSet"]["DE"]["ProtectStatus"]


@pytest.mark.parametrize("reference", ["request", "set", "account"])
def test_blocked_country_is_refused(sms, sms_client, send_text, create, raises, reference):
    """A BLOCK refuses a text from whichever place the configuration applies, and leaves nothing behind."""
    protect_id = create(US="BLOCK")
    members = {}
    if reference == "request":
        members = {"ProtectConfigurationId": protect_id}
    elif reference == "set":
        sms_client.create_configuration_set(ConfigurationSetName="mine")
        sms_client.associate_protect_configuration(ProtectConfigurationId=protect_id, ConfigurationSetName="mine")
        members = {"ConfigurationSetName": "mine"}
    else:
        sms_client.set_account_default_protect_configuration(ProtectConfigurationId=protect_id)

    with raises("ConflictException", Reason=BLOCKED, ResourceType="protect-configuration", ResourceId=protect_id):
        send_text(**members)
    assert [] == sms.inbox.messages()


def test_request_goes_before_set_and_that_before_account(sms_client, send_text, create, raises):
    """The nearest configuration alone decides."""
    blocking, allowing = create(US="BLOCK"), create()
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    sms_client.set_account_default_protect_configuration(ProtectConfigurationId=blocking)
    sms_client.associate_protect_configuration(ProtectConfigurationId=allowing, ConfigurationSetName="mine")

    assert send_text(ConfigurationSetName="mine")
    assert send_text(ProtectConfigurationId=allowing)
    with raises("ConflictException", Reason=BLOCKED):
        send_text(ConfigurationSetName="mine", ProtectConfigurationId=blocking)
    with raises("ConflictException", Reason=BLOCKED):
        send_text()


@pytest.mark.parametrize("capability", ["VOICE", "MMS", "RCS"])
def test_rules_of_other_capabilities_do_not_concern_texts(sms_client, send_text, create, capability):
    """A text is held to the rules for SMS."""
    protect_id = create()
    put_rules(sms_client, protect_id, capability, US="BLOCK")

    assert send_text(ProtectConfigurationId=protect_id)


@pytest.mark.parametrize(
    ("status", "suspected", "outcome", "recommendation"),
    [
        ("ALLOW", True, "DELIVERED", None),
        ("MONITOR", False, "DELIVERED", "ALLOW"),
        ("MONITOR", True, "DELIVERED", "BLOCK"),
        ("FILTER", False, "DELIVERED", "ALLOW"),
        ("FILTER", True, "PROTECT_BLOCKED", "BLOCK"),
    ],
)
def test_events_tell_what_protect_made_of_it(
    sms, send_text, create, event_set, topic_with_queue, status, suspected, outcome, recommendation
):
    """MONITOR recommends, FILTER blocks what is suspected, and each record names configuration and status."""
    protect_id = create(US=status)
    if suspected:
        sms.handset(HANDSET).behave(outcome="PROTECT_BLOCKED")

    send_text(ConfigurationSetName=event_set, ProtectConfigurationId=protect_id)

    record = topic_with_queue[1]()[-1]
    assessment = record.get("protectConfigurationAssessment", {})
    assert f"TEXT_{outcome}" == record["eventType"]
    assert (protect_id, status) == tuple(
        record["protectConfiguration"][name] for name in ("protectConfigurationId", "protectStatus")
    )
    assert recommendation == assessment.get("protectRecommendation")
    assert (recommendation == "BLOCK") == ("protectInsights" in assessment)


# --- Overrides ------------------------------------------------------------------------------------------------------


def test_life_of_an_override(sms_client, create, override, overridden, raises):
    """An override is put, changed, listed and deleted, with its country and configuration."""
    protect_id = create()
    put = body(override(protect_id, "BLOCK"))
    again = override(protect_id, "ALLOW")
    (row,) = sms_client.list_protect_configuration_rule_set_number_overrides(ProtectConfigurationId=protect_id)[
        "RuleSetNumberOverrides"
    ]
    named = {"ProtectConfigurationId": protect_id, "DestinationPhoneNumber": HANDSET}
    deleted = sms_client.delete_protect_configuration_rule_set_number_override(**named)

    assert (protect_id, HANDSET, "US", "BLOCK") == tuple(
        put[name] for name in ("ProtectConfigurationId", "DestinationPhoneNumber", "IsoCountryCode", "Action")
    )
    assert "ALLOW" == again["Action"] == row["Action"] == deleted["Action"]
    assert [] == overridden(protect_id)
    with raises("ResourceNotFoundException", ResourceId=HANDSET):
        sms_client.delete_protect_configuration_rule_set_number_override(**named)


def test_override_beats_the_country(send_text, create, override, raises):
    """ALLOW opens a blocked country to one number, BLOCK closes an open one."""
    blocking, open_ = create(US="BLOCK"), create()
    override(blocking, "ALLOW")
    override(open_, "BLOCK")

    assert send_text(ProtectConfigurationId=blocking)
    with raises("ConflictException", Reason=BLOCKED):
        send_text(to="+14255550111", ProtectConfigurationId=blocking)
    with raises("ConflictException", Reason=NUMBER_BLOCKED, ResourceType="protect-configuration", ResourceId=open_):
        send_text(ProtectConfigurationId=open_)


def test_override_ends_when_it_expires(sms, send_text, create, override, raises):
    """From its expiry on the country's rule holds again; an expiry in the past is refused."""
    sms.clock.freeze()
    protect_id = create()
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        override(protect_id, "BLOCK", ExpirationTimestamp=sms.clock.now)
    override(protect_id, "BLOCK", ExpirationTimestamp=sms.clock.now + timedelta(hours=1))

    sms.clock.advance(minutes=59)
    with raises("ConflictException", Reason=NUMBER_BLOCKED):
        send_text(ProtectConfigurationId=protect_id)
    sms.clock.advance(minutes=1)
    assert send_text(ProtectConfigurationId=protect_id)


def test_opt_out_beats_an_allowing_override(sms_client, send_text, create, override, raises):
    """A recipient who has opted out gets nothing, whatever protect allows."""
    protect_id = create()
    override(protect_id, "ALLOW")
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_text(ProtectConfigurationId=protect_id)


def test_overrides_are_filtered_and_page(sms, create, override, overridden, raises):
    """Each filter selects overrides; values are joined by OR, filters by AND."""
    sms.clock.freeze()
    protect_id, start = create(), sms.clock.now
    override(protect_id, "BLOCK", HANDSET, ExpirationTimestamp=start + timedelta(hours=1))
    override(protect_id, "ALLOW", CANADIAN)
    sms.clock.advance(hours=2)
    override(protect_id, "BLOCK", GERMAN, ExpirationTimestamp=start + timedelta(hours=9))
    middle = (start + timedelta(hours=1, minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")

    for filters, expected in (
        ([], [HANDSET, CANADIAN, GERMAN]),
        ([("action", ["BLOCK"])], [HANDSET, GERMAN]),
        ([("iso-country-code", ["CA", "DE"])], [CANADIAN, GERMAN]),
        ([("iso-country-code", ["CA", "DE"]), ("action", ["BLOCK"])], [GERMAN]),
        ([("destination-phone-number-begins-with", ["+49"])], [GERMAN]),
        ([("destination-phone-number-begins-with", ["+1425", "+1416"])], [HANDSET, CANADIAN]),
        ([("expires-before", [middle])], [HANDSET]),
        ([("expires-after", [middle])], [GERMAN]),
        ([("created-before", [middle])], [HANDSET, CANADIAN]),
        ([("created-after", [middle])], [GERMAN]),
    ):
        assert expected == overridden(protect_id, *filters), filters
    for name in ("action", "expires-before", "created-after"):
        with raises("ValidationException", Reason="INVALID_FILTER_VALUES"):
            overridden(protect_id, (name, ["maybe"]))
