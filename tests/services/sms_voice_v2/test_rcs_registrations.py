"""RCS agents and the registrations that launch them."""

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import fill_registration, picture

TESTER = "+12065550101"
LAUNCH = "US_RCS_LAUNCH_REGISTRATION"


@pytest.fixture
def agent(limits, sms_client):
    """An agent where registrations are a duty."""
    limits(registrations_required=True)
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def shown(sms_client):
    """Return a function that describes an agent."""

    def find(agent_id):
        return sms_client.describe_rcs_agents(RcsAgentIds=[agent_id])["RcsAgents"][0]

    return find


def _send(sms_client, agent_id, to):
    return sms_client.send_rcs_message(
        DestinationPhoneNumber=to,
        OriginationIdentity=agent_id,
        RcsMessageContent={"Content": {"TextMessage": {"Body": "Hello"}}},
    )


def test_approval_launches_the_agent(sms, sms_client, agent, register, shown):
    """An agent is on its way while its form is reviewed, and launched in the form's country when it is approved."""
    sms.account().reviewer = "manual"
    registration = register(LAUNCH, associate=[agent])
    pending = sms_client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)["CountryLaunchStatus"]
    status_before = shown(agent)["Status"]
    sms.registrations.decide(registration, "COMPLETE")

    launched = sms_client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)["CountryLaunchStatus"]

    assert ("PENDING", "ACTIVE") == (status_before, shown(agent)["Status"])
    assert [("US", "PENDING", registration)] == [
        (row["IsoCountryCode"], row["Status"], row["RegistrationId"]) for row in pending
    ]
    assert [("US", "ACTIVE", registration)] == [
        (row["IsoCountryCode"], row["Status"], row["RegistrationId"]) for row in launched
    ]


def test_closed_registration_ends_the_launch(sms, sms_client, agent, register, shown):
    """An agent is not active after the rejection of its only launch."""
    registration = register(LAUNCH, associate=[agent])
    active = shown(agent)["Status"]
    sms.registrations.decide(registration, "CLOSED")

    launches = sms_client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)["CountryLaunchStatus"]

    assert ("ACTIVE", "CREATED") == (active, shown(agent)["Status"])
    assert ["REJECTED"] == [row["Status"] for row in launches]


def test_testing_agent_sends_to_its_testers_only(sms, sms_client, agent, register, raises, shown):
    """A testing agent, once approved, sends to who has accepted its invitation; its agent cannot be deleted."""
    registration = register("TEST_RCS_LAUNCH_REGISTRATION", associate=[agent])
    sms_client.create_verified_destination_number(DestinationPhoneNumber=TESTER, RcsAgentId=agent)
    sms.settle()

    found = shown(agent)
    message_id = _send(sms_client, agent, TESTER)["MessageId"]
    sms.settle()

    assert "TESTING" == found["Status"]
    assert ("ACTIVE", registration) == (found["TestingAgent"]["Status"], found["TestingAgent"]["RegistrationId"])
    assert ["DELIVERED"] == [message.status for message in sms.inbox.messages() if message.message_id == message_id]
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED"):
        _send(sms_client, agent, "+12065550102")
    with raises("ConflictException", Reason="RESOURCE_NOT_EMPTY", ResourceType="rcs-agent", ResourceId=agent):
        sms_client.delete_rcs_agent(RcsAgentId=agent)


def test_agent_has_one_registration_of_a_type(sms_client, agent, register, raises):
    """Two registrations of one type cannot have the same agent; of two types they can."""
    register(LAUNCH, associate=[agent])
    register("CA_RCS_LAUNCH_REGISTRATION", associate=[agent])

    with raises("ConflictException", Reason="RCS_AGENT_ALREADY_ASSOCIATED_TO_REGISTRATION_TYPE", ResourceType="rcs-agent"):
        register(LAUNCH, associate=[agent])


# --- What the review finds by itself ----------------------------------------------------------------------------------

IN_PROCESS = pytest.mark.parametrize("reach", ["mock"], indirect=True)
TEST = "TEST_RCS_LAUNCH_REGISTRATION"
LOGO, BANNER = "agentDetails.logoImage", "agentDetails.bannerImage"
HELP, STOP = "complianceKeywords.helpResponse", "complianceKeywords.stopResponse"


@pytest.fixture
def denied(sms_client, newest_version):
    """Submits a filled form; gives the reasons of its denial with the fields that they stand at."""

    def submit(registration_id):
        sms_client.submit_registration_version(RegistrationId=registration_id)
        reasons = [row["Reason"] for row in newest_version(registration_id).get("DeniedReasons", ())]
        rows = sms_client.describe_registration_field_values(RegistrationId=registration_id)["RegistrationFieldValues"]
        return reasons, {row["FieldPath"]: row["DeniedReason"] for row in rows if "DeniedReason" in row}

    return submit


@IN_PROCESS
@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        (LOGO, picture(224, 225), "IMAGE_RESOLUTION_INVALID"),
        (BANNER, picture(448, 1440), "IMAGE_RESOLUTION_INVALID"),
        (LOGO, picture(224, 224) + bytes(50 * 1024), "IMAGE_SIZE_EXCEEDED"),
        (BANNER, b"%PDF-1.7\n" + bytes(64), "IMAGE_FORMAT_INVALID"),
    ],
)
def test_picture_has_its_measures(sms_client, agent, register, denied, path, body, reason):
    """A logo or banner of another size, weight or type is put into the form, and denied with its reason."""
    registration = register(TEST, associate=[agent], submit=False)
    file = sms_client.create_registration_attachment(AttachmentBody=body)["RegistrationAttachmentId"]
    sms_client.put_registration_field_value(RegistrationId=registration, FieldPath=path, RegistrationAttachmentId=file)

    assert ([reason], {path: reason}) == denied(registration)


