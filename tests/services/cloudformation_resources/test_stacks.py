"""Stacks: order, conditions, roll-back, clean-up, policies, outputs and imports, by the resources of this API."""

import threading

import pytest

from emulator import mock_sms

KEYWORDS = {"HELP": {"Message": "Ask us"}, "STOP": {"Message": "Bye"}}
NUMBER = {"IsoCountryCode": "US", "NumberType": "TEN_DLC", "NumberCapabilities": ["SMS"], "MandatoryKeywords": KEYWORDS}


def resource(kind, /, *, properties=None, **attributes):
    """Return a resource of a template, with attributes such as DeletionPolicy."""
    return {"Type": f"AWS::SMSVOICE::{kind}", "Properties": properties or {}, **attributes}


def outs(name, **attributes):
    """Return an opt-out list."""
    return resource("OptOutList", properties={"OptOutListName": name}, **attributes)


def number(**properties):
    """Return a phone number."""
    return resource("PhoneNumber", properties=NUMBER | properties)


BROKEN = resource("ConfigurationSet", properties={"ProtectConfigurationId": "protect-0"})
"""What the API refuses."""


@pytest.fixture
def lists(sms_client):
    """Return a function that gives the names of the opt-out lists."""
    return lambda: [
        row["OptOutListName"]
        for row in sms_client.describe_opt_out_lists()["OptOutLists"]
        if row["OptOutListName"] != "Default"
    ]


# --- Creation ---------------------------------------------------------------------------------------------------------


def test_order(stack):
    """What a resource refers to, or depends on, is created before it and deleted after it."""
    resources = {
        "Number": number(OptOutListName={"Fn::Sub": "${List}"}),
        "List": outs("a", DependsOn="Set"),
        "Set": resource("ConfigurationSet"),
    }
    stack.create(resources)
    created = [name for name, status in stack.events() if status == "CREATE_COMPLETE"]
    stack_id = stack.described["StackId"]
    stack.delete()

    listed = reversed(stack.client.describe_stack_events(StackName=stack_id)["StackEvents"])
    deleted = [event["LogicalResourceId"] for event in listed if event["ResourceStatus"] == "DELETE_COMPLETE"]
    assert (["Set", "List", "Number", "texts"], ["Number", "List", "Set", "texts"]) == (created, deleted)


def test_failure_rolls_back(stack, lists):
    """A resource that fails takes with it what was created before; the stack can then only be deleted."""
    resources = {"List": outs("a"), "Broken": {**BROKEN, "DependsOn": "List"}, "After": outs("b", DependsOn="Broken")}

    assert "ROLLBACK_COMPLETE" == stack.create(resources)

    assert [] == lists()
    assert ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"] == [
        status for _, status in stack.events("List")
    ]
    assert [] == stack.events("After")
    with pytest.raises(Exception, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stack.update({"List": outs("a")})


def test_reading_creates_nothing(stack, sms_client):
    """Whoever lists the resources of a failed stack finds none, and makes none."""
    stack.create({"Broken": BROKEN})

    for read in ("describe_stack_resources", "list_stack_resources"):
        rows = getattr(stack.client, read)(StackName="texts")
        statuses = [row["ResourceStatus"] for row in rows.get("StackResources") or rows["StackResourceSummaries"]]
        assert ["CREATE_FAILED"] == statuses
    assert [] == sms_client.describe_configuration_sets()["ConfigurationSets"]


def test_failure_without_rollback(stack, lists):
    """With DisableRollback, what was created stays, and a corrected template goes on from there."""
    broken = {"List": outs("a"), "Broken": {**BROKEN, "DependsOn": "List"}}

    assert "CREATE_FAILED" == stack.create(broken, DisableRollback=True)
    assert ["a"] == lists()

    assert "UPDATE_COMPLETE" == stack.update({"List": outs("a"), "Broken": resource("ConfigurationSet")})
    assert ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"] == [status for _, status in stack.events("List")]


def test_failure_deletes(stack, lists):
    """With OnFailure=DELETE the stack itself is gone."""
    body = stack.template({"List": outs("a"), "Broken": {**BROKEN, "DependsOn": "List"}})

    created = stack.client.create_stack(StackName="texts", TemplateBody=body, OnFailure="DELETE")

    assert [] == lists()
    assert [] == stack.client.describe_stacks()["Stacks"]
    (deleted,) = stack.client.describe_stacks(StackName=created["StackId"])["Stacks"]
    assert "DELETE_COMPLETE" == deleted["StackStatus"]


def test_conditions(stack, lists):
    """A resource whose condition does not hold is not there; it comes and goes with the parameter."""
    resources = {"List": outs("a"), "Second": outs("b", Condition="IsLive")}
    sections = {
        "Parameters": {"Stage": {"Type": "String", "Default": "test"}},
        "Conditions": {"IsLive": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}},
    }
    outputs = {"Second": {"Value": {"Ref": "Second"}, "Condition": "IsLive"}}

    stack.create(resources, outputs, sections)
    assert (["a"], {}) == (lists(), stack.outputs)

    stack.update(resources, outputs, sections, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "live"}])
    assert (["a", "b"], {"Second": "b"}) == (lists(), stack.outputs)

    stack.update(resources, outputs, sections)
    assert (["a"], {}) == (lists(), stack.outputs)


