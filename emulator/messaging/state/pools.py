"""Pools: origination identities that share settings and keywords, one of which carries each message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.replies import ReplySettings
from emulator.messaging.state.sender_ids import SenderId

Identity = PhoneNumber | SenderId | RcsAgent
OPT_OUTS = ("opt_out_list_name", "opt_out_list_arn", "self_managed_opt_outs_enabled")
SETTINGS_OF_MEMBERS = {
    "phone-number": (*OPT_OUTS, "two_way_enabled", "two_way_channel_arn", "two_way_channel_role"),
    "rcs-agent": OPT_OUTS,
}
"""What a member has in common with its pool; an agent has a two-way channel of its own."""


@dataclass(slots=True)
class Pool(ReplySettings):
    """The settings come from the first member, and belong to the pool from then on; members by ARN."""

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
        """As the keyword operations name their owner."""
        return self.pool_id

    @property
    def origination_identity_arn(self) -> str:
        """As the keyword operations name their owner."""
        return self.pool_arn

    def share_settings(self) -> None:
        """Every member has what the pool has, as when it joined; what AWS shows of a member then is # unverified."""
        for member in self.members.values():
            for name in SETTINGS_OF_MEMBERS.get(member.resource_type, ()):
                setattr(member, name, getattr(self, name))

    def mismatch(self, identity: Identity) -> str | None:
        """The reason why an identity does not fit into the pool; None when it does."""
        if isinstance(identity, SenderId):
            return None if self.message_type in identity.message_types else "MESSAGE_TYPE_MISMATCH"
        differences = {
            "OPT_OUT_LIST_MISMATCH": self.opt_out_list_arn != identity.opt_out_list_arn,
            "SELF_MANAGED_OPT_OUTS_MISMATCH": self.self_managed_opt_outs_enabled != identity.self_managed_opt_outs_enabled,
        } | self._differences_of_number(identity)
        return next((reason for reason, differs in differences.items() if differs), None)

    def _differences_of_number(self, identity: PhoneNumber | RcsAgent) -> dict[str, bool]:
        # An agent is always two-way, by a channel of its own. # unverified
        if isinstance(identity, RcsAgent):
            return {}
        return {
            "MESSAGE_TYPE_MISMATCH": self.message_type != identity.message_type,
            "TWO_WAY_CONFIG_MISMATCH": (self.two_way_enabled, self.two_way_channel_arn, self.two_way_channel_role)
            != (identity.two_way_enabled, identity.two_way_channel_arn, identity.two_way_channel_role),
            "KEYWORD_MISMATCH": self.keywords != identity.keywords,
            "NUMBER_CAPABILITIES_MISMATCH": not self.shares_a_capability(identity),
        }

    def shares_a_capability(self, number: PhoneNumber) -> bool:
        """Whether a number can carry something that a member carries."""
        # Types may be mixed (AWS advises a short code with a toll-free number), so they need not be equal. # unverified
        members = [member for member in self.members.values() if not isinstance(member, RcsAgent)]
        had = {capability for member in members for capability in member.number_capabilities}
        return not had or bool(had & set(number.number_capabilities))

    def numbers(self) -> list[PhoneNumber]:
        """The members that are phone numbers, and stay."""
        return [m for m in self.members.values() if isinstance(m, PhoneNumber) and m.status != "DISASSOCIATING"]
