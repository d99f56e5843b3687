"""RCS agents and the registrations that launch them."""

import pytest

TESTER = "+12065550101"
LAUNCH = "US_RCS_LAUNCH_REGISTRATION"


@pytest.fixture
def agent(limits, sms_client):
    """An agent where registrations are a duty."""
    limits(registrations_required=True)
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def shown(sms_client):
    """What DescribeRcsAgents says of an agent."""

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
    """An agent whose only launch is rejected is no longer active."""
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
