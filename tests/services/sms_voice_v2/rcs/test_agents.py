"""RCS agents."""

import pytest

from emulator.control.errors import InvalidArgument
from emulator.testing import HANDSET, OTHER_HANDSET
from emulator.wire.models import load_model

pytestmark = pytest.mark.skipif(
    "SendRcsMessage" not in load_model("pinpoint-sms-voice-v2").operation_names,
    reason="the installed botocore does not know SendRcsMessage yet",
)


def test_the_life_of_an_agent(sms_client, topic_with_queue, raises):
    """It is made CREATED, found ACTIVE, can be changed, described, tagged, and deleted unless it is protected."""
    sms_client.create_opt_out_list(OptOutListName="rcs")
    made = sms_client.create_rcs_agent(
        DeletionProtectionEnabled=True, OptOutListName="rcs", Tags=[{"Key": "team", "Value": "a"}]
    )
    reference = made["RcsAgentId"]

    assert ("CREATED", "rcs", [{"Key": "team", "Value": "a"}]) == tuple(
        made[name] for name in ("Status", "OptOutListName", "Tags")
    )
    assert f"arn:aws:sms-voice:us-east-1:123456789012:rcs-agent/{reference}" == made["RcsAgentArn"]
    found = sms_client.describe_rcs_agents(RcsAgentIds=[reference], Filters=[{"Name": "status", "Values": ["ACTIVE"]}])
    assert [reference] == [row["RcsAgentId"] for row in found["RcsAgents"]]
    with raises("ConflictException", Reason="DELETION_PROTECTION_ENABLED", ResourceType="rcs-agent"):
        sms_client.delete_rcs_agent(RcsAgentId=reference)
    changed = sms_client.update_rcs_agent(
        RcsAgentId=made["RcsAgentArn"],
        DeletionProtectionEnabled=False,
        OptOutListName="Default",
        TwoWayChannelArn=topic_with_queue[0],
        TwoWayMediaS3BucketName="inbound",
        TwoWayMediaS3Role="arn:aws:iam::123456789012:role/media",
        TwoWayRcsEventsEnabled=["RCS_TYPING"],
    )
    assert (False, "Default", "inbound", ["RCS_TYPING"]) == tuple(
        changed[name]
        for name in ("DeletionProtectionEnabled", "OptOutListName", "TwoWayMediaS3BucketName", "TwoWayRcsEventsEnabled")
    )
    unset = "UNSET_RCS_MEDIA_CONFIGURATION"
    cleared = sms_client.update_rcs_agent(RcsAgentId=reference, TwoWayMediaS3BucketName=unset, TwoWayMediaS3Role=unset)
    assert "TwoWayMediaS3BucketName" not in cleared
    assert "DELETED" == sms_client.delete_rcs_agent(RcsAgentId=reference)["Status"]
    with raises("ResourceNotFoundException", ResourceType="rcs-agent", ResourceId=reference):
        sms_client.describe_rcs_agents(RcsAgentIds=[reference])


def test_what_an_agent_is_refused_for(sms_client, agent, raises):
    """A sixth agent, an unknown list, channel or event type, and incomplete media settings are refused."""
    with raises("ResourceNotFoundException", ResourceType="opt-out-list"):
        sms_client.create_rcs_agent(OptOutListName="none")
    with raises("ValidationException", Reason="INVALID_ARN"):
        sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayChannelArn="arn:aws:sqs:us-east-1:123456789012:queue")
    for types in (["ALL", "RCS_TYPING"], ["DANCING"]):
        with raises("ValidationException", Reason="INVALID_PARAMETER"):
            sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayRcsEventsEnabled=types)
    with raises("ValidationException", Reason="MISSING_PARAMETER"):
        sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayMediaS3BucketName="inbound")
    for _ in range(4):
        sms_client.create_rcs_agent()
    with raises("ServiceQuotaExceededException", Reason="RCS_AGENTS_PER_ACCOUNT"):
        sms_client.create_rcs_agent()


