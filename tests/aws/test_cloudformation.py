"""Our deployment beside moto's: what moto does that CloudFormation does not; and calls without an emulator."""

import json
import subprocess
import sys

import boto3
import pytest
from botocore.parsers import ResponseParserError
from moto import mock_aws

from emulator import mock_sms

LIST = {"Type": "AWS::SMSVOICE::OptOutList", "Properties": {"OptOutListName": "a"}}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "a"}}


@pytest.fixture(params=["moto", "ours"])
def deployment(request):
    """Whose deployment it is."""
    with mock_aws():
        if request.param == "moto":
            yield "moto"
            return
        with mock_sms():
            yield "ours"


@pytest.fixture
def cloudformation(deployment):
    """A client of CloudFormation."""
    return boto3.client("cloudformation", region_name="us-east-1")


def body(resources, **sections):
    """Return the text of a template."""
    return json.dumps({"Resources": resources, **sections})


def test_events_of_resources(cloudformation, deployment):
    """Moto has no events of resources."""
    cloudformation.create_stack(StackName="s", TemplateBody=body({"Topic": TOPIC}))

    listed = cloudformation.describe_stack_events(StackName="s")["StackEvents"]
    assert ("ours" == deployment) == ("Topic" in {event["LogicalResourceId"] for event in listed})


def test_outputs_after_a_change_set(cloudformation, deployment):
    """Moto gives a stack that a change set has created no outputs."""
    cloudformation.create_change_set(
        StackName="s",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=body({"Topic": TOPIC}, Outputs={"Arn": {"Value": {"Ref": "Topic"}}}),
    )
    cloudformation.execute_change_set(StackName="s", ChangeSetName="first")

    (stack,) = cloudformation.describe_stacks()["Stacks"]
    assert ("CREATE_COMPLETE", "ours" == deployment) == (stack["StackStatus"], "Outputs" in stack)


def test_failed_creation(cloudformation, deployment):
    """Moto raises the error of a resource, and leaves the stack in creation; CloudFormation answers, and rolls back."""
    failing = {"Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {}}, "Topic": TOPIC}

    if deployment == "moto":
        with pytest.raises(ResponseParserError):
            cloudformation.create_stack(StackName="s", TemplateBody=body(failing))
    else:
        cloudformation.create_stack(StackName="s", TemplateBody=body(failing))

    (stack,) = cloudformation.describe_stacks()["Stacks"]
    assert {"moto": "CREATE_IN_PROGRESS", "ours": "ROLLBACK_COMPLETE"}[deployment] == stack["StackStatus"]
    if deployment == "ours":
        assert [] == boto3.client("sns", region_name="us-east-1").list_topics()["Topics"]


def test_retained_by_an_update(cloudformation, deployment):
    """Moto deletes what an update removes, whatever its DeletionPolicy."""
    cloudformation.create_stack(
        StackName="s",
        TemplateBody=body({"Topic": {**TOPIC, "DeletionPolicy": "Retain"}, "Other": {"Type": "AWS::SNS::Topic"}}),
    )
    cloudformation.update_stack(StackName="s", TemplateBody=body({"Other": {"Type": "AWS::SNS::Topic"}}))

    topics = boto3.client("sns", region_name="us-east-1").list_topics()["Topics"]
    assert {"moto": 1, "ours": 2}[deployment] == len(topics)


@pytest.mark.filterwarnings("ignore:Tried to parse")
def test_without_an_emulator(cloudformation, deployment):
    """A stack is moto's where no emulator answers, and our types are unknown to it."""
    cloudformation.create_stack(StackName="s", TemplateBody=body({"List": LIST, "Topic": TOPIC}))

    listed = cloudformation.list_stack_resources(StackName="s")["StackResourceSummaries"]
    types = {row.get("ResourceType") for row in listed}
    assert ("ours" == deployment) == ("AWS::SMSVOICE::OptOutList" in types)


def test_stack_that_moto_deployed():
    """A stack from before the emulator is updated and deleted by it."""
    with mock_aws():
        cloudformation = boto3.client("cloudformation", region_name="us-east-1")
        cloudformation.create_stack(StackName="s", TemplateBody=body({"Topic": TOPIC}))
        with mock_sms():
            cloudformation.update_stack(StackName="s", TemplateBody=body({"Topic": TOPIC, "List": LIST}))
            assert {"Topic", "List"} == {
                row["LogicalResourceId"]
                for row in cloudformation.list_stack_resources(StackName="s")["StackResourceSummaries"]
            }
            cloudformation.delete_stack(StackName="s")
        assert [] == cloudformation.describe_stacks()["Stacks"]
        assert [] == boto3.client("sns", region_name="us-east-1").list_topics()["Topics"]


def test_moto_is_not_loaded():
    """A process that deploys no stack loads neither moto's CloudFormation nor our handlers."""
    program = """
import sys, boto3
from emulator import mock_sms
with mock_sms() as sms:
    boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1").describe_pools()
print(sorted(name for name in sys.modules if "cloudformation" in name or name == "moto" or name.endswith("stack_resources")))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "['emulator.aws.cloudformation', 'emulator.aws.cloudformation.port']\n" == done.stdout
