"""
Answers of AWS that people have met, each with its evidence: tests and issues of public programs, guides, operators' notes.

One relative or more of each kind stands beside it.
"""

import json
from datetime import timedelta

import pytest

from emulator.testing import HANDSET, fill_registration

SIMULATOR = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL", "NumberType": "SIMULATOR"}
CONNECT = {"TwoWayEnabled": True, "TwoWayChannelArn": "connect.us-east-1.amazonaws.com"}
TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"
LOG_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/sms"
OTHER = "999988887777"
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"


def role_for(client, *services, name="events"):
    """Create a role that these services may assume; return its ARN."""
    statements = [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"} for service in services]
    trust = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]


@pytest.fixture
def strict_provisioning(sms):
    """Provisioning takes two minutes, as in the strict profile."""
    before = sms.settings
    sms.engine.settings = type(before).load("friendly", {"provisioning": 120})
    sms.reset()
    yield sms
    sms.engine.settings = before


class TestSimulatorNumbers:
    """Evidence: PhoneNumber_full, _twoWayChannelRole, _twoWayChannelConnect, Pool_MessageType of terraform-provider-aws."""

    @pytest.mark.parametrize("capabilities", [["SMS", "VOICE"], ["VOICE"], ["SMS"]])
    def test_it_has_what_was_asked_for(self, request_number, capabilities):
        """A simulator number may have texts, voice or both."""
        number = request_number(**SIMULATOR, NumberCapabilities=capabilities)

        assert ("ACTIVE", capabilities) == (number["Status"], number["NumberCapabilities"])

    @pytest.mark.parametrize("destination", ["+14254147755", HANDSET])
    def test_it_calls_only_whom_it_may_text(self, sms_client, request_number, raises, destination):
        """A call goes to a simulated destination of its country, and nowhere else."""
        number = request_number(**SIMULATOR, NumberCapabilities=["SMS", "VOICE"])
        call = {"DestinationPhoneNumber": destination, "OriginationIdentity": number["PhoneNumberId"], "MessageBody": "Hi"}

        if destination == HANDSET:
            with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
                sms_client.send_voice_message(**call)
        else:
            assert sms_client.send_voice_message(**call)["MessageId"]

    def test_it_uses_amazon_connect(self, client, sms_client, request_number):
        """Channel and role read back as given."""
        number = request_number(**SIMULATOR, NumberCapabilities=["SMS"])
        role = role_for(client, "sms-voice.amazonaws.com")

        updated = sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TwoWayChannelRole=role, **CONNECT)

        assert (CONNECT["TwoWayChannelArn"], role) == (updated["TwoWayChannelArn"], updated["TwoWayChannelRole"])

    def test_a_pool_of_it_uses_amazon_connect(self, sms_client, request_number):
        """A pool that holds one is no different."""
        number = request_number(**SIMULATOR, NumberCapabilities=["SMS", "VOICE"])
        pool = sms_client.create_pool(
            OriginationIdentity=number["PhoneNumberId"], IsoCountryCode="US", MessageType="TRANSACTIONAL"
        )

        updated = sms_client.update_pool(PoolId=pool["PoolId"], **CONNECT)

        assert CONNECT["TwoWayChannelArn"] == updated["TwoWayChannelArn"]

    @pytest.mark.parametrize("capabilities", [["SMS"], ["VOICE"]])
    def test_there_are_no_promotional_ones(self, sms_client, raises, capabilities):
        """A promotional one is not found."""
        with raises("ResourceNotFoundException", ResourceType="phone-number"):
            sms_client.request_phone_number(**SIMULATOR | {"MessageType": "PROMOTIONAL"}, NumberCapabilities=capabilities)


