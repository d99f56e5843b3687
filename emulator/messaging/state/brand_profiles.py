"""Brand profiles, their attributes, and the jobs that exchange these with registrations."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from emulator.kernel.dataclass import dataclass

MEDIA_TYPES = ("IMAGE", "DOCUMENT")
"""The types of attributes that have a file in place of a text."""


@dataclass(slots=True)
class BrandProfileAttribute:
    """An attribute: a text, or a file with its content type."""

    attribute_name: str
    attribute_type: str
    created_at: datetime
    updated_at: datetime
    attribute_value: str | None = None
    attachment: bytes | None = None
    media_content_type: str | None = None
    description: str | None = None
    category: str | None = None

    @property
    def is_media(self) -> bool:
        """True if the attribute has a file."""
        return self.attribute_type in MEDIA_TYPES

    @property
    def media_size_bytes(self) -> int | None:
        """The size of the file."""
        return None if self.attachment is None else len(self.attachment)


@dataclass(slots=True)
class RegistrationAssociation:
    """A registration that was made from, or filled by, a brand profile."""

    registration_id: str
    registration_type: str
    created_at: datetime
    smart_match_used: bool


@dataclass(slots=True)
class BrandProfile:
    """A brand profile with its attributes by name, and its registrations by id."""

    brand_profile_id: str
    brand_profile_arn: str
    brand_profile_name: str
    deletion_protection_enabled: bool
    created_at: datetime
    updated_at: datetime
    status: str = "ACTIVE"
    attributes: dict[str, BrandProfileAttribute] = field(default_factory=dict)
    associations: dict[str, RegistrationAssociation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobItem:
    """
    What a job is to do, frozen when it was requested.

    Attributes:
        subject: a registration type to create, or the id of a registration.
        smart_match: whether attributes and fields are matched by meaning, or by standard names only.
        on_conflict: REPLACE or PRESERVE what is there already.
        brand_profile_name: the name of the profile to create.
        tags: the tags of the profile to create.
    """

    subject: str
    smart_match: bool = True
    on_conflict: str = "PRESERVE"
    brand_profile_name: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Job:
    """A job, which concerns one item."""

    job_id: str
    operation_type: str
    item: JobItem
    created_at: datetime
    updated_at: datetime
    status: str = "PROCESSING"
    brand_profile_id: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    resources: list[dict[str, str]] | None = None