def test_launches_are_described(sms, sms_client, agent):
    """22 countries, each with its carriers; a country whose launch begins makes the agent PARTIAL."""
    launches = sms_client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)
    assert (22, agent) == (len(launches["CountryLaunchStatus"]), launches["RcsAgentId"])
    assert {"ACTIVE"} == {row["Status"] for row in launches["CountryLaunchStatus"]}

    sms.rcs.decide(agent, CA="PARTIAL", DE="REJECTED")

    asked = {"RcsAgentId": agent, "IsoCountryCodes": ["CA", "DE", "US"]}
    rows = sms_client.describe_rcs_agent_country_launch_status(**asked)["CountryLaunchStatus"]
    by_country = {row["IsoCountryCode"]: row for row in rows}
    assert ("PARTIAL", "REJECTED", "ACTIVE") == tuple(by_country[iso]["Status"] for iso in ("CA", "DE", "US"))
    assert ["ACTIVE", "PENDING", "PENDING"] == [carrier["Status"] for carrier in by_country["CA"]["CarrierStatus"]]
    filtered = sms_client.describe_rcs_agent_country_launch_status(
        **asked, Filters=[{"Name": "country-launch-status", "Values": ["REJECTED"]}]
    )
    assert ["DE"] == [row["IsoCountryCode"] for row in filtered["CountryLaunchStatus"]]
    assert "PARTIAL" == sms_client.describe_rcs_agents(RcsAgentIds=[agent])["RcsAgents"][0]["Status"]
    with pytest.raises(InvalidArgument, match='RCS is not available in "CN"'):
        sms.rcs.decide(agent, CN="ACTIVE")


def test_an_agent_in_a_pool_stays(sms_client, agent, pool, raises):
    """A member of a pool is neither changed nor deleted, nor put into another; it is listed, and leaves."""
    listed = sms_client.list_pool_origination_identities(PoolId=pool[0])["OriginationIdentities"]
    assert [["SMS", "MMS"], ["RCS"]] == [row["NumberCapabilities"] for row in listed]
    for refused in (sms_client.update_rcs_agent, sms_client.delete_rcs_agent):
        with raises("ConflictException", Reason="RCS_AGENT_ASSOCIATED_TO_POOL", ResourceId=agent):
            refused(RcsAgentId=agent)
    with raises("ConflictException", Reason="RESOURCE_ALREADY_ASSOCIATED"):
        sms_client.associate_origination_identity(PoolId=pool[0], OriginationIdentity=agent)
    with raises("ConflictException", Reason="RCS_AGENT_ASSOCIATED_TO_POOL"):
        sms_client.create_pool(OriginationIdentity=agent, MessageType="TRANSACTIONAL")

    sms_client.disassociate_origination_identity(PoolId=pool[0], OriginationIdentity=agent)

    assert "DELETED" == sms_client.delete_rcs_agent(RcsAgentId=agent)["Status"]


def test_testers_come_before_the_launch(sms, sms_client, agent, rcs, raises):
    """An agent in testing reaches only recipients who have accepted its invitation; one without RCS is UNSUPPORTED."""
    sms.rcs.decide(agent, status="TESTING")
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED", ResourceId=HANDSET):
        rcs()
    sms.handset(OTHER_HANDSET).behave(rcs=False)
    ids = [
        sms_client.create_verified_destination_number(DestinationPhoneNumber=to, RcsAgentId=agent)
        for to in (HANDSET, OTHER_HANDSET)
    ]
    assert ["PENDING", "PENDING"] == [row["Status"] for row in ids]
    assert agent == ids[0]["RcsAgentId"]
    sms.clock.advance(minutes=3)

    rows = sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]
    assert ["VERIFIED", "UNSUPPORTED"] == [row["Status"] for row in rows]
    assert rcs()
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED"):
        rcs(to=OTHER_HANDSET)
