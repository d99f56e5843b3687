"""
WhatsApp: linked business accounts with their numbers, templates, flows and media, and the content of messages.

Names are AWS's where its API has one, and Meta's where only Meta has.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from emulator.kernel.dataclass import dataclass

Document = dict[str, Any]
"""A JSON object as Meta writes it."""

CONTACTS_MAX = 100_000
"""Users whom a number remembers; the one first met is dropped first. A limit of the emulator."""
WINDOW = timedelta(hours=24)
"""How long free-form messages may be sent after the user's last message or call. Source: Meta, send messages"""
ENTRY_POINT_WINDOW = timedelta(hours=72)
"""How long everything is free after the answer to a click on an advertisement. Source: Meta, pricing"""
UPLOADED_MEDIA_LIFE = timedelta(days=30)
RECEIVED_MEDIA_LIFE = timedelta(days=7)
"""How long a media id is valid. Source: Meta, media"""


@dataclass(slots=True)
class WhatsAppMedia:
    """A file at Meta; `phone_number_id` is the number that it belongs to, `size` counts bytes."""

    media_id: str
    phone_number_id: str
    content_type: str
    content: bytes
    size: int
    expires_at: datetime


@dataclass(slots=True)
class WhatsAppTemplate:
    """
    A message template in one language.

    Attributes:
        components: as in the definition.
        quality_score: UNKNOWN, GREEN, YELLOW or RED.
        version: how many times it was submitted for review.
        edits: when it was edited, in the last 30 days.
        pauses: how many times Meta has paused it.
        sends: how many messages were sent with it since it was approved, while new templates are paced.
        paced_until: until when further ones are held.
    """

    meta_template_id: str
    template_name: str
    template_language: str
    template_category: str
    template_status: str
    components: list[Document]
    parameter_format: str = "POSITIONAL"
    template_quality_score: str = "UNKNOWN"
    template_source: str | None = None
    correct_category: str | None = None
    version: int = 1
    edits: list[datetime] = field(default_factory=list)
    pauses: int = 0
    sends: int = 0
    paced_until: datetime | None = None
    message_send_ttl_seconds: int | None = None
    rejected_reason: str = "NONE"
    cta_url_link_tracking_opted_out: bool | None = None

    def component(self, kind: str) -> Document | None:
        """Return the component of this type, if the template has one."""
        return next((each for each in self.components if str(each.get("type", "")).upper() == kind), None)

    @property
    def buttons(self) -> list[Document]:
        """The buttons, in order."""
        found: list[Document] = (self.component("BUTTONS") or {}).get("buttons", [])
        return found


@dataclass(slots=True)
class WhatsAppFlow:
    """A flow; `published_json` is the version that `mode: published` shows, `sends` the times of its last messages."""

    flow_id: str
    flow_name: str
    flow_categories: list[str]
    flow_status: str
    flow_json: bytes = b""
    validation_errors: list[str] = field(default_factory=list)
    published_json: bytes = b""
    endpoint_uri: str | None = None
    meta_app_id: str | None = None
    preview_token: str = ""
    preview_expires_at: datetime | None = None
    sends: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class CallPermission:
    """What a user allows a number: calls until `expires_at`, for ever (`is_permanent`), or none."""

    granted: bool = False
    expires_at: datetime | None = None
    is_permanent: bool = False
    requests: list[datetime] = field(default_factory=list)
    calls: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class WhatsAppCall:
    """A call; `status` is ringing, connected or ended, `from_user` whether the user calls."""

    call_id: str
    user: str
    from_user: bool
    status: str
    started_at: datetime
    answered_at: datetime | None = None


@dataclass(slots=True)
class Contact:
    """What a number knows of one user: the windows, the messages of the last minutes, and what the user allows."""

    window_ends: datetime | None = None
    entry_point_ends: datetime | None = None
    from_advertisement: datetime | None = None
    """When the user came by an advertisement that was not answered yet."""
    pair_sends: list[datetime] = field(default_factory=list)
    calls: CallPermission = field(default_factory=CallPermission)


