"""Each resource type: created, changed in place, replaced, deleted, protected, and failed and rolled back."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest

KEYWORDS = {"HELP": {"Message": "Ask us"}, "STOP": {"Message": "Bye"}}
NUMBER = {
    "IsoCountryCode": "US",
    "NumberType": "TEN_DLC",
    "NumberCapabilities": ["SMS"],
    "MandatoryKeywords": KEYWORDS,
}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(16)).decode()
PDF = base64.b64encode(b"%PDF-1.7\n" + bytes(16)).decode()
PROTECTED = {"DeletionProtectionEnabled": True}


def get(name, attribute="Arn"):
    """Return a Fn::GetAtt."""
    return {"Fn::GetAtt": [name, attribute]}


def ref(name):
    """Return a Ref."""
    return {"Ref": name}


@dataclass(frozen=True)
class Case:
    """
    A resource type.

    Attributes:
        properties: of the resource `It`.
        listing: the method that lists such resources, and the key of its rows.
        identifier: returns what Ref gives, from a row.
        attributes: by the name for Fn::GetAtt, the member of a row.
        others: further resources in the template.
        changed: properties that are changed in place, and the members of the row that follow.
        recreated: properties that take a new resource; None if there are none.
        refused: properties that are valid, but that the API refuses; and a part of its reason.
        protects: whether the type has deletion protection.
    """

    properties: dict[str, Any]
    listing: tuple[str, str]
    identifier: Any
    attributes: dict[str, str]
    others: dict[str, Any] = field(default_factory=dict)
    changed: tuple[dict[str, Any], dict[str, Any]] | None = None
    recreated: dict[str, Any] | None = None
    refused: tuple[dict[str, Any], str] | None = None
    protects: bool = False

    def resources(self, name, *changes):
        """Return the resources of a template, `It` with these changes of its properties."""
        properties = dict(self.properties)
        for change in changes:
            properties |= change
        return {"It": {"Type": f"AWS::SMSVOICE::{name}", "Properties": properties}, **self.others}

    def rows(self, client):
        """Return what the API lists."""
        method, key = self.listing
        return getattr(client, method)()[key]


def same(*names):
    """Return attributes that are named like the members of the row."""
    return {name: name for name in names}


CASES = {
    "ConfigurationSet": Case(
        {"ConfigurationSetName": "receipts"},
        ("describe_configuration_sets", "ConfigurationSets"),
        lambda row: row["ConfigurationSetName"],
        {"Arn": "ConfigurationSetArn"},
        others={
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Protect": {"Type": "AWS::SMSVOICE::ProtectConfiguration"},
        },
        changed=(
            {
                "DefaultSenderId": "SHOP",
                "MessageFeedbackEnabled": True,
                "ProtectConfigurationId": ref("Protect"),
                "EventDestinations": [
                    {
                        "EventDestinationName": "all",
                        "Enabled": False,
                        "MatchingEventTypes": ["TEXT_ALL"],
                        "SnsDestination": {"TopicArn": ref("Topic")},
                    }
                ],
            },
            {"DefaultSenderId": "SHOP", "DefaultMessageFeedbackEnabled": True},
        ),
        recreated={"ConfigurationSetName": "others"},
        refused=({"ProtectConfigurationId": "protect-0"}, 'ResourceType="protect-configuration"'),
    ),
    "OptOutList": Case(
        {"OptOutListName": "news"},
        ("describe_opt_out_lists", "OptOutLists"),
        lambda row: row["OptOutListName"],
        {"Arn": "OptOutListArn"},
        recreated={"OptOutListName": "offers"},
        refused=({"OptOutListName": "Default"}, "RESOURCE_ALREADY_EXISTS"),
    ),
    "PhoneNumber": Case(
        NUMBER,
        ("describe_phone_numbers", "PhoneNumbers"),
        lambda row: row["PhoneNumberId"],
        {"Arn": "PhoneNumberArn", **same("PhoneNumberId", "PhoneNumber")},
        others={"Topic": {"Type": "AWS::SNS::Topic"}, "Outs": {"Type": "AWS::SMSVOICE::OptOutList"}},
        changed=(
            {
                "TwoWay": {"Enabled": True, "ChannelArn": ref("Topic")},
                "SelfManagedOptOutsEnabled": True,
                "OptOutListName": ref("Outs"),
            },
            {"TwoWayEnabled": True, "SelfManagedOptOutsEnabled": True},
        ),
        recreated={"NumberCapabilities": ["SMS", "MMS"]},
        refused=({"OptOutListName": "none"}, 'ResourceId="none"'),
        protects=True,
    ),
    "Pool": Case(
        {"OriginationIdentities": [get("Number")], "MandatoryKeywords": KEYWORDS},
        ("describe_pools", "Pools"),
        lambda row: row["PoolId"],
        {"Arn": "PoolArn", "PoolId": "PoolId"},
        others={
            "Number": {"Type": "AWS::SMSVOICE::PhoneNumber", "Properties": NUMBER},
            "Second": {"Type": "AWS::SMSVOICE::PhoneNumber", "Properties": NUMBER},
            "Topic": {"Type": "AWS::SNS::Topic"},
        },
        changed=(
            {
                "OriginationIdentities": [get("Second")],
                "SharedRoutesEnabled": True,
                "TwoWay": {"Enabled": True, "ChannelArn": ref("Topic")},
                "OptionalKeywords": [{"Keyword": "info", "Message": "Here", "Action": "AUTOMATIC_RESPONSE"}],
            },
            {"SharedRoutesEnabled": True, "TwoWayEnabled": True},
        ),
        refused=({"OptOutListName": "none"}, 'ResourceId="none"'),
        protects=True,
    ),
    "ProtectConfiguration": Case(
        {"CountryRuleSet": {"SMS": [{"CountryCode": "FR", "ProtectStatus": "BLOCK"}]}},
        ("describe_protect_configurations", "ProtectConfigurations"),
        lambda row: row["ProtectConfigurationId"],
        {"Arn": "ProtectConfigurationArn", "ProtectConfigurationId": "ProtectConfigurationId"},
        changed=(
            {
                "CountryRuleSet": {"SMS": [{"CountryCode": "DE", "ProtectStatus": "BLOCK"}]},
                "DeletionProtectionEnabled": True,
            },
            {"DeletionProtectionEnabled": True},
        ),
        refused=({"CountryRuleSet": {"SMS": [{"CountryCode": "ZZ", "ProtectStatus": "BLOCK"}]}}, "Fields"),
        protects=True,
    ),
    "SenderId": Case(
        {"IsoCountryCode": "GB", "SenderId": "SHOP"},
        ("describe_sender_ids", "SenderIds"),
        lambda row: f"{row['IsoCountryCode']}|{row['SenderId']}",
        {"Arn": "SenderIdArn"},
        changed=({"DeletionProtectionEnabled": True}, {"DeletionProtectionEnabled": True}),
        recreated={"SenderId": "STORE"},
        refused=({"IsoCountryCode": "US"}, "SENDER_ID_NOT_SUPPORTED"),
        protects=True,
    ),
    "NotifyConfiguration": Case(
        {"DisplayName": "Shop", "UseCase": "CODE_VERIFICATION", "EnabledChannels": ["SMS"]},
        ("describe_notify_configurations", "NotifyConfigurations"),
        lambda row: row["NotifyConfigurationArn"],
        same(
            "NotifyConfigurationArn",
            "NotifyConfigurationId",
            "Status",
            "Tier",
            "TierUpgradeStatus",
            "CreatedTimestamp",
        ),
        changed=(
            {"EnabledChannels": ["SMS", "VOICE"], "EnabledCountries": ["GB"]},
            {"EnabledChannels": ["SMS", "VOICE"], "EnabledCountries": ["GB"]},
        ),
        recreated={"DisplayName": "Store"},
        refused=({"PoolId": "pool-0"}, 'ResourceType="pool"'),
        protects=True,
    ),
    "RcsAgent": Case(
        {},
        ("describe_rcs_agents", "RcsAgents"),
        lambda row: row["RcsAgentArn"],
        same("RcsAgentArn", "RcsAgentId", "Status", "PoolId", "CreatedTimestamp")
        | {f"TestingAgent.{name}": "" for name in ("TestingAgentStatus", "TestingAgentId", "RegistrationId")},
        others={"Topic": {"Type": "AWS::SNS::Topic"}},
        changed=(
            {"TwoWayChannelArn": ref("Topic"), "SelfManagedOptOutsEnabled": True, "TwoWayRcsEventsEnabled": ["ALL"]},
            {"SelfManagedOptOutsEnabled": True, "TwoWayRcsEventsEnabled": ["ALL"]},
        ),
        refused=({"OptOutListName": "none"}, 'ResourceId="none"'),
        protects=True,
    ),
    "Registration": Case(
        {"RegistrationType": "US_TEN_DLC_BRAND_REGISTRATION"},
        ("describe_registrations", "Registrations"),
        lambda row: row["RegistrationArn"],
        same("RegistrationArn", "RegistrationId", "RegistrationStatus", "CurrentVersionNumber", "CreatedTimestamp"),
        recreated={"RegistrationType": "US_TOLL_FREE_REGISTRATION"},
        refused=({"RegistrationType": "NONE"}, "Validation failed"),
    ),
    "RegistrationAttachment": Case(
        {"AttachmentBody": PNG},
        ("describe_registration_attachments", "RegistrationAttachments"),
        lambda row: row["RegistrationAttachmentArn"],
        same("RegistrationAttachmentArn", "RegistrationAttachmentId", "AttachmentStatus", "CreatedTimestamp")
        | {"UploadedAttachmentUrl": ""},
        recreated={"AttachmentBody": PDF},
        refused=({"AttachmentBody": base64.b64encode(b"text").decode()}, "ATTACHMENT_TYPE_NOT_SUPPORTED"),
    ),
}
"""By the last part of the type's name."""


