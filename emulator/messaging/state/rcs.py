"""RCS agents, their launches by country, their conversations, and the content of RCS messages."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.media import Media
from emulator.messaging.state.replies import ReplySettings

LAUNCHED = frozenset({"ACTIVE", "PARTIAL"})
USABLE = LAUNCHED | {"TESTING"}
"""The statuses in which an agent can send."""
EVENT_TYPES = ("RCS_TYPING", "CONVERSATION_STARTED")
ALL_EVENTS = "ALL"
BASIC_CHARACTERS = 160
"""A text of up to this many characters and without suggestions is billed as BASIC, all else as RICH. # unverified"""
CONVERSATION = timedelta(hours=24)
"""The duration of a conversation. Source: rcs-inbound.html, by its example"""


@dataclass(slots=True)
class CountryLaunch:
    """
    The launch of an agent in one country.

    `status` is CREATED, PENDING, PARTIAL, ACTIVE or REJECTED, that of a carrier PENDING, ACTIVE or REJECTED.
    """

    iso_country_code: str
    status: str
    registration_id: str
    rcs_platform_id: str | None = None
    carriers: dict[str, str] = field(default_factory=dict)

    @property
    def carrier_status(self) -> list[dict[str, str]]:
        """The carriers and their statuses, as AWS shows them."""
        return [{"CarrierName": name, "Status": status} for name, status in self.carriers.items()]


@dataclass(slots=True)
class Conversation:
    """A conversation between an agent and a handset, identified by the message that opened it."""

    message_id: str
    message_type: str
    started: datetime

    def live(self, at: datetime) -> bool:
        """Return True if the conversation has not ended."""
        return at < self.started + CONVERSATION


@dataclass(slots=True)
class RcsAgent(ReplySettings):
    """An RCS agent with its settings, keywords, launches by country, and conversations by handset."""

    rcs_agent_arn: str
    rcs_agent_id: str
    status: str
    created_timestamp: datetime
    deletion_protection_enabled: bool = False
    two_way_enabled: bool = field(default=True, kw_only=True)
    two_way_media_s3_bucket_name: str | None = None
    two_way_media_s3_key_prefix: str | None = None
    two_way_media_s3_role: str | None = None
    two_way_rcs_events_enabled: list[str] = field(default_factory=list)
    pool_id: str | None = None
    testing_agent: dict[str, str] | None = None
    launches: dict[str, CountryLaunch] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)

    resource_type = "rcs-agent"
    number_capabilities = ("RCS",)
    message_types = ("TRANSACTIONAL", "PROMOTIONAL")

    @property
    def origination_identity(self) -> str:
        """The id, under the name that the keyword operations use for the owner."""
        return self.rcs_agent_id

    @property
    def origination_identity_arn(self) -> str:
        """The ARN, under the name that the keyword operations use for the owner."""
        return self.rcs_agent_arn

    @property
    def iso_country_code(self) -> str:
        """The country of the first launch: pools show a country for each member, and an agent has none. # unverified"""
        return next(iter(self.launches), "US")

    @property
    def business_id(self) -> str:
        """The name on the RCS platform. # unverified: AWS shows no example of the form"""
        return f"{self.rcs_agent_id.removeprefix('rcs-')}@rbm.goog"

    def launched_in(self, iso: str) -> bool:
        """Return True if the agent is launched in the country, at least with some carriers."""
        return iso in self.launches and self.launches[iso].status in LAUNCHED

    def subscribes_to(self, event_type: str) -> bool:
        """Return True if the two-way channel receives events of this type."""
        return ALL_EVENTS in self.two_way_rcs_events_enabled or event_type in self.two_way_rcs_events_enabled


@dataclass(frozen=True, slots=True)
class RcsContent:
    """
    The content of an RCS message.

    `kind` is the member of the union; `suggestions` are those of the message and of all its cards.
    """

    kind: str
    body: str
    content: dict[str, Any]
    suggestions: list[dict[str, Any]]
    media: tuple[Media, ...] = field(default=())

    @property
    def billing_event_type(self) -> str:
        """BASIC or RICH, as in the event records."""
        is_basic = self.kind == "TextMessage" and len(self.body) <= BASIC_CHARACTERS and not self.suggestions
        return "BASIC" if is_basic else "RICH"

    @property
    def segments(self) -> int:
        """The factor of the price: a text has one segment for every 160 characters begun, all else has one."""
        return -(-len(self.body) // BASIC_CHARACTERS) if self.kind == "TextMessage" else 1
