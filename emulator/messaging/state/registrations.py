"""Registrations: their versions, field values, associations, and the files attached to them."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from emulator.kernel.dataclass import dataclass
from emulator.messaging.errors import ValidationException

IN_REVIEW = frozenset({"SUBMITTED", "AWS_REVIEWING", "REVIEWING", "REQUIRES_AUTHENTICATION", "REQUIRES_OFFLINE_REVIEW"})
"""Version statuses in which the form is under review."""
UNDER_WAY = IN_REVIEW | {"PROVISIONING"}
"""Registration statuses between submission and decision."""
IDENTITY_STATUS, VETTING_SCORE = "brandIdentityStatus", "vettingScore"
"""Keys of AdditionalAttributes. # unverified: the model names no key, nor does a page show a vetting's feedback"""


@dataclass(frozen=True, slots=True)
class DeniedReason:
    """A reason for the denial of a version; `field_path` is the field that it concerns, if any."""

    reason: str
    short_description: str
    field_path: str | None = None


@dataclass(slots=True)
class FieldValue:
    """The value of a field; exactly one of choices, text and attachment is set, or none for a mere denial."""

    field_path: str
    select_choices: list[str] | None = None
    text_value: str | None = None
    registration_attachment_id: str | None = None
    denied_reason: str | None = None

    @property
    def choices(self) -> frozenset[str]:
        """The value as a set, for the comparison with conditions."""
        if self.select_choices is not None:
            return frozenset(self.select_choices)
        return frozenset({self.text_value or self.registration_attachment_id or ""})


@dataclass(slots=True)
class RegistrationVersion:
    """One version of the form, counted from 1; `decided` means that the control API has taken over its review."""

    version_number: int
    drafted_at: datetime
    registration_version_status: str = "DRAFT"
    aws_review: bool = False
    decided: bool = False
    feedback: str | None = None
    values: dict[str, FieldValue] = field(default_factory=dict)
    denied_reasons: list[DeniedReason] = field(default_factory=list)
    reached: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reached.setdefault("DRAFT", self.drafted_at)

    def set_status(self, status: str, at: datetime) -> None:
        """Set the status; the history keeps the time at which it was first reached."""
        self.registration_version_status = status
        self.reached.setdefault(status, at)

    @property
    def registration_version_status_history(self) -> dict[str, datetime]:
        """The times of the statuses by their names on the wire, such as `AwsReviewingTimestamp`."""
        return {f"{status.title().replace('_', '')}Timestamp": at for status, at in self.reached.items()}


@dataclass(frozen=True, slots=True)
class Association:
    """A resource that is associated with a registration."""

    resource_arn: str
    resource_id: str
    resource_type: str
    iso_country_code: str | None = None
    phone_number: str | None = None


@dataclass(slots=True)
class Registration:
    """A registration with the versions of its form; the last one is current."""

    registration_arn: str
    registration_id: str
    registration_type: str
    created_timestamp: datetime
    versions: list[RegistrationVersion]
    registration_status: str = "CREATED"
    approved_version_number: int | None = None
    latest_denied_version_number: int | None = None
    additional_attributes: dict[str, str] | None = None
    associations: dict[str, Association] = field(default_factory=dict)
    """By the ARN of the resource."""

    @property
    def current(self) -> RegistrationVersion:
        """The newest version."""
        return self.versions[-1]

    @property
    def current_version_number(self) -> int:
        """The number of the newest version, under the name that the API uses."""
        return self.current.version_number

    def version(self, number: int | None) -> RegistrationVersion:
        """
        Return the version with this number; the current one for None.

        Raises:
            ValidationException: If there is no such version (UNKNOWN_REGISTRATION_VERSION).
        """
        if number is None:
            return self.current
        if number > len(self.versions):
            sentence = f"There is no version {number}; the current version is {self.current_version_number}"
            raise ValidationException("UNKNOWN_REGISTRATION_VERSION", ("versionNumber", sentence))
        return self.versions[number - 1]

    def associated(self, resource_type: str) -> list[Association]:
        """Return the associations with resources of this type."""
        return [row for row in self.associations.values() if row.resource_type == resource_type]


@dataclass(slots=True)
class RegistrationAttachment:
    """A file attached to registrations; `content_type` is determined from the content once it is uploaded."""

    registration_attachment_arn: str
    registration_attachment_id: str
    created_timestamp: datetime
    attachment_status: str = "UPLOAD_IN_PROGRESS"
    attachment_url: str | None = None
    body: bytes | None = None
    content_type: str | None = None
    attachment_upload_error_reason: str | None = None