RECREATED = [name for name, case in CASES.items() if case.recreated is not None]
CHANGED = [name for name, case in CASES.items() if case.changed is not None]
PROTECTING = [name for name, case in CASES.items() if case.protects]


@pytest.fixture
def rows(sms_client):
    """Return a function that lists the resources of a type that the account had not at the start."""
    before = {name: [case.identifier(row) for row in case.rows(sms_client)] for name, case in CASES.items()}

    def listed(name):
        return [row for row in CASES[name].rows(sms_client) if CASES[name].identifier(row) not in before[name]]

    return listed


@pytest.fixture
def row(rows):
    """Return a function that gives the resource of a type that there is besides those that others need."""
    return lambda name, stack: next(row for row in rows(name) if CASES[name].identifier(row) == stack.physical_id("It"))


@pytest.mark.parametrize("name", CASES)
def test_created(stack, row, name):
    """Ref gives the identifier, and Fn::GetAtt whatever the resource shows of itself."""
    case = CASES[name]
    outputs = {"Ref": ref("It")} | {key.replace(".", ""): get("It", key) for key in case.attributes}

    assert "CREATE_COMPLETE" == stack.create(case.resources(name), outputs)

    it = row(name, stack)
    expected = {key.replace(".", ""): it.get(member) for key, member in case.attributes.items()}
    shown = {key: f"{value:%Y-%m-%dT%H:%M}" if key == "CreatedTimestamp" else str(value) for key, value in expected.items()}
    given = {
        key: value[: len("2026-01-01T00:00")] if key == "CreatedTimestamp" else value for key, value in stack.outputs.items()
    }
    assert {key: value for key, value in shown.items() if value != "None"} | {"Ref": case.identifier(it)} == given


