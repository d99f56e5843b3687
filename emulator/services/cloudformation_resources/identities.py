"""Phone numbers, pools, sender ids and RCS agents."""

from __future__ import annotations

from typing import Any

from emulator.services.cloudformation_resources.handler import Api, Handler, OperationFailed, Properties, Row, given
from emulator.services.cloudformation_resources.replies import DEFAULTS, SETTINGS, change_keywords, setting_members

MESSAGE_TYPE = "TRANSACTIONAL"
"""The message type of numbers and pools, which the properties do not name. # unverified"""
PROTECTION = "DeletionProtectionEnabled"
MISMATCH = "_MISMATCH"
"""The end of the reasons for which an identity cannot join a pool now."""
UNSET_MEDIA = "UNSET_RCS_MEDIA_CONFIGURATION"


class PhoneNumber(Handler):
    """AWS::SMSVOICE::PhoneNumber."""

    name = "PhoneNumber"
    describe = ("DescribePhoneNumbers", "PhoneNumberIds", "PhoneNumbers")
    arn = "PhoneNumberArn"
    attributes = {"Arn": "PhoneNumberArn", "PhoneNumberId": "PhoneNumberId", "PhoneNumber": "PhoneNumber"}
    created = ("Tags", "OptOutListName", "IsoCountryCode", "NumberCapabilities", "NumberType")
    defaults = DEFAULTS

    def create(self, api: Api, desired: Properties) -> str:
        """Lease a number."""
        members = given(desired, *self.created)
        identifier: str = api.call("RequestPhoneNumber", MessageType=MESSAGE_TYPE, **members)["PhoneNumberId"]
        return identifier

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change the settings of an active number."""
        self.wait_for(api, identifier, Status="ACTIVE")
        change_keywords(api, identifier, before, desired)
        changes = self.changes(before, desired, *SETTINGS, PROTECTION)
        if changes:
            api.call("UpdatePhoneNumber", PhoneNumberId=identifier, **setting_members(changes))

    def delete(self, api: Api, identifier: str) -> None:
        """Release a number."""
        api.call("ReleasePhoneNumber", PhoneNumberId=identifier)
        self.wait_until_gone(api, identifier)


class Pool(Handler):
    """AWS::SMSVOICE::Pool."""

    name = "Pool"
    describe = ("DescribePools", "PoolIds", "Pools")
    arn = "PoolArn"
    attributes = {"Arn": "PoolArn", "PoolId": "PoolId"}
    defaults = DEFAULTS | {"SharedRoutesEnabled": False}

    def create(self, api: Api, desired: Properties) -> str:
        """Create a pool from the first of its members."""
        first = desired["OriginationIdentities"][0]
        members = self._identity(api, first) | given(desired, "Tags")
        identifier: str = api.call("CreatePool", MessageType=MESSAGE_TYPE, **members)["PoolId"]
        return identifier

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """
        Change the members and the settings of an active pool.

        Members that fit its present settings join before these change, others after. A pool always has a member.
        """
        self.wait_for(api, identifier, Status="ACTIVE")
        has = self._members(api, identifier)
        joining = [arn for arn in desired["OriginationIdentities"] if arn not in has]
        unfit = [arn for arn in joining if not self._fits(api, identifier, arn)]
        leaving = [arn for arn in has if arn not in desired["OriginationIdentities"]]
        if len(unfit) < len(desired["OriginationIdentities"]):
            # They are not to get the settings that the pool gets.
            self._remove(api, identifier, leaving)
        # A new pool has the settings of its first member.
        settings = before if before.get("OriginationIdentities") else {**before, **self._settings(api, identifier)}
        changes = self.changes(settings, desired, *SETTINGS, "SharedRoutesEnabled", PROTECTION)
        if changes:
            api.call("UpdatePool", PoolId=identifier, **setting_members(changes))
        change_keywords(api, identifier, before, desired)
        for arn in unfit:
            api.call("AssociateOriginationIdentity", PoolId=identifier, **self._identity(api, arn))
        self._remove(api, identifier, leaving)

    @staticmethod
    def _members(api: Api, identifier: str) -> list[str]:
        listed = api.call("ListPoolOriginationIdentities", PoolId=identifier, MaxResults=100)["OriginationIdentities"]
        return [row["OriginationIdentityArn"] for row in listed]

    def _remove(self, api: Api, identifier: str, arns: list[str]) -> None:
        """Remove those of the identities that are members."""
        for arn in arns:
            if arn in self._members(api, identifier):
                api.call("DisassociateOriginationIdentity", PoolId=identifier, **self._identity(api, arn))
        api.wait(lambda: not set(arns) & set(self._members(api, identifier)))

    def _fits(self, api: Api, identifier: str, arn: str) -> bool:
        """Add a member, unless its settings differ from the pool's present ones."""
        try:
            api.call("AssociateOriginationIdentity", PoolId=identifier, **self._identity(api, arn))
        except OperationFailed as error:
            if not error.reason.endswith(MISMATCH):
                raise
            return False
        return True

    def _settings(self, api: Api, identifier: str) -> dict[str, Any]:
        row = self.row(api, identifier)
        two_way = {"Enabled": row["TwoWayEnabled"]}
        for name in ("ChannelArn", "ChannelRole"):
            if row.get(f"TwoWay{name}"):
                two_way[name] = row[f"TwoWay{name}"]
        return {
            "OptOutListName": row["OptOutListName"],
            "SelfManagedOptOutsEnabled": row["SelfManagedOptOutsEnabled"],
            "TwoWay": two_way,
        }

    @staticmethod
    def _identity(api: Api, arn: str) -> dict[str, str]:
        """Return the members that name an identity, with its country."""
        kind, _, rest = arn.split(":", 5)[-1].partition("/")
        if kind == "phone-number":
            number = api.call("DescribePhoneNumbers", PhoneNumberIds=[arn])["PhoneNumbers"][0]
            return {"OriginationIdentity": arn, "IsoCountryCode": number["IsoCountryCode"]}
        if kind == "sender-id":
            return {"OriginationIdentity": arn, "IsoCountryCode": rest.rpartition("/")[2]}
        return {"OriginationIdentity": arn}

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a pool, which frees its members."""
        api.call("DeletePool", PoolId=identifier)
        self.wait_until_gone(api, identifier)


class SenderId(Handler):
    """AWS::SMSVOICE::SenderId; its identifier is `ISO|SENDER`."""

    name = "SenderId"
    describe = ("DescribeSenderIds", "SenderIds", "SenderIds")
    arn = "SenderIdArn"
    attributes = {"Arn": "SenderIdArn"}
    created = ("Tags", "IsoCountryCode", "SenderId")
    defaults = {PROTECTION: False}

    def create(self, api: Api, desired: Properties) -> str:
        """Request a sender id."""
        answer = api.call("RequestSenderId", **given(desired, *self.created))
        return f"{answer['IsoCountryCode']}|{answer['SenderId']}"

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Switch deletion protection."""
        changes = self.changes(before, desired, PROTECTION)
        if changes:
            api.call("UpdateSenderId", **self._members(identifier), **changes)

    def delete(self, api: Api, identifier: str) -> None:
        """Release a sender id."""
        api.call("ReleaseSenderId", **self._members(identifier))

    def row(self, api: Api, identifier: str) -> Row:
        """Return the sender id as it is listed."""
        row: Row = api.call("DescribeSenderIds", SenderIds=[self._members(identifier)])["SenderIds"][0]
        return row

    @staticmethod
    def _members(identifier: str) -> dict[str, str]:
        iso, _, name = identifier.partition("|")
        return {"SenderId": name, "IsoCountryCode": iso}


