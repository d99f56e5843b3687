"""
Timers: what falls due later on the virtual clock. Each is data, so that the future can be listed, shown and kept.

Each names its account and region.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.messaging.send_request import SendRequest
from emulator.messaging.state.messages import Charge
from emulator.messaging.state.rcs import Conversation
from emulator.messaging.state.routes import Route
from emulator.telecom.vocabulary import Status


@dataclass(slots=True)
class SubmissionDue:
    """
    An accepted message is submitted to its carrier.

    The request was answered before: its answer only says that the message was accepted.
    """

    account: str
    region: str
    message_id: str
    request: SendRequest
    route: Route
    charge: Charge
    conversation: Conversation | None


@dataclass(slots=True)
class MessageStepDue:
    """The carrier's next hop."""

    account: str
    region: str
    message_id: str
    status: Status
    final: bool


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """A call goes on from here as its instructions say."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class CallStepDue:
    """What an answered call does has taken its time; `phase` is say, record, gather, or limit for the call itself."""

    account: str
    region: str
    message_id: str
    phase: str


@dataclass(frozen=True, slots=True)
class FeedbackDue:
    """A message that expects feedback has got none in an hour."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class PhoneNumberReady:
    """A requested number is provisioned."""

    account: str
    region: str
    phone_number_id: str


@dataclass(frozen=True, slots=True)
class PoolReady:
    """A pool is made."""

    account: str
    region: str
    pool_id: str


@dataclass(frozen=True, slots=True)
class PoolDeleted:
    """A deleted pool is gone, its members are free."""

    account: str
    region: str
    pool_id: str


@dataclass(frozen=True, slots=True)
class IdentityAssociated:
    """An identity has settled in its pool."""

    account: str
    region: str
    pool_id: str
    identity_arn: str


@dataclass(frozen=True, slots=True)
class IdentityDisassociated:
    """An identity has left its pool."""

    account: str
    region: str
    pool_id: str
    identity_arn: str


@dataclass(frozen=True, slots=True)
class PhoneNumberReleased:
    """A released number is gone."""

    account: str
    region: str
    phone_number_id: str


@dataclass(frozen=True, slots=True)
class NotifyConfigurationReviewed:
    """The display name of a notify configuration was looked at."""

    account: str
    region: str
    notify_configuration_id: str


@dataclass(frozen=True, slots=True)
class RcsAgentReady:
    """An agent that needs no registration is launched."""

    account: str
    region: str
    rcs_agent_id: str


@dataclass(frozen=True, slots=True)
class RcsInvitationAnswered:
    """The person has answered the invitation to test an agent."""

    account: str
    region: str
    verified_destination_number_id: str


@dataclass(frozen=True, slots=True)
class FallbackDue:
    """A message that RCS did not bring goes another way."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """The next step of a review."""

    account: str
    region: str
    registration_id: str
    version_number: int


@dataclass(frozen=True, slots=True)
class AuthenticationExpired:
    """The link in the mail to a brand's business contact is dead."""

    account: str
    region: str
    registration_id: str
    version_number: int


@dataclass(frozen=True, slots=True)
class UploadDue:
    """A registration's attachment has come in."""

    account: str
    region: str
    registration_attachment_id: str
