"""What the resource types do beyond what they have in common."""

import json

import pytest

from emulator.testing import HANDSET

KEYWORDS = {"HELP": {"Message": "Ask us"}, "STOP": {"Message": "Bye"}}
NUMBER = {"IsoCountryCode": "US", "NumberType": "TEN_DLC", "NumberCapabilities": ["SMS"], "MandatoryKeywords": KEYWORDS}


def resource(kind, **properties):
    """Return a resource of a template."""
    return {"Type": f"AWS::SMSVOICE::{kind}", "Properties": properties}


def arn_of(name):
    """Return the Fn::GetAtt of an ARN."""
    return {"Fn::GetAtt": [name, "Arn"]}


def tags_of(client, arn):
    """Return the tags of a resource, by key."""
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceArn=arn)["Tags"]}


def test_keywords(stack, sms_client):
    """HELP and STOP get their texts; a keyword that is no longer named is deleted."""
    info = {"Keyword": "info", "Message": "Here", "Action": "AUTOMATIC_RESPONSE"}
    stack.create({"It": resource("PhoneNumber", **NUMBER, OptionalKeywords=[info])})

    def keywords():
        listed = sms_client.describe_keywords(OriginationIdentity=stack.physical_id("It"))["Keywords"]
        return {row["Keyword"]: row["KeywordMessage"] for row in listed}

    assert {"HELP": "Ask us", "STOP": "Bye", "INFO": "Here"} == keywords()

    stack.update(
        {"It": resource("PhoneNumber", **NUMBER | {"MandatoryKeywords": KEYWORDS | {"HELP": {"Message": "Call us"}}})}
    )
    assert {"HELP": "Call us", "STOP": "Bye"} == keywords()


def test_event_destinations(stack, sms_client, topic):
    """Destinations are added, changed, given another kind of sink, and deleted."""

    def destination(name, enabled=True, **sink):
        return {"EventDestinationName": name, "Enabled": enabled, "MatchingEventTypes": ["TEXT_ALL"], **sink}

    def listed():
        (row,) = sms_client.describe_configuration_sets()["ConfigurationSets"]
        return {each["EventDestinationName"]: (each["Enabled"], *each.keys() & sinks) for each in row["EventDestinations"]}

    sinks = {"SnsDestination", "KinesisFirehoseDestination"}
    sns = {"SnsDestination": {"TopicArn": topic}}
    firehose = {
        "KinesisFirehoseDestination": {
            "IamRoleArn": "arn:aws:iam::123456789012:role/events",
            "DeliveryStreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/events",
        }
    }
    stack.create({"It": resource("ConfigurationSet", EventDestinations=[destination("a", **sns), destination("b", **sns)])})
    assert {"a": (True, "SnsDestination"), "b": (True, "SnsDestination")} == listed()

    changed = [destination("a", enabled=False, **sns), destination("c", **firehose)]
    assert "UPDATE_COMPLETE" == stack.update({"It": resource("ConfigurationSet", EventDestinations=changed)})
    assert {"a": (False, "SnsDestination"), "c": (True, "KinesisFirehoseDestination")} == listed()

    other_sink = [destination("c", **sns)]
    assert "UPDATE_COMPLETE" == stack.update({"It": resource("ConfigurationSet", EventDestinations=other_sink)})
    assert {"c": (True, "SnsDestination")} == listed()


def test_protect_rules(stack, sms_client):
    """The rule of a country that is no longer named is to allow again."""

    def rule(iso):
        answer = sms_client.get_protect_configuration_country_rule_set(
            ProtectConfigurationId=stack.physical_id("It"), NumberCapability="SMS"
        )
        return answer["CountryRuleSet"][iso]["ProtectStatus"]

    def rules(iso):
        return {"SMS": [{"CountryCode": iso, "ProtectStatus": "BLOCK"}]}

    stack.create({"It": resource("ProtectConfiguration", CountryRuleSet=rules("FR"))})
    stack.update({"It": resource("ProtectConfiguration", CountryRuleSet=rules("DE"))})

    assert ("ALLOW", "BLOCK") == (rule("FR"), rule("DE"))


def test_resource_policy(stack, sms_client):
    """A policy is put, changed, and deleted with the stack; a resource that has one gets no second."""

    def policy(action):
        statement = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": action, "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        return resource("ResourcePolicy", ResourceArn=arn_of("List"), PolicyDocument=document)

    def kept():
        return json.loads(sms_client.get_resource_policy(ResourceArn=stack.physical_id("It"))["Policy"])

    outs = {"List": resource("OptOutList", OptOutListName="shared")}
    assert "CREATE_COMPLETE" == stack.create({"It": policy("sms-voice:DescribeOptOutLists"), **outs})
    assert "sms-voice:DescribeOptOutLists" == kept()["Statement"][0]["Action"]

    assert "UPDATE_COMPLETE" == stack.update({"It": policy("sms-voice:PutOptedOutNumber"), **outs})
    assert "sms-voice:PutOptedOutNumber" == kept()["Statement"][0]["Action"]

    assert "UPDATE_ROLLBACK_COMPLETE" == stack.update(
        {"It": policy("sms-voice:PutOptedOutNumber"), "Second": policy("*"), **outs}
    )
    assert "AlreadyExists" in stack.reason("Second", "CREATE_FAILED")
    arn = stack.physical_id("It")
    assert "UPDATE_COMPLETE" == stack.update(outs)
    assert "{}" == sms_client.get_resource_policy(ResourceArn=arn)["Policy"]