class TestOptionalRegistration:
    """Evidence: SenderID_basic and others of terraform-provider-aws, all for GB; an operator's note of 2026-09."""

    def test_it_is_given_without(self, sms_client):
        """A British sender id is given at once, in capitals, not registered."""
        made = sms_client.request_sender_id(SenderId="DemoShop", IsoCountryCode="GB", MessageTypes=["TRANSACTIONAL"])

        (found,) = sms_client.describe_sender_ids()["SenderIds"]
        assert ("DEMOSHOP", False, False) == (made["SenderId"], made["Registered"], made["DeletionProtectionEnabled"])
        assert "RegistrationId" not in found

    def test_it_is_used_pooled_and_released(self, sms, sms_client):
        """It sends, joins a pool, is tagged and released like any other, and its name is shown as it is."""
        arn = sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="GB", Tags=[{"Key": "a", "Value": "b"}])[
            "SenderIdArn"
        ]
        pool = sms_client.create_pool(OriginationIdentity=arn, IsoCountryCode="GB", MessageType="TRANSACTIONAL")["PoolId"]

        sms_client.send_text_message(DestinationPhoneNumber="+447400555000", OriginationIdentity=pool, MessageBody="Hi")

        assert ["SHOP"] == [message.sender for message in sms.inbox.messages()]
        sms_client.delete_pool(PoolId=pool)
        sms.settle()
        assert "SHOP" == sms_client.release_sender_id(SenderId="SHOP", IsoCountryCode="GB")["SenderId"]

    def test_a_registration_turns_it_on(self, sms, sms_client):
        """A registration that completes later makes the sender id a registered one."""
        sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="GB")
        registration = sms_client.create_registration(RegistrationType="GB_SENDER_ID_REGISTRATION")["RegistrationId"]
        fill_registration(sms_client, registration, {"senderIdInfo.senderId": "SHOP"})

        sms_client.submit_registration_version(RegistrationId=registration)
        sms.settle()

        (found,) = sms_client.describe_sender_ids()["SenderIds"]
        assert (True, registration) == (found["Registered"], found["RegistrationId"])

    @pytest.mark.parametrize("iso", ["PH", "IN", "SG"])
    def test_other_countries_still_want_one(self, sms_client, raises, iso):
        """Where it is mandatory, it still is."""
        with raises("ValidationException", Reason="SENDER_ID_REQUIRES_REGISTRATION"):
            sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode=iso)

    @pytest.mark.parametrize("iso", ["GB", "DE"])
    def test_a_released_one_is_free_when_that_has_spread(self, strict_provisioning, sms_client, raises, iso):
        """Until the release has spread, the same name in the same country is refused; another one is not."""
        wanted = {"SenderId": "SHOP", "IsoCountryCode": iso}
        sms_client.request_sender_id(**wanted)
        sms_client.release_sender_id(**wanted)

        with raises("ValidationException", Reason="SENDER_ID_REQUIRES_REGISTRATION"):
            sms_client.request_sender_id(**wanted)
        assert sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="SE")["SenderId"]
        strict_provisioning.clock.advance(minutes=3)
        assert "SHOP" == sms_client.request_sender_id(**wanted)["SenderId"]


class TestEnvelopes:
    """Evidence: the examples of the guide's EventBridge page; aws-samples' 10DLC automation reads the account."""

    MEMBERS = frozenset({"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"})

    @pytest.fixture
    def on_bus(self, client):
        """Send the bus's events to a queue; return a function that reads the bodies that arrived."""
        sqs = client("sqs")
        queue = sqs.create_queue(QueueName="bus")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

        def read(source):
            client("events").put_rule(Name="rule", EventPattern=json.dumps({"source": [source]}))
            client("events").put_targets(Rule="rule", Targets=[{"Id": "queue", "Arn": arn}])
            return lambda: [
                json.loads(message["Body"])
                for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ())
            ]

        return read

    def test_a_text_names_the_account(self, sms, send_text, on_bus):
        """The event of a text has all nine members, the account twelve digits."""
        read = on_bus("aws.sms-voice")
        send_text()
        sms.settle()

        bodies = read()

        assert bodies
        assert [self.MEMBERS] * len(bodies) == [set(body) for body in bodies]
        assert {"123456789012"} == {body["account"] for body in bodies}

    def test_a_registration_names_the_account(self, sms, sms_client, on_bus):
        """So has the event of a registration's status."""
        read = on_bus("aws.sms-voice")
        sms_client.create_registration(RegistrationType=TOLL_FREE)
        sms.settle()

        assert [self.MEMBERS] == [set(body) for body in read()]

    def test_an_event_of_the_users_own_names_the_account(self, client, sms_client, on_bus):
        """And so has what the user puts on the bus."""
        sms_client.describe_pools()
        read = on_bus("my.app")

        client("events").put_events(Entries=[{"Source": "my.app", "DetailType": "order", "Detail": "{}"}])

        assert ["123456789012"] == [body["account"] for body in read()]