class RcsAgent(Handler):
    """AWS::SMSVOICE::RcsAgent."""

    name = "RcsAgent"
    describe = ("DescribeRcsAgents", "RcsAgentIds", "RcsAgents")
    arn = "RcsAgentArn"
    attributes = {
        **{name: name for name in ("RcsAgentArn", "RcsAgentId", "Status", "PoolId", "CreatedTimestamp")},
        "TestingAgent.TestingAgentStatus": "TestingAgent.Status",
        "TestingAgent.TestingAgentId": "TestingAgent.TestingAgentId",
        "TestingAgent.RegistrationId": "TestingAgent.RegistrationId",
    }
    created = ("Tags", "OptOutListName")
    defaults = {
        PROTECTION: False,
        "OptOutListName": "Default",
        "SelfManagedOptOutsEnabled": False,
        "TwoWayEnabled": True,
        "TwoWayRcsEventsEnabled": [],
    }
    settings = (
        PROTECTION,
        "OptOutListName",
        "SelfManagedOptOutsEnabled",
        "TwoWayEnabled",
        "TwoWayChannelArn",
        "TwoWayChannelRole",
        "TwoWayMediaS3BucketName",
        "TwoWayMediaS3KeyPrefix",
        "TwoWayMediaS3Role",
        "TwoWayRcsEventsEnabled",
    )

    def create(self, api: Api, desired: Properties) -> str:
        """Create an agent."""
        identifier: str = api.call("CreateRcsAgent", **given(desired, *self.created))["RcsAgentArn"]
        return identifier

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change the settings of an agent."""
        changes = self.changes(before, desired, *self.settings)
        if changes.keys() & {"TwoWayMediaS3BucketName", "TwoWayMediaS3Role"}:
            # The bucket and the role go together.
            both = ("TwoWayMediaS3BucketName", "TwoWayMediaS3KeyPrefix", "TwoWayMediaS3Role")
            changes |= given(desired, *both) or dict.fromkeys(both[::2], UNSET_MEDIA)
        members = {name: value for name, value in changes.items() if value is not None}
        if members:
            api.call("UpdateRcsAgent", RcsAgentId=identifier, **members)

    def delete(self, api: Api, identifier: str) -> None:
        """Delete an agent."""
        api.call("DeleteRcsAgent", RcsAgentId=identifier)
