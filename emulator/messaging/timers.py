"""
Timers: what falls due later on the virtual clock. Each is data, so that pending timers can be listed, shown and saved.

Each names its account and region.
"""

from __future__ import annotations

from emulator.kernel.dataclass import dataclass
from emulator.messaging.send_request import SendRequest
from emulator.messaging.state.messages import Charge
from emulator.messaging.state.rcs import Conversation
from emulator.messaging.state.routes import Route
from emulator.telecom.vocabulary import Status


@dataclass(slots=True)
class SubmissionDue:
    """
    An accepted message is submitted to its carrier.

    The request has already been answered: the answer only says that the message was accepted.
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
    """A message takes its next step at the carrier, to `status`; `final` if it is the last one."""

    account: str
    region: str
    message_id: str
    status: Status
    final: bool


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """A call was answered, and follows its instructions from here on."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class CallStepDue:
    """A phase of an answered call is over; `phase` is say, record, gather, or limit for the whole call."""

    account: str
    region: str
    message_id: str
    phase: str


@dataclass(frozen=True, slots=True)
class FeedbackDue:
    """A message that expects feedback has received none for an hour."""

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
    """A pool is created."""

    account: str
    region: str
    pool_id: str


@dataclass(frozen=True, slots=True)
class PoolDeleted:
    """The deletion of a pool is complete, and its members are free."""

    account: str
    region: str
    pool_id: str


@dataclass(frozen=True, slots=True)
class IdentityAssociated:
    """The association of an identity with its pool is complete."""

    account: str
    region: str
    pool_id: str
    identity_arn: str


@dataclass(frozen=True, slots=True)
class IdentityDisassociated:
    """The disassociation of an identity from its pool is complete."""

    account: str
    region: str
    pool_id: str
    identity_arn: str


@dataclass(frozen=True, slots=True)
class PhoneNumberReleased:
    """The release of a number is complete."""

    account: str
    region: str
    phone_number_id: str


@dataclass(frozen=True, slots=True)
class NotifyConfigurationReviewed:
    """The display name of a Notify configuration has been reviewed."""

    account: str
    region: str
    notify_configuration_id: str


@dataclass(frozen=True, slots=True)
class RcsAgentReady:
    """An RCS agent that needs no registration is launched."""

    account: str
    region: str
    rcs_agent_id: str


@dataclass(frozen=True, slots=True)
class RcsInvitationAnswered:
    """The recipient has answered the invitation to test an RCS agent."""

    account: str
    region: str
    verified_destination_number_id: str


@dataclass(frozen=True, slots=True)
class FallbackDue:
    """A message that RCS did not deliver is sent by its fallback."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """The review of a registration takes its next step."""

    account: str
    region: str
    registration_id: str
    version_number: int


@dataclass(frozen=True, slots=True)
class AuthenticationExpired:
    """The link in the email to a brand's business contact has expired."""

    account: str
    region: str
    registration_id: str
    version_number: int


@dataclass(frozen=True, slots=True)
class UploadDue:
    """The upload of a registration attachment is complete."""

    account: str
    region: str
    registration_attachment_id: str


@dataclass(frozen=True, slots=True)
class SnsUsageReportDue:
    """The usage report on SNS's texts of a day is written; `day` is its ISO date in UTC."""

    account: str
    region: str
    day: str


@dataclass(frozen=True, slots=True)
class WhatsAppStepDue:
    """A WhatsApp message takes its next step at Meta, to `status`; `final` if it is the last one."""

    account: str
    region: str
    message_id: str
    status: Status
    final: bool


@dataclass(frozen=True, slots=True)
class WhatsAppTemplateReviewed:
    """Meta has reviewed this version of a template."""

    account: str
    region: str
    waba_id: str
    meta_template_id: str
    version: int


@dataclass(frozen=True, slots=True)
class WhatsAppTemplateUnpaused:
    """The pause of a template is over; `pauses` is which one it was."""

    account: str
    region: str
    meta_template_id: str
    pauses: int


@dataclass(frozen=True, slots=True)
class WhatsAppCallStepDue:
    """A WhatsApp call that rings is answered, or is not; `status` is connected or ended."""

    account: str
    region: str
    phone_number_id: str
    call_id: str
    status: str
