"""Pools: origination identities that share settings and keywords, one of which sends each message."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.replies import ReplySettings
from emulator.messaging.state.sender_ids import SenderId

Identity = PhoneNumber | SenderId | RcsAgent
OPT_OUTS = ("opt_out_list_name", "opt_out_list_arn", "self_managed_opt_outs_enabled")
TWO_WAY = ("two_way_enabled", "two_way_channel_arn", "two_way_channel_role")
SETTINGS_OF_MEMBERS = {
    "phone-number": (*OPT_OUTS, *TWO_WAY),
    "rcs-agent": OPT_OUTS,
}
"""The settings that a member shares with its pool; an RCS agent has its own two-way channel."""


@dataclass(slots=True)
class Pool(ReplySettings):
    """A pool; its settings are copied from the first member, and are its own from then on. Members are by ARN."""

    pool_arn: str
    pool_id: str
    status: str
    message_type: str
    created_timestamp: datetime
    shared_routes_enabled: bool = False
    deletion_protection_enabled: bool = False
    members: dict[str, Identity] = field(default_factory=dict)

    resource_type = "pool"

    @property
    def origination_identity(self) -> str:
        """The id, under the name that the keyword operations use for the owner."""
        return self.pool_id

    @property
    def origination_identity_arn(self) -> str:
        """The ARN, under the name that the keyword operations use for the owner."""
        return self.pool_arn

    def share_settings(self) -> None:
        """Copy the settings of the pool to its members; what AWS shows of a member then is # unverified."""
        for member in self.members.values():
            for name in SETTINGS_OF_MEMBERS.get(member.resource_type, ()):
                setattr(member, name, getattr(self, name))

    def mismatch(self, identity: Identity) -> str | None:
        """Return the reason why an identity cannot join the pool; None if it can."""
        if isinstance(identity, SenderId):
            return None if self.message_type in identity.message_types else "MESSAGE_TYPE_MISMATCH"
        differences = {
            "OPT_OUT_LIST_MISMATCH": self.opt_out_list_arn != identity.opt_out_list_arn,
            "SELF_MANAGED_OPT_OUTS_MISMATCH": self.self_managed_opt_outs_enabled != identity.self_managed_opt_outs_enabled,
        } | self._differences_of_number(identity)
        return next((reason for reason, differs in differences.items() if differs), None)

    def _differences_of_number(self, identity: PhoneNumber | RcsAgent) -> dict[str, bool]:
        # An agent is always two-way, with its own channel. Source: the guide's pages on RCS
        if isinstance(identity, RcsAgent):
            return {}
        two_way_differs = any(getattr(self, name) != getattr(identity, name) for name in TWO_WAY)
        return {
            "MESSAGE_TYPE_MISMATCH": self.message_type != identity.message_type,
            "TWO_WAY_CONFIG_MISMATCH": two_way_differs and not self.adopts_two_way(),
            "KEYWORD_MISMATCH": self.keywords != identity.keywords,
            "NUMBER_CAPABILITIES_MISMATCH": not self.shares_a_capability(identity),
        }

    def adopts_two_way(self) -> bool:
        """
        Return True if the first number that joins decides the two-way settings.

        They do in a pool that was made from an agent and has no channel of its own. Source: the guide's steps to set up
        RCS, which add the fallback numbers to the agent's pool
        """
        has_agent = any(isinstance(member, RcsAgent) for member in self.members.values())
        return has_agent and not self.numbers() and self.two_way_channel_arn is None

    def shares_a_capability(self, number: PhoneNumber) -> bool:
        """Return True if a number has a capability in common with the members, or there are none."""
        # Types may be mixed, so they need not be equal: AWS advises a short code with a toll-free number, and a 10DLC number
        # with a short code is in use. Source: phone-pool.html; department-of-veterans-affairs/notification-api 2633
        members = [member for member in self.members.values() if not isinstance(member, RcsAgent)]
        present = {capability for member in members for capability in member.number_capabilities}
        return not present or bool(present & set(number.number_capabilities))

    def numbers(self) -> list[PhoneNumber]:
        """Return the members that are phone numbers, except those being disassociated."""
        return [m for m in self.members.values() if isinstance(m, PhoneNumber) and m.status != "DISASSOCIATING"]
