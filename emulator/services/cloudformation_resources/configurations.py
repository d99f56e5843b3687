"""Configuration sets, opt-out lists, protect and Notify configurations, and resource policies."""

from __future__ import annotations

import json
from typing import Any

from emulator.services.cloudformation_resources.handler import Api, Handler, OperationFailed, Properties, Row, given

PROTECTION = "DeletionProtectionEnabled"
SINKS = ("CloudWatchLogsDestination", "KinesisFirehoseDestination", "SnsDestination")
CAPABILITIES = ("SMS", "VOICE", "MMS")
ALLOWED = "ALLOW"
"""The rule of a country that the properties do not name."""
NO_TEMPLATE, NO_POOL = "UNSET_DEFAULT_TEMPLATE", "UNSET_DEFAULT_POOL_FOR_NOTIFY"
NO_POLICY = "{}"


class ConfigurationSet(Handler):
    """AWS::SMSVOICE::ConfigurationSet."""

    name = "ConfigurationSet"
    describe = ("DescribeConfigurationSets", "ConfigurationSetNames", "ConfigurationSets")
    arn = "ConfigurationSetArn"
    attributes = {"Arn": "ConfigurationSetArn"}
    created = ("Tags", "ConfigurationSetName")
    defaults = {"MessageFeedbackEnabled": False}

    def create(self, api: Api, desired: Properties) -> str:
        """Create a set without destinations."""
        name: str = api.call("CreateConfigurationSet", **given(desired, *self.created))["ConfigurationSetName"]
        return name

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change the defaults, the protect configuration and the destinations of a set."""
        own = {"ConfigurationSetName": identifier}
        changes = self.changes(before, desired, "DefaultSenderId", "MessageFeedbackEnabled", "ProtectConfigurationId")
        if "DefaultSenderId" in changes:
            sender = changes["DefaultSenderId"]
            api.call("SetDefaultSenderId", **own, SenderId=sender) if sender else api.call("DeleteDefaultSenderId", **own)
        if "MessageFeedbackEnabled" in changes:
            enabled = changes["MessageFeedbackEnabled"]
            api.call("SetDefaultMessageFeedbackEnabled", **own, MessageFeedbackEnabled=enabled)
        row = self.row(api, identifier)
        if "ProtectConfigurationId" in changes:
            self._protect(api, own, row.get("ProtectConfigurationId"), changes["ProtectConfigurationId"])
        self._change_destinations(api, own, row, desired.get("EventDestinations") or [])

    @staticmethod
    def _protect(api: Api, own: dict[str, str], now: str | None, wanted: str | None) -> None:
        wanted = wanted.rpartition("/")[2] if wanted else None
        if now == wanted:
            return
        if now is not None:
            api.call("DisassociateProtectConfiguration", **own, ProtectConfigurationId=now)
        if wanted is not None:
            api.call("AssociateProtectConfiguration", **own, ProtectConfigurationId=wanted)

    @staticmethod
    def _change_destinations(api: Api, own: dict[str, str], row: Row, wanted: list[dict[str, Any]]) -> None:
        listed = {each["EventDestinationName"]: each for each in row["EventDestinations"]}
        named = {each["EventDestinationName"]: each for each in wanted}
        # The kind of sink of a destination cannot change; it is deleted first, for a set has five at most.
        stays = {
            name
            for name, each in named.items()
            if name in listed and set(listed[name]) & set(SINKS) == set(each) & set(SINKS)
        }
        for name in listed:
            if name not in stays:
                api.call("DeleteEventDestination", **own, EventDestinationName=name)
        for name, each in named.items():
            members = given(each, "EventDestinationName", "MatchingEventTypes", *SINKS)
            if name not in stays:
                api.call("CreateEventDestination", **own, **members)
                if not each["Enabled"]:
                    api.call("UpdateEventDestination", **own, EventDestinationName=name, Enabled=False)
            elif any(listed[name].get(member) != value for member, value in each.items()):
                api.call("UpdateEventDestination", **own, **members, Enabled=each["Enabled"])

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a set."""
        api.call("DeleteConfigurationSet", ConfigurationSetName=identifier)