def test_verified_destination_number(stack, sms, sms_client):
    """A number stays pending, and cannot be deleted on its first day."""
    outputs = {"Ref": {"Ref": "It"}, "Status": {"Fn::GetAtt": ["It", "Status"]}}
    stack.create({"It": resource("VerifiedDestinationNumber", DestinationPhoneNumber=HANDSET)}, outputs)
    (row,) = sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]
    assert {"Ref": row["VerifiedDestinationNumberArn"], "Status": "PENDING"} == stack.outputs

    assert "DELETE_FAILED" == stack.delete()
    assert "HandlerErrorCode: ResourceConflict" in stack.reason("It", "DELETE_FAILED")

    sms.clock.advance(days=2)
    assert stack.delete() is None
    assert [] == sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]


@pytest.mark.parametrize("kind", ["OptOutList", "VerifiedDestinationNumber"])
def test_tags(stack, sms_client, kind):
    """A resource has its own tags, the stack's, and CloudFormation's own where its schema says so."""
    properties = {"DestinationPhoneNumber": HANDSET} if kind == "VerifiedDestinationNumber" else {}
    own = {"Tags": [{"Key": "team", "Value": "login"}]}
    attribute = "VerifiedDestinationNumberArn" if properties else "Arn"
    outputs = {"Arn": {"Fn::GetAtt": ["It", attribute]}}
    stack.create(
        {"It": resource(kind, **properties, **own)},
        outputs,
        Tags=[{"Key": "team", "Value": "ops"}, {"Key": "stage", "Value": "test"}],
    )
    tags = tags_of(sms_client, stack.outputs["Arn"])
    system = {key.rpartition(":")[2]: tags.pop(key) for key in list(tags) if key.startswith("aws:cloudformation:")}

    assert {"team": "login", "stage": "test"} == tags
    expected = {"stack-name": "texts", "stack-id": stack.described["StackId"], "logical-id": "It"}
    assert system == ({} if properties else expected)

    stack.update({"It": resource(kind, **properties)}, outputs, Tags=[{"Key": "stage", "Value": "live"}])
    tags = tags_of(sms_client, stack.outputs["Arn"])
    assert {"stage": "live"} == {key: value for key, value in tags.items() if not key.startswith("aws:")}


def test_generated_names_fit(stack, client):
    """A name that the template leaves out has the stack's name, the logical id, and no more than 64 characters."""
    long = "a-very-long-stack-name" * 4
    body = stack.template({"Receipts": resource("ConfigurationSet"), "TheOptOutListOfTheNewsletter": resource("OptOutList")})
    client("cloudformation").create_stack(StackName=long, TemplateBody=body)

    (row,) = client("pinpoint-sms-voice-v2").describe_configuration_sets()["ConfigurationSets"]
    assert row["ConfigurationSetName"].startswith("a-very-long-stack-name")
    assert 64 == len(row["ConfigurationSetName"])


def test_number_is_waited_for(stack, sms, sms_client):
    """A number that takes minutes to become active is active when the stack is complete."""
    sms.engine.world.settings = sms.engine.world.settings.load("friendly", {"provisioning": 120})
    started = sms.world.clock.now

    assert "CREATE_COMPLETE" == stack.create({"It": resource("PhoneNumber", **NUMBER)})

    (number,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert "ACTIVE" == number["Status"]
    assert 120 <= (sms.world.clock.now - started).total_seconds() < 300


def test_frozen_clock_does_not_wait(stack, sms, sms_client):
    """Where time stands still, a number that takes minutes does not stabilize."""
    sms.engine.world.settings = sms.engine.world.settings.load("friendly", {"provisioning": 120})
    sms.clock.freeze()

    assert "ROLLBACK_COMPLETE" == stack.create({"It": resource("PhoneNumber", **NUMBER)})
    assert "did not stabilize" in stack.reason("It", "CREATE_FAILED")


def test_injected_fault_fails_the_stack(stack, sms, sms_client):
    """A fault that is injected into an operation is what the resource fails with."""
    sms.faults.add(operation="CreateOptOutList", error="InternalServerException", times=1)

    assert "ROLLBACK_COMPLETE" == stack.create({"It": resource("OptOutList")})

    assert "HandlerErrorCode: ServiceInternalError" in stack.reason("It", "CREATE_FAILED")


def test_calls_are_logged(stack, sms):
    """The request log shows the operations that a stack called."""
    stack.create({"It": resource("OptOutList")})

    assert "CreateOptOutList" in [request["operation"] for request in sms.requests.all()]