# --- Updates ----------------------------------------------------------------------------------------------------------


def test_update_adds_before_it_removes(stack, lists):
    """An opt-out list that is taken off its number can be removed in the same update."""
    stack.create({"List": outs("a"), "Number": number(OptOutListName={"Ref": "List"})})

    assert "UPDATE_COMPLETE" == stack.update({"Other": outs("b"), "Number": number(OptOutListName={"Ref": "Other"})})

    assert ["b"] == lists()
    done = [name for name, status in stack.events() if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")]
    assert ["Other", "Number", "List", "texts"] == done[-4:]


def test_replacement_reaches_what_refers_to_it(stack, sms_client):
    """What refers to a replaced resource is updated before the old one is deleted."""
    stack.create({"List": outs("a"), "Number": number(OptOutListName={"Ref": "List"})})

    assert "UPDATE_COMPLETE" == stack.update({"List": outs("b"), "Number": number(OptOutListName={"Ref": "List"})})

    (row,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert "b" == row["OptOutListName"]


def test_failed_update_rolls_back(stack, lists, sms_client):
    """A failed update brings back what it changed, and deletes what it created; the same template is tried again."""
    before = {"List": outs("a"), "Number": number(OptOutListName={"Ref": "List"})}
    failing = {
        "List": outs("b"),
        "Number": number(OptOutListName={"Ref": "List"}),
        "Broken": {**BROKEN, "DependsOn": "Number"},
    }
    stack.create(before)

    for _ in range(2):
        assert "UPDATE_ROLLBACK_COMPLETE" == stack.update(failing)
        assert ["a"] == lists()
        (row,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
        assert "a" == row["OptOutListName"]
    reason = "The following resource(s) failed to create: [Broken]. "
    assert reason == stack.reason("texts", "UPDATE_ROLLBACK_IN_PROGRESS")
    assert "a" == stack.physical_id("List")
    assert stack.delete() is None
    assert [] == lists()


def test_failed_update_without_rollback(stack, lists, sms_client):
    """With DisableRollback a failed update stays as it is, and a corrected one goes on from there."""
    stack.create({"List": outs("a"), "Number": number()})
    failing = {"List": outs("a"), "Number": number(DeletionProtectionEnabled=True, OptOutListName="none"), "New": outs("b")}

    assert "UPDATE_FAILED" == stack.update(failing, DisableRollback=True)
    assert "UPDATE_FAILED" == stack.update(failing, DisableRollback=True)

    corrected = failing | {"Number": number(DeletionProtectionEnabled=True, OptOutListName={"Ref": "List"})}
    assert "UPDATE_COMPLETE" == stack.update(corrected)
    (row,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert ("a", True, ["a", "b"]) == (row["OptOutListName"], row["DeletionProtectionEnabled"], lists())


def test_nothing_to_update(stack):
    """The same template again is refused, also where a resource is written without properties."""
    resources = {"Protect": {"Type": "AWS::SMSVOICE::ProtectConfiguration"}}
    stack.create(resources)

    with pytest.raises(Exception, match="No updates are to be performed"):
        stack.update(resources)


def test_type_cannot_change(stack):
    """The type of a resource is refused to change."""
    stack.create({"It": outs("a")})

    with pytest.raises(Exception, match=r"Update of resource type is not permitted.*\[It\]"):
        stack.update({"It": resource("ConfigurationSet")})


def test_parameter_within_text(stack, sms_client):
    """A parameter that a property has only within a Fn::Sub changes the resource."""
    resources = {"Set": resource("ConfigurationSet", properties={"DefaultSenderId": {"Fn::Sub": "SHOP${Stage}"}})}
    sections = {"Parameters": {"Stage": {"Type": "String"}}}
    stack.create(resources, None, sections, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "A"}])

    stack.update(resources, None, sections, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "B"}])

    (row,) = sms_client.describe_configuration_sets()["ConfigurationSets"]
    assert "SHOPB" == row["DefaultSenderId"]


