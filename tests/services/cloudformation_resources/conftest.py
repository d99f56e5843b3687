"""Stacks of the resource types, by boto3."""

import json

import pytest

KEYWORDS = {"HELP": {"Message": "Ask us"}, "STOP": {"Message": "Bye"}}
NUMBER = {
    "IsoCountryCode": "US",
    "NumberType": "TEN_DLC",
    "NumberCapabilities": ["SMS"],
    "MandatoryKeywords": KEYWORDS,
}


class Stack:
    """A stack named `texts`."""

    name = "texts"

    def __init__(self, client):
        self.client = client

    @staticmethod
    def template(resources, outputs=None, **sections):
        """Return the text of a template; an output is a value, or a whole entry with a Value."""
        entries = {
            name: value if isinstance(value, dict) and "Value" in value else {"Value": value}
            for name, value in (outputs or {}).items()
        }
        return json.dumps({"Resources": resources, **({"Outputs": entries} if entries else {}), **sections})

    def create(self, resources, outputs=None, sections=None, **members):
        """Create the stack; returns its status."""
        body = self.template(resources, outputs, **(sections or {}))
        self.client.create_stack(StackName=self.name, TemplateBody=body, **members)
        return self.status

    def update(self, resources, outputs=None, sections=None, **members):
        """Update the stack; returns its status."""
        body = self.template(resources, outputs, **(sections or {}))
        self.client.update_stack(StackName=self.name, TemplateBody=body, **members)
        return self.status

    def delete(self, **members):
        """Delete the stack, and return its status, or None if it is gone."""
        self.client.delete_stack(StackName=self.name, **members)
        listed = [stack for stack in self.client.describe_stacks()["Stacks"] if stack["StackName"] == self.name]
        return listed[0]["StackStatus"] if listed else None

    @property
    def described(self):
        """The stack as DescribeStacks lists it."""
        return self.client.describe_stacks(StackName=self.name)["Stacks"][0]

    @property
    def status(self):
        """The status of the stack."""
        return self.described["StackStatus"]

    @property
    def outputs(self):
        """The outputs by their keys."""
        return {output["OutputKey"]: output["OutputValue"] for output in self.described.get("Outputs", ())}

    def physical_id(self, name):
        """Return what Ref gives for a resource."""
        detail = self.client.describe_stack_resource(StackName=self.name, LogicalResourceId=name)
        return detail["StackResourceDetail"]["PhysicalResourceId"]

    def events(self, *names):
        """Return the statuses of these resources in order, each with its name; without names, of all."""
        listed = reversed(self.client.describe_stack_events(StackName=self.name)["StackEvents"])
        return [
            (event["LogicalResourceId"], event["ResourceStatus"])
            for event in listed
            if not names or event["LogicalResourceId"] in names
        ]

    def reason(self, name, status):
        """Return the last reason with which a resource, or the stack, got a status."""
        listed = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return next(
            event.get("ResourceStatusReason")
            for event in listed
            if (event["LogicalResourceId"], event["ResourceStatus"]) == (name, status)
        )


@pytest.fixture
def stack(client):
    """A stack that does not exist yet."""
    return Stack(client("cloudformation"))


@pytest.fixture
def topic(client):
    """The ARN of a topic."""
    return client("sns").create_topic(Name="replies")["TopicArn"]