class TestReasons:
    """Evidence: terraform-provider-aws, issue 50038 and the test of pools that span countries."""

    @pytest.mark.parametrize("operation", ["associate_origination_identity", "disassociate_origination_identity"])
    def test_a_sender_id_without_its_country(self, sms_client, request_number, raises, operation):
        """The field is `senderId`, on joining a pool and on leaving it; with the country it is accepted."""
        number = request_number()
        pool = sms_client.create_pool(
            OriginationIdentity=number["PhoneNumberId"], IsoCountryCode="US", MessageType="TRANSACTIONAL"
        )["PoolId"]
        arn = sms_client.request_sender_id(SenderId="DEMOSHOP", IsoCountryCode="DE")["SenderIdArn"]
        change = getattr(sms_client, operation)
        if operation.startswith("dis"):
            sms_client.associate_origination_identity(PoolId=pool, OriginationIdentity=arn, IsoCountryCode="DE")

        with raises("ValidationException", Reason="INVALID_ARN") as response:
            change(PoolId=pool, OriginationIdentity=arn)

        assert ["senderId"] == [field["Name"] for field in response["Fields"]]
        assert "DEMOSHOP" == change(PoolId=pool, OriginationIdentity=arn, IsoCountryCode="DE")["OriginationIdentity"]