# --- Policies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_retained(stack, lists, policy):
    """A retained resource outlives its removal from the template."""
    stack.create({"List": outs("a", DeletionPolicy=policy), "Other": outs("b")})

    stack.update({"Other": outs("b")})
    assert ["a", "b"] == lists()
    assert ("List", "DELETE_SKIPPED") in stack.events("List")


def test_retained_when_the_stack_is_deleted(stack, lists):
    """A retained resource outlives its stack."""
    stack.create({"List": outs("a", DeletionPolicy="Retain"), "Other": outs("b")})

    assert stack.delete() is None
    assert ["a"] == lists()


@pytest.mark.parametrize(("policy", "left"), [("Retain", ["a"]), ("RetainExceptOnCreate", []), ("Delete", [])])
def test_retained_after_a_failed_creation(stack, lists, policy, left):
    """Of what a failed stack has created, only Retain keeps anything."""
    stack.create({"List": outs("a", DeletionPolicy=policy), "Broken": {**BROKEN, "DependsOn": "List"}})

    assert left == lists()


def test_replaced_and_retained(stack, lists):
    """UpdateReplacePolicy keeps the resource that was replaced."""
    stack.create({"List": outs("a", UpdateReplacePolicy="Retain")})

    stack.update({"List": outs("b", UpdateReplacePolicy="Retain")})

    assert ["a", "b"] == lists()


def test_left_over_after_an_update(stack, lists, sms_client):
    """A removed resource that cannot be deleted is left behind, and the update has succeeded."""
    stack.create({"List": outs("a"), "Other": outs("b")})
    sms_client.request_phone_number(
        IsoCountryCode="US",
        MessageType="TRANSACTIONAL",
        NumberCapabilities=["SMS"],
        NumberType="TEN_DLC",
        OptOutListName="a",
    )

    assert "UPDATE_COMPLETE" == stack.update({"Other": outs("b")})

    assert "Update successful. One or more resources could not be deleted." == stack.described["StackStatusReason"]
    assert "RESOURCE_DELETION_NOT_ALLOWED" in stack.reason("List", "DELETE_FAILED")


# --- Deletion ---------------------------------------------------------------------------------------------------------


def test_failed_deletion_spares_what_is_needed(stack, lists, sms_client):
    """What a resource needs stays if that resource cannot be deleted; the stack is listed, and can be deleted later."""
    resources = {
        "List": outs("a"),
        "Number": number(OptOutListName={"Ref": "List"}, DeletionProtectionEnabled=True),
        "Other": outs("b"),
    }
    stack.create(resources)

    assert "DELETE_FAILED" == stack.delete()
    assert ["a"] == lists()
    assert "CREATE_COMPLETE" == stack.events("List")[-1][1]

    number_id = stack.physical_id("Number")
    sms_client.update_phone_number(PhoneNumberId=number_id, DeletionProtectionEnabled=False)
    assert stack.delete() is None
    assert [] == lists()


def test_failed_deletion_can_retain(stack, sms_client):
    """A resource that cannot be deleted can be left behind."""
    stack.create({"Number": number(DeletionProtectionEnabled=True)})
    stack.delete()

    assert stack.delete(RetainResources=["Number"]) is None

    assert 1 == len(sms_client.describe_phone_numbers()["PhoneNumbers"])


def test_termination_protection(stack):
    """A stack under termination protection is not deleted."""
    stack.create({"List": outs("a")}, EnableTerminationProtection=True)

    with pytest.raises(Exception, match=r"Stack \[texts\] cannot be deleted while TerminationProtection is enabled"):
        stack.delete()

    stack.client.update_termination_protection(StackName="texts", EnableTerminationProtection=False)
    assert stack.delete() is None