@pytest.mark.parametrize("name", CHANGED)
def test_changed_in_place(stack, row, name):
    """A property that is not create-only changes the resource, and leaving it out changes it back."""
    case = CASES[name]
    stack.create(case.resources(name))
    before = row(name, stack)
    properties, members = case.changed

    assert "UPDATE_COMPLETE" == stack.update(case.resources(name, properties))
    assert members == {key: row(name, stack).get(key) for key in members}

    assert "UPDATE_COMPLETE" == stack.update(case.resources(name))
    assert {key: before.get(key) or None for key in members} == {key: row(name, stack).get(key) or None for key in members}
    assert case.identifier(before) == stack.physical_id("It")


@pytest.mark.parametrize("name", RECREATED)
def test_replaced(stack, rows, name):
    """A create-only property takes a new resource; the old one is deleted afterwards."""
    case = CASES[name]
    stack.create(case.resources(name))
    old = stack.physical_id("It")

    assert "UPDATE_COMPLETE" == stack.update(case.resources(name, case.recreated))

    assert old != stack.physical_id("It")
    assert [stack.physical_id("It")] == [case.identifier(row) for row in rows(name)]
    created = ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    replaced = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert created + replaced == [status for _, status in stack.events("It")]


@pytest.mark.parametrize("name", CASES)
def test_deleted(stack, rows, name):
    """Nothing is left when the stack is deleted."""
    stack.create(CASES[name].resources(name))

    assert stack.delete() is None
    assert [] == rows(name)


@pytest.mark.parametrize("name", PROTECTING)
def test_protected(stack, rows, name):
    """A protected resource stays, and so does its stack, until an update switches the protection off."""
    case = CASES[name]
    stack.create(case.resources(name, PROTECTED))

    assert "DELETE_FAILED" == stack.delete()

    assert "DELETION_PROTECTION_ENABLED" in stack.reason("It", "DELETE_FAILED")
    assert "The following resource(s) failed to delete: [It]. " == stack.described["StackStatusReason"]
    assert stack.physical_id("It") in [case.identifier(row) for row in rows(name)]


@pytest.mark.parametrize("name", PROTECTING)
def test_protection_switched_off(stack, rows, name):
    """An update that leaves the protection out switches it off, and the stack can be deleted."""
    stack.create(CASES[name].resources(name, PROTECTED))
    stack.update(CASES[name].resources(name))

    assert stack.delete() is None
    assert [] == rows(name)


@pytest.mark.parametrize("name", CASES)
def test_failed_and_rolled_back(stack, rows, name):
    """What the API refuses fails the stack with the API's reason, and nothing is left."""
    properties, reason = CASES[name].refused

    assert "ROLLBACK_COMPLETE" == stack.create(CASES[name].resources(name, properties))

    assert reason in stack.reason("It", "CREATE_FAILED")
    assert stack.reason("It", "CREATE_FAILED").startswith('Resource handler returned message: "')
    failed = "The following resource(s) failed to create: [It]. Rollback requested by user."
    assert failed == stack.reason("texts", "ROLLBACK_IN_PROGRESS")
    assert [] == rows(name)
    assert stack.delete() is None