class OptOutList(Handler):
    """AWS::SMSVOICE::OptOutList."""

    name = "OptOutList"
    describe = ("DescribeOptOutLists", "OptOutListNames", "OptOutLists")
    arn = "OptOutListArn"
    attributes = {"Arn": "OptOutListArn"}
    created = ("Tags", "OptOutListName")

    def create(self, api: Api, desired: Properties) -> str:
        """Create a list."""
        name: str = api.call("CreateOptOutList", **given(desired, *self.created))["OptOutListName"]
        return name

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a list that nothing uses."""
        api.call("DeleteOptOutList", OptOutListName=identifier)


class ProtectConfiguration(Handler):
    """AWS::SMSVOICE::ProtectConfiguration."""

    name = "ProtectConfiguration"
    describe = ("DescribeProtectConfigurations", "ProtectConfigurationIds", "ProtectConfigurations")
    arn = "ProtectConfigurationArn"
    attributes = {"Arn": "ProtectConfigurationArn", "ProtectConfigurationId": "ProtectConfigurationId"}
    defaults = {PROTECTION: False}

    def create(self, api: Api, desired: Properties) -> str:
        """Create a configuration that allows everything."""
        answer = api.call("CreateProtectConfiguration", **given(desired, "Tags"))
        identifier: str = answer["ProtectConfigurationId"]
        return identifier

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change the rules and the deletion protection."""
        own = {"ProtectConfigurationId": identifier}
        had, wanted = (each.get("CountryRuleSet") or {} for each in (before, desired))
        for capability in CAPABILITIES:
            rules = {entry["CountryCode"]: entry["ProtectStatus"] for entry in wanted.get(capability) or ()}
            unnamed = {entry["CountryCode"]: ALLOWED for entry in had.get(capability) or ()}
            updates = {iso: {"ProtectStatus": status} for iso, status in (unnamed | rules).items()}
            if updates and had.get(capability) != wanted.get(capability):
                api.call(
                    "UpdateProtectConfigurationCountryRuleSet",
                    **own,
                    NumberCapability=capability,
                    CountryRuleSetUpdates=updates,
                )
        changes = self.changes(before, desired, PROTECTION)
        if changes:
            api.call("UpdateProtectConfiguration", **own, **changes)

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a configuration that nothing uses."""
        api.call("DeleteProtectConfiguration", ProtectConfigurationId=identifier)


class NotifyConfiguration(Handler):
    """AWS::SMSVOICE::NotifyConfiguration."""

    name = "NotifyConfiguration"
    describe = ("DescribeNotifyConfigurations", "NotifyConfigurationIds", "NotifyConfigurations")
    arn = "NotifyConfigurationArn"
    attributes = {
        name: name
        for name in (
            "NotifyConfigurationArn",
            "NotifyConfigurationId",
            "Status",
            "Tier",
            "TierUpgradeStatus",
            "CreatedTimestamp",
        )
    }
    changeable = ("EnabledChannels", "EnabledCountries", "DefaultTemplateId", "PoolId")
    created = ("Tags", "DisplayName", "UseCase", *changeable)
    defaults = {PROTECTION: False, "EnabledCountries": [], "DefaultTemplateId": NO_TEMPLATE, "PoolId": NO_POOL}

    def create(self, api: Api, desired: Properties) -> str:
        """Create a configuration."""
        answer = api.call("CreateNotifyConfiguration", **given(desired, *self.created))
        identifier: str = answer["NotifyConfigurationArn"]
        return identifier

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change a configuration; what is no longer named is unset."""
        changes = self.changes(before, desired, *self.changeable, PROTECTION)
        if changes:
            api.call("UpdateNotifyConfiguration", NotifyConfigurationId=identifier, **changes)

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a configuration."""
        api.call("DeleteNotifyConfiguration", NotifyConfigurationId=identifier)


class ResourcePolicy(Handler):
    """AWS::SMSVOICE::ResourcePolicy; its identifier is the ARN of the resource."""

    name = "ResourcePolicy"
    attributes = {}
    created = ("ResourceArn", "PolicyDocument")

    def create(self, api: Api, desired: Properties) -> str:
        """Set the policy of a resource that has none."""
        arn: str = desired["ResourceArn"]
        if api.call("GetResourcePolicy", ResourceArn=arn)["Policy"] != NO_POLICY:
            raise OperationFailed("ConflictException", f"{arn} has a policy already", "RESOURCE_ALREADY_EXISTS")
        self._put(api, arn, desired)
        return arn

    @staticmethod
    def _put(api: Api, arn: str, desired: Properties) -> None:
        api.call("PutResourcePolicy", ResourceArn=arn, Policy=json.dumps(desired["PolicyDocument"]))

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change the policy."""
        if self.changes(before, desired, "PolicyDocument"):
            self._put(api, identifier, desired)

    def delete(self, api: Api, identifier: str) -> None:
        """Delete the policy."""
        api.call("DeleteResourcePolicy", ResourceArn=identifier)