def test_keyword_answers_are_those_of_the_agent(sms_client, agent, register, denied, standing):
    """The form's HELP and STOP texts must be those that the agent answers; when they are, it is approved."""
    sms_client.put_keyword(OriginationIdentity=agent, Keyword="HELP", KeywordMessage="Write to us")
    wrong = register(TEST, {HELP: "Write to us", STOP: "Goodbye"}, associate=[agent], submit=False)

    assert (["INVALID_FIELD_VALUE"], {STOP: "INVALID_FIELD_VALUE"}) == denied(wrong)

    sms_client.put_keyword(OriginationIdentity=agent, Keyword="STOP", KeywordMessage="Goodbye")
    sms_client.create_registration_version(RegistrationId=wrong)
    fill_registration(sms_client, wrong, {HELP: "Write to us", STOP: "Goodbye"})
    sms_client.submit_registration_version(RegistrationId=wrong)
    assert "COMPLETE" == standing(wrong)["RegistrationStatus"]


@IN_PROCESS
@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"agentDetails.accentColor": "#FFD700"}, ["ACCENT_COLOR_CONTRAST_INSUFFICIENT"]),
        ({"agentDetails.accentColor": "#767676"}, []),
        ({"agentDetails.accentColor": "#777777"}, ["ACCENT_COLOR_CONTRAST_INSUFFICIENT"]),
    ],
)
def test_white_is_read_on_the_colour(agent, register, denied, values, reasons):
    """A colour on which white letters have a contrast of less than 4.5 is denied."""
    assert reasons == denied(register(TEST, values, associate=[agent], submit=False))[0]


def test_agent_needs_a_contact(sms_client, agent, register, denied):
    """A form without any complete pair of contact and label is denied."""
    registration = register(TEST, associate=[agent], submit=False)
    path = "agentDetails.contactPhoneLabel"
    sms_client.delete_registration_field_value(RegistrationId=registration, FieldPath=path)

    assert ["CONTACT_DETAILS_MISSING"] == denied(registration)[0]


def test_listed_company_names_its_stock(sms_client, agent, register, denied):
    """The launch form of the United States wants the stock symbol of a listed company."""
    symbol = "companyInfo.stockSymbol"
    listed = register(LAUNCH, {"companyInfo.legalType": ["PUBLIC_PROFIT"]}, associate=[agent], submit=False)
    sms_client.delete_registration_field_value(RegistrationId=listed, FieldPath=symbol)

    assert ["MISSING_CONDITIONAL_FIELD"] == denied(listed)[0]


# --- The end, and the strict profile ----------------------------------------------------------------------------------


def test_deleted_registration_takes_its_launch_along(sms_client, agent, register, raises, shown):
    """An agent cannot be deleted while registrations have it; deleted they take their launch and testing agent along."""
    launch, test = register(LAUNCH, associate=[agent]), register(TEST, associate=[agent])
    both = shown(agent)
    with raises("ConflictException", Reason="RESOURCE_NOT_EMPTY", ResourceType="rcs-agent", ResourceId=agent):
        sms_client.delete_rcs_agent(RcsAgentId=agent)

    sms_client.delete_registration(RegistrationId=launch)
    testing = shown(agent)
    sms_client.delete_registration(RegistrationId=test)

    assert ("ACTIVE", test) == (both["Status"], both["TestingAgent"]["RegistrationId"])
    assert "TESTING" == testing["Status"]
    assert [] == sms_client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)["CountryLaunchStatus"]
    assert ("CREATED", None) == (shown(agent)["Status"], shown(agent).get("TestingAgent"))
    assert "DELETED" == sms_client.delete_rcs_agent(RcsAgentId=agent)["Status"]


def test_strict_profile_launches_by_registration_alone(raises):
    """In the strict profile an agent is CREATED and sends nothing until its launch is approved, a day later."""
    config = {"limits": {"rates_enforced": False, "tier": "PRODUCTION"}}
    with mock_sms(profile="strict", config=config) as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        agent = client.create_rcs_agent()["RcsAgentId"]
        registration = client.create_registration(RegistrationType=LAUNCH)["RegistrationId"]
        fill_registration(client, registration)
        client.create_registration_association(RegistrationId=registration, ResourceId=agent)
        with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="rcs-agent", ResourceId=agent):
            _send(client, agent, TESTER)
        client.submit_registration_version(RegistrationId=registration)
        sms.clock.advance(hours=23)
        before = client.describe_rcs_agents()["RcsAgents"][0]["Status"]
        sms.clock.advance(hours=1)

        launches = client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)["CountryLaunchStatus"]
        message_id = _send(client, agent, TESTER)["MessageId"]
        sms.settle()
        message = sms.control("show_message", message_id=message_id)

    assert "PENDING" == before
    assert [("US", "ACTIVE")] == [(row["IsoCountryCode"], row["Status"]) for row in launches]
    assert {"ACTIVE"} == {row["Status"] for row in launches[0]["CarrierStatus"]}
    assert "DELIVERED" == message["status"]