# --- Outputs, exports and imports -------------------------------------------------------------------------------------


def test_imports(stack, client, lists):
    """A stack imports what another one exports, which then can be neither deleted nor changed."""
    exported = {
        "List": {
            "Value": {"Ref": "List"},
            "Description": "A list",
            "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-list"}},
        }
    }
    stack.create({"List": outs("a")}, exported)
    using = stack.template({"Number": number(OptOutListName={"Fn::ImportValue": "texts-list"})})
    stack.client.create_stack(StackName="user", TemplateBody=using)

    (row,) = client("pinpoint-sms-voice-v2").describe_phone_numbers()["PhoneNumbers"]
    assert "a" == row["OptOutListName"]
    assert [("texts-list", "a")] == [(each["Name"], each["Value"]) for each in stack.client.list_exports()["Exports"]]
    assert ["user"] == stack.client.list_imports(ExportName="texts-list")["Imports"]
    with pytest.raises(Exception, match="Export texts-list cannot be deleted as it is in use by user"):
        stack.delete()
    assert "UPDATE_ROLLBACK_COMPLETE" == stack.update({"List": outs("b")}, exported)
    assert "cannot be updated as it is in use by user" in stack.reason("texts", "UPDATE_ROLLBACK_IN_PROGRESS")

    stack.client.delete_stack(StackName="user")
    assert stack.delete() is None
    assert [] == stack.client.list_exports()["Exports"]


def test_unknown_import(stack):
    """What nobody exports cannot be imported."""
    stack.create({"Number": number(OptOutListName={"Fn::ImportValue": "none"})})

    assert "No export named none found." == stack.reason("Number", "CREATE_FAILED")


def test_export_of_another_stack(stack):
    """Two stacks cannot export the same name."""
    outputs = {"Set": {"Value": "x", "Export": {"Name": "shared"}}}
    stack.create({"List": outs("a")}, outputs)

    stack.client.create_stack(StackName="second", TemplateBody=stack.template({"List": outs("b")}, outputs))

    (second,) = stack.client.describe_stacks(StackName="second")["Stacks"]
    assert "ROLLBACK_COMPLETE" == second["StackStatus"]


# --- Places -----------------------------------------------------------------------------------------------------------


def test_accounts_and_regions(client, stack):
    """A stack belongs to the account and region of its caller, like its resources."""
    body = stack.template({"List": outs("a")}, {"Arn": {"Fn::GetAtt": ["List", "Arn"]}})
    elsewhere = client("cloudformation", account="210987654321", region="eu-central-1")
    elsewhere.create_stack(StackName="texts", TemplateBody=body)

    (described,) = elsewhere.describe_stacks()["Stacks"]
    assert "arn:aws:sms-voice:eu-central-1:210987654321:opt-out-list/a" == described["Outputs"][0]["OutputValue"]
    assert [] == stack.client.describe_stacks()["Stacks"]


def test_two_emulators(client, reach):
    """Each emulator of a process has the resources of the stacks that were deployed while it answered."""
    if reach == "server":
        pytest.skip("a server has one emulator")
    cloudformation, messaging = client("cloudformation"), client("pinpoint-sms-voice-v2")

    def names():
        return {row["OptOutListName"] for row in messaging.describe_opt_out_lists()["OptOutLists"]}

    with mock_sms():
        body = '{"Resources": {"List": {"Type": "AWS::SMSVOICE::OptOutList", "Properties": {"OptOutListName": "inner"}}}}'
        cloudformation.create_stack(StackName="inner", TemplateBody=body)
        assert {"Default", "inner"} == names()
    assert {"Default"} == names()


def test_deployments_of_one_stack_wait_for_each_other(stack, client, lists):
    """A stack that is deleted while it is created is deleted once it is there."""
    body = stack.template({f"List{number}": outs(f"list{number}") for number in range(20)})
    named = {"StackName": "texts", "TemplateBody": body}
    created = threading.Thread(target=stack.client.create_stack, kwargs=named)
    created.start()
    while created.is_alive() and not stack.client.describe_stacks()["Stacks"]:
        pass

    stack.client.delete_stack(StackName="texts")
    created.join()

    assert [] == lists()
