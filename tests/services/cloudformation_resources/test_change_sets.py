"""Change sets, as `aws cloudformation deploy` and the CDK use them."""

import pytest

from emulator.testing import raises_aws

KEYWORDS = {"HELP": {"Message": "Ask us"}, "STOP": {"Message": "Bye"}}
NUMBER = {"IsoCountryCode": "US", "NumberType": "TEN_DLC", "NumberCapabilities": ["SMS"], "MandatoryKeywords": KEYWORDS}


def outs(name):
    """Return an opt-out list."""
    return {"Type": "AWS::SMSVOICE::OptOutList", "Properties": {"OptOutListName": name}}


def number(**properties):
    """Return a phone number."""
    return {"Type": "AWS::SMSVOICE::PhoneNumber", "Properties": NUMBER | properties}


@pytest.fixture
def propose(stack):
    """Return a function that creates a change set and describes it."""

    def create(resources, outputs=None, kind="UPDATE", name="changes", sections=None, **members):
        stack.client.create_change_set(
            StackName="texts",
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateBody=stack.template(resources, outputs, **(sections or {})),
            **members,
        )
        return stack.client.describe_change_set(StackName="texts", ChangeSetName=name)

    return create


def changes(described):
    """Return the changes of a change set: action, logical id and replacement."""
    listed = [change["ResourceChange"] for change in described["Changes"]]
    return [(each["Action"], each["LogicalResourceId"], each.get("Replacement")) for each in listed]


def test_creation(stack, propose):
    """A change set creates a stack with its outputs and exports, when it is executed."""
    outputs = {"List": {"Value": {"Ref": "List"}, "Export": {"Name": "list"}}}

    described = propose({"List": outs("a")}, outputs, "CREATE")

    assert ("CREATE_COMPLETE", "AVAILABLE") == (described["Status"], described["ExecutionStatus"])
    assert [("Add", "List", None)] == changes(described)
    assert "REVIEW_IN_PROGRESS" == stack.status

    stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")
    assert ("CREATE_COMPLETE", {"List": "a"}) == (stack.status, stack.outputs)
    assert ["list"] == [each["Name"] for each in stack.client.list_exports()["Exports"]]
    executed = stack.client.describe_change_set(StackName="texts", ChangeSetName="changes")
    assert "EXECUTE_COMPLETE" == executed["ExecutionStatus"]


def test_update(stack, propose):
    """A change set says what it changes and replaces, and changes nothing before it is executed."""
    stack.create({"List": outs("a"), "Number": number(OptOutListName={"Ref": "List"}), "Gone": outs("c")}, {"Old": "x"})
    resources = {"List": outs("b"), "Number": number(OptOutListName={"Ref": "List"}), "New": outs("d")}

    described = propose(resources, {"New": {"Ref": "New"}})

    expected = [("Modify", "List", "True"), ("Modify", "Number", "False"), ("Add", "New", None), ("Remove", "Gone", None)]
    assert sorted(expected, key=str) == sorted(changes(described), key=str)
    (details,) = [
        change["ResourceChange"]["Details"]
        for change in described["Changes"]
        if change["ResourceChange"]["LogicalResourceId"] == "List"
    ]
    assert {"Attribute": "Properties", "Name": "OptOutListName", "RequiresRecreation": "Always"} == details[0]["Target"]
    assert "a" == stack.physical_id("List")

    stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")
    assert ("UPDATE_COMPLETE", {"New": "d"}, "b") == (stack.status, stack.outputs, stack.physical_id("List"))


def test_without_changes(stack, propose):
    """A change set that changes nothing has failed, in the words that tools look for."""
    resources, outputs = {"Protect": {"Type": "AWS::SMSVOICE::ProtectConfiguration"}}, {"Id": {"Ref": "Protect"}}
    stack.create(resources, outputs)

    described = propose(resources, outputs)

    assert ("FAILED", "UNAVAILABLE", []) == (described["Status"], described["ExecutionStatus"], described["Changes"])
    assert described["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(Exception, match=r"cannot be executed in its current status of \[FAILED\]"):
        stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")


def test_failed_execution(stack, propose):
    """A change set that cannot be executed rolls the stack back, and says that it has failed."""
    propose({"Number": number(OptOutListName="none")}, kind="CREATE")

    stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")

    assert "ROLLBACK_COMPLETE" == stack.status
    executed = stack.client.describe_change_set(StackName="texts", ChangeSetName="changes")
    assert "EXECUTE_FAILED" == executed["ExecutionStatus"]


def test_previous_parameters(stack, propose, sms_client):
    """UsePreviousValue keeps a parameter, a list too."""
    resources = {"Number": number(NumberCapabilities={"Ref": "Capabilities"}, OptOutListName={"Ref": "List"})}
    sections = {
        "Parameters": {"Capabilities": {"Type": "CommaDelimitedList"}, "List": {"Type": "String", "Default": "Default"}}
    }
    stack.create(resources, None, sections, Parameters=[{"ParameterKey": "Capabilities", "ParameterValue": "SMS,MMS"}])
    resources["Number"]["Properties"]["DeletionProtectionEnabled"] = True

    described = propose(
        resources, sections=sections, Parameters=[{"ParameterKey": "Capabilities", "UsePreviousValue": True}]
    )
    assert [("Modify", "Number", "False")] == changes(described)

    stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")
    (row,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert (["SMS", "MMS"], True) == (row["NumberCapabilities"], row["DeletionProtectionEnabled"])


def test_second_proposal_of_a_new_stack(stack, propose):
    """A stack that only has change sets is one stack, however many there are; the executed one leaves the others void."""
    propose({"List": outs("a")}, kind="CREATE", name="first")
    propose({"List": outs("b")}, kind="CREATE", name="second")

    assert 1 == len(stack.client.describe_stacks()["Stacks"])
    stack.client.execute_change_set(StackName="texts", ChangeSetName="second")

    assert "b" == stack.physical_id("List")
    with raises_aws("ChangeSetNotFound"):
        stack.client.describe_change_set(StackName="texts", ChangeSetName="first")


def test_change_sets_of_two_stacks(stack, propose):
    """Change sets of the same name belong to their own stacks."""
    propose({"List": outs("a")}, kind="CREATE")
    body = stack.template({"List": outs("b")})
    stack.client.create_change_set(StackName="other", ChangeSetName="changes", ChangeSetType="CREATE", TemplateBody=body)

    stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")

    assert "a" == stack.physical_id("List")
    (other,) = stack.client.describe_stacks(StackName="other")["Stacks"]
    assert "REVIEW_IN_PROGRESS" == other["StackStatus"]
    for name, status in (("texts", "EXECUTE_COMPLETE"), ("other", "AVAILABLE")):
        described = stack.client.describe_change_set(StackName=name, ChangeSetName="changes")
        (listed,) = stack.client.list_change_sets(StackName=name)["Summaries"]
        assert [status, status] == [described["ExecutionStatus"], listed["ExecutionStatus"]]


def test_creation_of_an_existing_stack(stack, propose):
    """A stack is not created twice."""
    stack.create({"List": outs("a")})

    with pytest.raises(Exception, match=r"Stack \[texts\] already exists and cannot be created again"):
        propose({"List": outs("a")}, kind="CREATE")


def test_deleted_change_set(stack, propose):
    """A deleted change set is gone, and to delete it again is no error."""
    propose({"List": outs("a")}, kind="CREATE")

    for _ in range(2):
        stack.client.delete_change_set(StackName="texts", ChangeSetName="changes")
    with raises_aws("ChangeSetNotFound"):
        stack.client.execute_change_set(StackName="texts", ChangeSetName="changes")