class TestRoles:
    """Evidence: terraform-provider-aws, pull request 48034, waits out this error after it has made the role."""

    @pytest.fixture
    def create(self, sms_client):
        """Create a destination that writes to CloudWatch Logs by a role."""
        sms_client.create_configuration_set(ConfigurationSetName="orders")

        def create_destination(role):
            return sms_client.create_event_destination(
                ConfigurationSetName="orders",
                EventDestinationName="logs",
                MatchingEventTypes=["ALL"],
                CloudWatchLogsDestination={"IamRoleArn": role, "LogGroupArn": LOG_GROUP},
            )

        return create_destination

    def test_a_role_of_another_service_is_refused(self, client, create, sms_client, raises):
        """A role that trusts another service cannot be assumed; no destination is made."""
        role = role_for(client, "lambda.amazonaws.com")

        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE") as response:
            create(role)

        assert [("cloudWatchLogsDestination.iamRoleArn", f"Could not assume IAM role {role}")] == [
            (field["Name"], field["Message"]) for field in response["Fields"]
        ]
        (found,) = sms_client.describe_configuration_sets()["ConfigurationSets"]
        assert [] == found["EventDestinations"]

    @pytest.mark.parametrize("services", [["sms-voice.amazonaws.com"], ["lambda.amazonaws.com", "sms-voice.amazonaws.com"]])
    def test_a_role_that_trusts_the_service_is_taken(self, client, create, services):
        """One statement that trusts the service is enough."""
        assert create(role_for(client, *services))["EventDestination"]["Enabled"]

    def test_a_role_that_nobody_made_is_taken(self, create):
        """Many set-ups name a role without making it."""
        assert create("arn:aws:iam::123456789012:role/none")["EventDestination"]["Enabled"]

    def test_a_change_tries_the_role_again(self, client, create, sms_client, raises):
        """A destination is not changed to a role that cannot be assumed."""
        create(role_for(client, "sms-voice.amazonaws.com"))
        bad = role_for(client, "lambda.amazonaws.com", name="bad")

        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE"):
            sms_client.update_event_destination(
                ConfigurationSetName="orders",
                EventDestinationName="logs",
                CloudWatchLogsDestination={"IamRoleArn": bad, "LogGroupArn": LOG_GROUP},
            )

    def test_the_role_of_a_two_way_channel_is_tried(self, client, sms_client, request_number, raises):
        """So is the role of a number's, a pool's and an agent's channel."""
        role = role_for(client, "lambda.amazonaws.com")
        two_way = {"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC, "TwoWayChannelRole": role}
        number = request_number()["PhoneNumberId"]
        agent = sms_client.create_rcs_agent()["RcsAgentId"]

        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE"):
            sms_client.update_phone_number(PhoneNumberId=number, **two_way)
        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE"):
            sms_client.update_rcs_agent(RcsAgentId=agent, **two_way)
        pool = sms_client.create_pool(OriginationIdentity=number, IsoCountryCode="US", MessageType="TRANSACTIONAL")
        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE"):
            sms_client.update_pool(PoolId=pool["PoolId"], **two_way)

    def test_the_first_api_tries_its_roles(self, client, raises):
        """A destination of `sms-voice` is refused likewise."""
        voice = client("sms-voice")
        voice.create_configuration_set(ConfigurationSetName="calls")
        sink = {"IamRoleArn": role_for(client, "lambda.amazonaws.com"), "LogGroupArn": LOG_GROUP}
        destination = {"Enabled": True, "MatchingEventTypes": ["ANSWERED"], "CloudWatchLogsDestination": sink}

        with raises("BadRequestException") as response:
            voice.create_configuration_set_event_destination(
                ConfigurationSetName="calls", EventDestinationName="logs", EventDestination=destination
            )

        assert "Could not assume IAM role" in response["Error"]["Message"]


class TestDeniedForms:
    """Evidence: a shop's log of its toll-free registration, August 2026; the guide's pages on launching an RCS agent."""

    @pytest.mark.parametrize("registration_type", [TOLL_FREE, "US_TEN_DLC_BRAND_REGISTRATION"])
    def test_a_form_with_a_hole_is_taken_and_denied(self, sms, sms_client, request_number, registration_type):
        """A form without required fields is submitted, and denied in seconds; filled, its next version is approved."""
        definitions = sms_client.describe_registration_field_definitions(RegistrationType=registration_type)
        blank = sms_client.create_registration(RegistrationType=registration_type)["RegistrationId"]
        if registration_type == TOLL_FREE:
            number = request_number(NumberType="TOLL_FREE")["PhoneNumberId"]
            sms_client.create_registration_association(RegistrationId=blank, ResourceId=number)

        submitted = sms_client.submit_registration_version(RegistrationId=blank)
        sms.clock.advance(seconds=4)

        required = {
            row["FieldPath"] for row in definitions["RegistrationFieldDefinitions"] if row["FieldRequirement"] == "REQUIRED"
        }
        (version,) = sms_client.describe_registration_versions(RegistrationId=blank)["RegistrationVersions"]
        (found,) = sms_client.describe_registrations(RegistrationIds=[blank])["Registrations"]
        values = sms_client.describe_registration_field_values(RegistrationId=blank)["RegistrationFieldValues"]
        assert ("SUBMITTED", "DENIED", "REQUIRES_UPDATES") == (
            submitted["RegistrationVersionStatus"],
            version["RegistrationVersionStatus"],
            found["RegistrationStatus"],
        )
        assert "Missing required field" in {reason["ShortDescription"] for reason in version["DeniedReasons"]}
        assert required == {row["FieldPath"] for row in values if row.get("DeniedReason") == "MISSING_REQUIRED_FIELD"}
        sms_client.create_registration_version(RegistrationId=blank)
        fill_registration(sms_client, blank)
        sms_client.submit_registration_version(RegistrationId=blank)
        sms.settle()
        (found,) = sms_client.describe_registrations(RegistrationIds=[blank])["Registrations"]
        assert ("COMPLETE", 2) == (found["RegistrationStatus"], found["ApprovedVersionNumber"])


class TestPoolsOfAgents:
    """Evidence: the user guide's steps of setting up RCS: a pool from the agent, then the numbers for fallback."""

    @pytest.mark.parametrize("two_way", [{}, {"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC}])
    def test_numbers_join_the_pool_of_an_agent(self, sms_client, request_number, raises, two_way):
        """The first number joins with its two-way settings, which are the pool's then; the second must have the same."""
        agent = sms_client.create_rcs_agent()["RcsAgentId"]
        pool = sms_client.create_pool(OriginationIdentity=agent, IsoCountryCode="ZZ", MessageType="TRANSACTIONAL")["PoolId"]
        numbers = [request_number(NumberType="TOLL_FREE")["PhoneNumberId"] for _ in range(3)]
        for number in numbers[:2]:
            sms_client.update_phone_number(PhoneNumberId=number, **two_way)
        other = {"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC + "-2"}
        sms_client.update_phone_number(PhoneNumberId=numbers[2], **other)

        for number in numbers[:2]:
            sms_client.associate_origination_identity(PoolId=pool, OriginationIdentity=number, IsoCountryCode="US")

        (found,) = sms_client.describe_pools(PoolIds=[pool])["Pools"]
        assert two_way.get("TwoWayChannelArn") == found.get("TwoWayChannelArn")
        with raises("ConflictException", Reason="TWO_WAY_CONFIG_MISMATCH"):
            sms_client.associate_origination_identity(PoolId=pool, OriginationIdentity=numbers[2], IsoCountryCode="US")


class TestShares:
    """Evidence: the user guide, "Working with shared resources", and AWS's blog on sharing begin with a resource share."""

    @pytest.fixture
    def share(self, client):
        """Share ARNs with another account."""

        def make(*arns, principal=OTHER):
            return client("ram").create_resource_share(
                name="numbers", resourceArns=list(arns), principals=[principal], allowExternalPrincipals=True
            )["resourceShare"]["resourceShareArn"]

        return make

    def test_a_number_is_shared(self, client, sms, request_number, share, raises):
        """The other account sends by the number's ARN and finds it as shared, until the share is deleted."""
        number = request_number()
        there = client("pinpoint-sms-voice-v2", account=OTHER)
        text = {"DestinationPhoneNumber": HANDSET, "MessageBody": "Hi", "OriginationIdentity": number["PhoneNumberArn"]}
        with raises("ResourceNotFoundException"):
            there.send_text_message(**text)
        arn = share(number["PhoneNumberArn"])

        there.send_text_message(**text)

        shared = there.describe_phone_numbers(Owner="SHARED")["PhoneNumbers"]
        assert [number["PhoneNumberArn"]] == [row["PhoneNumberArn"] for row in shared]
        assert [number["PhoneNumber"]] == [message.sender for message in sms.inbox.messages()]
        client("ram").delete_resource_share(resourceShareArn=arn)
        with raises("ResourceNotFoundException"):
            there.send_text_message(**text)

    def test_a_third_account_is_not_meant(self, client, request_number, share):
        """A share is for its principals alone."""
        share(request_number()["PhoneNumberArn"])

        third = client("pinpoint-sms-voice-v2", account="111122223333")

        assert [] == third.describe_phone_numbers(Owner="SHARED")["PhoneNumbers"]

    def test_lists_pools_and_sender_ids_are_shared(self, client, sms_client, request_number, share):
        """So are the other kinds, and a principal may be an account's root."""
        opt_outs = sms_client.create_opt_out_list(OptOutListName="ours")["OptOutListArn"]
        sender_id = sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")["SenderIdArn"]
        number = request_number()["PhoneNumberId"]
        pool = sms_client.create_pool(OriginationIdentity=number, IsoCountryCode="US", MessageType="TRANSACTIONAL")
        share(opt_outs, sender_id, pool["PoolArn"], principal=f"arn:aws:iam::{OTHER}:root")

        there = client("pinpoint-sms-voice-v2", account=OTHER)

        assert [opt_outs] == [row["OptOutListArn"] for row in there.describe_opt_out_lists(Owner="SHARED")["OptOutLists"]]
        assert [sender_id] == [row["SenderIdArn"] for row in there.describe_sender_ids(Owner="SHARED")["SenderIds"]]
        assert [pool["PoolArn"]] == [row["PoolArn"] for row in there.describe_pools(Owner="SHARED")["Pools"]]

    @pytest.fixture
    def organization(self, client):
        """An organization with a unit within a unit, and an account in each; the ARNs and the accounts by place."""
        organizations = client("organizations")
        made = organizations.create_organization(FeatureSet="ALL")["Organization"]
        root = organizations.list_roots()["Roots"][0]["Id"]
        outer = organizations.create_organizational_unit(ParentId=root, Name="shops")["OrganizationalUnit"]
        inner = organizations.create_organizational_unit(ParentId=outer["Id"], Name="north")["OrganizationalUnit"]
        accounts = {}
        for place, parent in (("root", root), ("outer", outer["Id"]), ("inner", inner["Id"])):
            created = organizations.create_account(AccountName=place, Email=f"{place}@example.com")["CreateAccountStatus"]
            accounts[place] = created["AccountId"]
            if parent != root:
                organizations.move_account(AccountId=accounts[place], SourceParentId=root, DestinationParentId=parent)
        client("ram").enable_sharing_with_aws_organization()
        return {"organization": made["Arn"], "outer": outer["Arn"]}, accounts

    @pytest.mark.parametrize(
        ("principal", "reached"),
        [("organization", {"root", "outer", "inner"}), ("outer", {"outer", "inner"})],
    )
    def test_an_organization_or_unit_is_meant_whole(self, client, request_number, share, organization, principal, reached):
        """A share with an organization or a unit is for each account in it, those of the units within too."""
        arns, accounts = organization
        number = request_number()["PhoneNumberArn"]
        share(number, principal=arns[principal])

        found = {
            place
            for place, account in accounts.items()
            if client("pinpoint-sms-voice-v2", account=account).describe_phone_numbers(Owner="SHARED")["PhoneNumbers"]
        }

        stranger = client("pinpoint-sms-voice-v2", account=OTHER)
        assert reached == found
        assert [] == stranger.describe_phone_numbers(Owner="SHARED")["PhoneNumbers"]


def test_the_pause_is_two_minutes_at_most():
    """The strict profile's release spreads within the two minutes for which the Terraform provider retries."""
    from emulator.settings import STRICT

    assert STRICT.provisioning <= timedelta(minutes=2)
