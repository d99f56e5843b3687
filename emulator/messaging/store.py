"""The messaging state of one account and region."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from emulator.kernel.compact import compact
from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Table
from emulator.messaging import regions
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
from emulator.messaging.state.recent_counts import DAY, RecentCounts
from emulator.messaging.state.registrations import Registration, RegistrationAttachment
from emulator.messaging.state.sender_ids import SenderId
from emulator.messaging.state.spend import Spend
from emulator.messaging.state.verified_numbers import VerifiedDestinationNumber
from emulator.messaging.state.whatsapp import WhatsAppState
from emulator.telecom.handsets import ByHandset

TAGS_PER_RESOURCE = 50
"""That of other AWS services. # unverified"""
"""Source: the limit of every AWS service; the model allows up to 200 in a request."""


def _table(resource_type: str, *references: str) -> Table[Any]:
    """Return a table whose rows are found by the values of these attributes, the primary one first."""
    return Table(attrgetter(*references), partial(ResourceNotFoundException, resource_type))


class MessagingStore(Snapshotable):
    """One Table for each kind of resource; the tags by ARN."""

    def __init__(self, account: str, region: str, tier: str, created: datetime) -> None:
        self.account, self.region = account, region
        self.tier = tier
        self.enabled = True
        self.reputation = "good"
        """`good`, or `insufficient`: a new or suspect account may not call the operations that AWS restricts."""
        self.phone_numbers: Table[PhoneNumber] = _table(
            "phone-number", "phone_number_id", "phone_number_arn", "phone_number"
        )
        self.opt_out_lists: Table[OptOutList] = _table("opt-out-list", "opt_out_list_name", "opt_out_list_arn")
        self.configuration_sets: Table[ConfigurationSet] = _table(
            "configuration-set", "configuration_set_name", "configuration_set_arn"
        )
        self.messages: dict[str, Message] = {}
        self.messages_to: ByHandset[Message] = ByHandset()
        """The outbound messages to each number: unlike the inbox, it keeps what the control API deletes there."""
        self.tags: dict[str, dict[str, str]] = {}
        self.sender_ids: Table[SenderId] = _table("sender-id", "key", "sender_id_arn")
        self.released_sender_ids: dict[str, datetime] = {}  # by key: until when the release is spreading
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
        """How registrations are decided: `approve` or `deny` automatically, or `manual` by the control API only."""
        self.consent: list[ConsentRecord] = []
        """Every opt-out and opt-in, oldest first."""
        self.daily_counts: dict[str, list[datetime]] = {}
        """The times at which what has a daily quota was created, by the reason of the quota."""
        self.policies: dict[str, ResourcePolicy] = {}
        """By the ARN of the resource."""
        self.account_default_protect: ProtectConfiguration | None = None
        self.spend = Spend()
        self.rates: dict[str, tuple[int, int]] = {}
        """The counts of the current second: by what is limited, the second and the count."""
        self.windows: dict[str, deque[datetime]] = {}
        """The times of the messages that the guide's rates limit, by sender and by recipient."""
        self.sticky: dict[str, tuple[str, datetime]] = {}
        """By destination: the identity whose message reached it, and the time until which that identity is preferred."""
        self.receipts: dict[str, deque[bool]] = {}
        """By identity: for each of its last messages, whether it was delivered."""
        self.notify_configurations: Table[NotifyConfiguration] = _table(
            "notify-configuration", "notify_configuration_id", "notify_configuration_arn"
        )
        self.notify_sent = RecentCounts()
        """The Notify messages, by configuration id and by destination."""
        self.rcs_agents: Table[RcsAgent] = _table("rcs-agent", "rcs_agent_id", "rcs_agent_arn")
        self.calls = RecentCounts()
        """The calls, by destination."""
        self.call_instructions: dict[str, Instructions] = {}
        """By origination number: the instructions that calls from it follow, as set by the control API."""
        self.whatsapp = WhatsAppState()
        self._add_default_list(created)

    def _add_default_list(self, created: datetime) -> None:
        default = self.arn("opt-out-list", DEFAULT_LIST)
        self.opt_out_lists.add(OptOutList(default, DEFAULT_LIST, created))
        self.tags[default] = {}

    def add_message(self, message: Message) -> None:
        """Add a message."""
        self.messages[message.message_id] = message
        if message.direction == "outbound":
            self.messages_to.add(message.to, message)

    def compact(self) -> None:
        """Free the memory of messages that have been dropped."""
        compact(self.messages)
        self.messages_to.compact()

    def drop_message(self, message: Message) -> None:
        """Drop a message, if it is there."""
        self.messages.pop(message.message_id, None)
        self.messages_to.remove(message.to, message)

    def arn(self, resource_type: str, resource_id: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return regions.arn("sms-voice", self.region, self.account, f"{resource_type}/{resource_id}")

    def is_verified(self, number: str) -> bool:
        """Return True if the sandbox may send to this number."""
        return any(row.destination_phone_number == number and row.status == "VERIFIED" for row in self.verified_numbers)

    def count_daily(self, reason: str, limit: int, at: datetime) -> None:
        """
        Count one creation towards a daily quota.

        Args:
            reason: the reason of the error that the quota causes.
            limit: how many creations the quota allows in 24 hours.
            at: the time of the creation.

        Raises:
            ServiceQuotaExceededException: If the quota is used up.
        """
        recent = [counted for counted in self.daily_counts.get(reason, ()) if counted > at - DAY]
        if len(recent) >= limit:
            raise ServiceQuotaExceededException(reason)
        self.daily_counts[reason] = [*recent, at]

    def is_test_recipient(self, number: str, rcs_agent_id: str) -> bool:
        """Return True if the number is verified for testing the agent, which may send to it before its launch."""
        return any(
            row.destination_phone_number == number and row.rcs_agent_id == rcs_agent_id and row.status == "VERIFIED"
            for row in self.verified_numbers
        )

    def forget(self, arn: str) -> None:
        """Delete the tags and the policy of a deleted resource."""
        self.tags.pop(arn, None)
        self.policies.pop(arn, None)

    def set_tags(self, arn: str, tags: list[dict[str, str]] | None) -> dict[str, list[dict[str, str]]]:
        """
        Store the tags of a new resource, and return them as the answer of a Create operation echoes them.

        Call this before the resource is added: too many tags must leave no resource behind.

        Raises:
            ServiceQuotaExceededException: If there are more than TAGS_PER_RESOURCE.
        """
        if len({tag["Key"] for tag in tags or ()}) > TAGS_PER_RESOURCE:
            raise ServiceQuotaExceededException("TAGS_PER_RESOURCE")
        self.tags[arn] = {tag["Key"]: tag["Value"] for tag in tags or ()}
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tags[arn].items()]}