@dataclass(slots=True)
class WhatsAppNumber:
    """
    A phone number of a linked account.

    Attributes:
        is_registered: whether its registration at Meta is complete, so that it can send.
        refuses_with: Meta's code by which everything that the number sends fails, if a test has set one.
        contacts: by the user's number in E.164.
        second: the current second and how many messages were sent in it.
        unique_users: users written to outside of a window, with the time, in the last 24 hours.
        services: the current month and how many free-form messages were sent in it.
    """

    arn: str
    phone_number_id: str
    meta_phone_number_id: str
    phone_number: str
    display_phone_number_name: str
    display_phone_number: str
    waba_arn: str
    waba_id: str
    linked_whats_app_business_account_id: str
    quality_rating: str = "UNKNOWN"
    data_localization_region: str | None = None
    is_registered: bool = True
    two_factor_pin: str | None = None
    call_settings: Document | None = None
    business_public_key: str | None = None
    business_public_key_signature_status: str | None = None
    messaging_limit: int | None = None
    refuses_with: int | None = None
    contacts: dict[str, Contact] = field(default_factory=dict)
    calls: dict[str, WhatsAppCall] = field(default_factory=dict)
    second: tuple[int, int] = (0, 0)
    unique_users: dict[str, datetime] = field(default_factory=dict)
    services: tuple[str, int] = ("", 0)

    @property
    def digits(self) -> str:
        """The number without its plus, as Meta writes it."""
        return self.phone_number.removeprefix("+")

    def contact(self, user: str) -> Contact:
        """Return what the number knows of a user."""
        found = self.contacts.get(user)
        if found is None:
            found = self.contacts[user] = Contact()
            if len(self.contacts) > CONTACTS_MAX:
                del self.contacts[next(iter(self.contacts))]
        return found

    def window_is_open(self, user: str, at: datetime) -> bool:
        """Return True if the user wrote or called less than 24 hours ago."""
        ends = self.contacts[user].window_ends if user in self.contacts else None
        return ends is not None and at < ends

    def entry_point_is_open(self, user: str, at: datetime) -> bool:
        """Return True if everything is free since the user came by an advertisement that was answered."""
        ends = self.contacts[user].entry_point_ends if user in self.contacts else None
        return ends is not None and at < ends


@dataclass(slots=True)
class WhatsAppAccount:
    """A linked WhatsApp Business account."""

    arn: str
    id: str
    waba_id: str
    registration_status: str
    link_date: datetime
    waba_name: str
    event_destinations: list[Document] = field(default_factory=list)
    marketing_messages_onboarding_status: str | None = None
    direct_send_enforcement_status: str | None = None
    direct_send_enforcement_status_expires_at: datetime | None = None
    direct_send: bool = False
    """Whether Meta has enabled Direct Send for it."""
    dataset_id: str | None = None
    template_limit: int = 250
    numbers: dict[str, WhatsAppNumber] = field(default_factory=dict)
    """By AWS's id."""
    templates: dict[str, WhatsAppTemplate] = field(default_factory=dict)
    """By Meta's id."""
    deleted_names: dict[str, datetime] = field(default_factory=dict)
    """Names of deleted templates, with the time until which they are blocked."""
    flows: dict[str, WhatsAppFlow] = field(default_factory=dict)
    """By Meta's id."""

    @property
    def phone_numbers(self) -> list[WhatsAppNumber]:
        """The numbers, in the order in which they were registered."""
        return list(self.numbers.values())


@dataclass(slots=True)
class WhatsAppState:
    """The WhatsApp state of one account and region."""

    accounts: dict[str, WhatsAppAccount] = field(default_factory=dict)
    """Linked accounts by AWS's id."""
    unlinked: dict[str, WhatsAppAccount] = field(default_factory=dict)
    """Accounts that Meta keeps after they were unlinked, by Meta's id."""
    sign_ups: dict[str, list[str]] = field(default_factory=dict)
    """By the token of a sign-up in progress: the ids of the numbers that wait for their PIN."""
    media: dict[str, WhatsAppMedia] = field(default_factory=dict)
    """By media id, oldest first."""
    header_handles: dict[str, str] = field(default_factory=dict)
    """The MIME type by the handle of a template's sample file."""
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    """By ARN."""


@dataclass(slots=True)
class WhatsAppContent:
    """
    What is of WhatsApp in a message.

    Attributes:
        wamid: Meta's id of the message, as webhooks name it.
        number: the business number.
        user: the user's number in E.164.
        kind: the type, as in `text`, `interactive` or `template`.
        payload: the message as it was sent, or as the webhook shows it.
        category: marketing, utility, authentication, authentication-international or service; "" if inbound.
        price_type: regular, free_customer_service or free_entry_point.
        conversation_id: Meta's id of the conversation, for webhooks before version 24.
        error: the webhook's error of a message that failed.
        choices: what can be tapped: `text` as it is shown, and `message`, the members of the webhook's message.
        is_voice: whether it is a voice note, which is played after it was read.
        profile_name: the name of the user's profile, in what the user sent.
        is_read: whether the business has marked what the user sent as read.
        held_for: Meta's id of the new template for which it is held back, if it is.
        is_deleted: whether the user has deleted it for everyone.
        edited: the text to which the user has changed it.
        shown: what the phone shows of a message of the business: `header`, `body`, `footer`, `buttons`, where there are any.
    """

    wamid: str
    number: WhatsAppNumber
    user: str
    kind: str
    payload: Document
    category: str = ""
    price_type: str = "regular"
    conversation_id: str | None = None
    error: Document | None = None
    choices: list[Document] = field(default_factory=list)
    is_voice: bool = False
    profile_name: str = ""
    is_read: bool = False
    held_for: str | None = None
    is_deleted: bool = False
    edited: str | None = None
    shown: Document = field(default_factory=dict)
