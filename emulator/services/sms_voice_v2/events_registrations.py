"""The facts of registrations and of consent, and the events that they schedule on the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RegistrationMoved:
    """A registration reached a status; EventBridge is told so."""

    account: str
    region: str
    registration_arn: str
    registration_id: str
    registration_type: str
    version_number: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OptInConfirmed:
    """A person who is on no opt-out list has asked for messages, by a keyword that opts in."""

    account: str
    region: str
    opt_out_list_arn: str
    number: str


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """Timed: the next step of a review."""

    account: str
    region: str
    registration_id: str
    version_number: int


@dataclass(frozen=True, slots=True)
class AuthenticationExpired:
    """Timed: the link in the mail to a brand's business contact is dead."""

    account: str
    region: str
    registration_id: str
    version_number: int


@dataclass(frozen=True, slots=True)
class UploadDue:
    """Timed: a registration's attachment has come in."""

    account: str
    region: str
    registration_attachment_id: str
