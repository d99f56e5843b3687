"""The state of one account and region."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Table
from emulator.messaging.errors import ResourceNotFoundException, ServiceQuotaExceededException
from emulator.messaging.state.calls import Instructions
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.messaging.state.consent import ConsentRecord
from emulator.messaging.state.messages import Message
from emulator.messaging.state.notify import NotifyConfiguration
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST, OptOutList
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.policies import ResourcePolicy
from emulator.messaging.state.pools import Pool
from emulator.messaging.state.protect import ProtectConfiguration
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.registrations import Registration, RegistrationAttachment
from emulator.messaging.state.sender_ids import SenderId
from emulator.messaging.state.spend import Spend
from emulator.messaging.state.verified_numbers import VerifiedDestinationNumber

TAGS_PER_RESOURCE = 50
"""Source: the limit of every AWS service; the model lists up to 200 in a request."""

DAY = timedelta(days=1)
"""Quotas by the day count the last 24 hours. # unverified"""


def _table(resource_type: str, *references: str) -> Table[Any]:
    """Return a table whose rows are found by these attributes, the primary one first."""
    return Table(attrgetter(*references), partial(ResourceNotFoundException, resource_type))


class MessagingStore(Snapshotable):
    """One Table for each kind of resource; tags by ARN."""

    def __init__(self, account: str, region: str, tier: str, created: datetime) -> None:
        self.account = account
        self.region = region
        self.tier = tier
        self.enabled = True
        self.reputation = "good"
        """`good`, or `insufficient`: a new or suspect account is refused what AWS reserves."""
        self.phone_numbers: Table[PhoneNumber] = _table(
            "phone-number", "phone_number_id", "phone_number_arn", "phone_number"
        )
        self.opt_out_lists: Table[OptOutList] = _table("opt-out-list", "opt_out_list_name", "opt_out_list_arn")
        self.configuration_sets: Table[ConfigurationSet] = _table(
            "configuration-set", "configuration_set_name", "configuration_set_arn"
        )
        self.messages: dict[str, Message] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.sender_ids: Table[SenderId] = _table("sender-id", "key", "sender_id_arn")
        self.pools: Table[Pool] = _table("pool", "pool_id", "pool_arn")
        self.protect_configurations: Table[ProtectConfiguration] = _table(
            "protect-configuration", "protect_configuration_id", "protect_configuration_arn"
        )
        self.verified_numbers: Table[VerifiedDestinationNumber] = _table(
            "verified-destination-number", "verified_destination_number_id", "verified_destination_number_arn"
        )
        self.registrations: Table[Registration] = _table("registration", "registration_id", "registration_arn")
        self.registration_attachments: Table[RegistrationAttachment] = _table(
            "registration-attachment", "registration_attachment_id", "registration_attachment_arn"
        )
        self.reviewer = "approve"
        """Who reviews registrations: `approve` or `deny` by itself, or `manual` for the tester alone."""
        self.consent: list[ConsentRecord] = []
        """Every opt-out and opt-in, oldest first."""
        self.daily_counts: dict[str, list[datetime]] = {}
        """When things were made that are limited by the day, by the reason of the quota."""
        self.policies: dict[str, ResourcePolicy] = {}
        """By ARN of the resource."""
        self.account_default_protect: ProtectConfiguration | None = None
        self.spend = Spend()
        self.rates: dict[str, tuple[int, int]] = {}
        """What was counted in the present second: by what is limited, the second and the count."""
        self.windows: dict[str, deque[datetime]] = {}
        """When messages were sent that the guide's rates count, by sender and by recipient."""
        self.sticky: dict[str, tuple[str, datetime]] = {}
        """By destination: the identity that a message reached it from, and until when that holds."""
        self.receipts: dict[str, deque[bool]] = {}
        """By identity: whether its last messages arrived."""
        self.notify_configurations: Table[NotifyConfiguration] = _table(
            "notify-configuration", "notify_configuration_id", "notify_configuration_arn"
        )
        self.notify_sent: list[tuple[datetime, str, str]] = []
        """When, by which configuration and to whom Notify sent within the last day."""
        self.rcs_agents: Table[RcsAgent] = _table("rcs-agent", "rcs_agent_id", "rcs_agent_arn")
        self.calls: list[tuple[datetime, str]] = []
        """When and whom the account called within the last day."""
        self.call_instructions: dict[str, Instructions] = {}
        """By origination number: what the tester has its calls do."""
        default = self.arn("opt-out-list", DEFAULT_LIST)
        self.opt_out_lists.add(OptOutList(default, DEFAULT_LIST, created))
        self.tags[default] = {}

    def arn(self, resource_type: str, resource_id: str) -> str:
        """The ARN of a resource of this account and region."""
        return f"arn:aws:sms-voice:{self.region}:{self.account}:{resource_type}/{resource_id}"

    def is_verified(self, number: str) -> bool:
        """Whether the sandbox may send to this number."""
        return any(row.destination_phone_number == number and row.status == "VERIFIED" for row in self.verified_numbers)

    def count_daily(self, reason: str, limit: int, at: datetime) -> None:
        """
        Count one thing more in the last 24 hours.

        Raises:
            ServiceQuotaExceededException: there were as many as the quota of this reason allows.
        """
        recent = [counted for counted in self.daily_counts.get(reason, ()) if counted > at - DAY]
        if len(recent) >= limit:
            raise ServiceQuotaExceededException(reason)
        self.daily_counts[reason] = [*recent, at]

    def is_test_recipient(self, number: str, rcs_agent_id: str) -> bool:
        """Whether an agent that is not launched may send to this number."""
        return any(
            row.destination_phone_number == number and row.rcs_agent_id == rcs_agent_id and row.status == "VERIFIED"
            for row in self.verified_numbers
        )

    def forget(self, arn: str) -> None:
        """Drop what hangs on a resource that is gone: its tags and its policy."""
        self.tags.pop(arn, None)
        self.policies.pop(arn, None)

    def set_tags(self, arn: str, tags: list[dict[str, str]] | None) -> dict[str, list[dict[str, str]]]:
        """
        Keep a new resource's tags; returns them as a Create answer echoes them. Call it before the resource is added.

        Raises:
            ServiceQuotaExceededException: there are too many.
        """
        if len({tag["Key"] for tag in tags or ()}) > TAGS_PER_RESOURCE:
            raise ServiceQuotaExceededException("TAGS_PER_RESOURCE")
        self.tags[arn] = {tag["Key"]: tag["Value"] for tag in tags or ()}
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tags[arn].items()]}
