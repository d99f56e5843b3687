"""
What Meta decides about a message, in order; the first rule that it breaks is the code by which it fails.

Each check takes a `Submission`; the tuple at the end is the precedence. # unverified: the order is ours
Sources: Meta, error codes, messaging limits, throughput
"""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta

from emulator.kernel.dataclass import dataclass
from emulator.messaging.context import Context
from emulator.messaging.state.media import Media
from emulator.messaging.state.whatsapp import (
    Document,
    WhatsAppAccount,
    WhatsAppFlow,
    WhatsAppNumber,
    WhatsAppTemplate,
)
from emulator.messaging.whatsapp import calls, direct_send, flow_rules, media, templates
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import BAD_VALUE
from emulator.messaging.whatsapp.ids import bsuid_of
from emulator.messaging.whatsapp.payloads import check_payload, media_in
from emulator.messaging.whatsapp.template_messages import check_parameters
from emulator.telecom.handsets import Handset
from emulator.telecom.numbering import country_of, is_possible

NOT_REGISTERED = 133010
SELF = 131021
BSUID_UNSUPPORTED = 131062
GROUP_UNKNOWN = 131041
NO_TEMPLATE, TEMPLATE_PAUSED, TEMPLATE_DISABLED = 132001, 132015, 132016
FLOW_BLOCKED, FLOW_THROTTLED = 132068, 132069
NO_WINDOW = 131047
NOT_ON_WHATSAPP = 131026
MARKETING_STOPPED = 131050
UNHEALTHY = 131049
PAIR_RATE, THROUGHPUT, RESTRICTED = 131056, 130429, 131048
KEY_MISMATCH = 137000
REACTION_TARGET_AGE = timedelta(days=30)
MARKETING = "marketing"
NO_MARKETING_IN = frozenset({"US"})
"""Countries where marketing templates are not delivered. Source: the user guide (since 2025-04-01)"""
PAIR_EVERY = timedelta(seconds=6)
PAIR_BURST = 45
"""Messages to one user at once, while one per six seconds is sustained. Source: Meta, throughput"""
MESSAGES_PER_SECOND = 80
MESSAGING_LIMIT = 250
"""Users written to outside of a window in 24 hours, for a new business. Source: Meta, messaging limits"""
DAY = timedelta(days=1)
FLOW_THROTTLE = (10, timedelta(hours=1))


@dataclass(slots=True)
class Submission:
    """A message on its way to Meta; `kind`, `template`, `flow` and `files` are found out by the checks."""

    account: WhatsAppAccount
    number: WhatsAppNumber
    user: str
    payload: Document
    handset: Handset
    by_bsuid: bool = False
    kind: str = ""
    template: WhatsAppTemplate | None = None
    flow: WhatsAppFlow | None = None
    files: list[Media] = field(default_factory=list)

    @property
    def is_template(self) -> bool:
        """True if the message names a template; with Direct Send it has one that it does not name."""
        return self.kind == "template"

    @property
    def category(self) -> str:
        """The template's category in lower case; `service` for everything else."""
        return self.template.template_category.lower() if self.template is not None else "service"


def number_can_send(ctx: Context, sent: Submission) -> None:
    """Refuse a number that is restricted or not registered."""
    if sent.number.refuses_with is not None:
        raise MetaError(sent.number.refuses_with)
    if not sent.number.is_registered:
        raise MetaError(NOT_REGISTERED, "Account not registered")


def recipient_is_not_sender(ctx: Context, sent: Submission) -> None:
    """Refuse a message from a number to itself."""
    if sent.user == sent.number.phone_number:
        raise MetaError(SELF, "Recipient phone number cannot be the sender")


def payload_is_valid(ctx: Context, sent: Submission) -> None:
    """Refuse a message that does not fit its type."""
    sent.kind = check_payload(sent.payload)
    if sent.payload.get("recipient_type") == "group":
        raise MetaError(GROUP_UNKNOWN, "The group does not exist")


def identity_is_known(ctx: Context, sent: Submission) -> None:
    """Refuse a message for an identity key that is not the user's."""
    wanted = sent.payload.get("recipient_identity_key_hash")
    if wanted is not None and wanted != identity_key(ctx, sent.user):
        raise MetaError(KEY_MISMATCH, "The identity key of the recipient differs")


def identity_key(ctx: Context, user: str) -> str:
    """Return the hash of a user's identity key."""
    return str(ctx.world.seeds.random(f"identity/{user}").getrandbits(64))


def template_is_usable(ctx: Context, sent: Submission) -> None:
    """Refuse a template that does not exist in that language or is not approved, and parameters that do not fit it."""
    if not sent.is_template:
        return
    asked = sent.payload["template"]
    name, language = asked["name"], asked["language"]["code"]
    template = templates.find(sent.account, name, language)
    if template is not None and template.template_status == templates.PAUSED:
        raise MetaError(TEMPLATE_PAUSED, f"template ({name}) is paused")
    if template is not None and template.template_status == templates.DISABLED:
        raise MetaError(TEMPLATE_DISABLED, f"template ({name}) is disabled")
    if template is None or template.template_status != templates.APPROVED:
        raise MetaError(NO_TEMPLATE, f"template name ({name}) does not exist in {language}")
    sent.template = template
    check_parameters(template, asked)
    if sent.by_bsuid and template.template_category == "AUTHENTICATION":
        raise MetaError(BSUID_UNSUPPORTED)


def direct_send_is_allowed(ctx: Context, sent: Submission) -> None:
    """Give a message that names a category the template that Meta makes of it, if the account may use Direct Send."""
    category = direct_send.check_direct_send(sent.account, sent.payload, sent.kind)
    if category is None:
        return
    if sent.by_bsuid and category == "authentication":
        raise MetaError(BSUID_UNSUPPORTED)
    sent.template = direct_send.template_for(ctx, sent.account, sent.payload, sent.kind, category)


def flow_is_usable(ctx: Context, sent: Submission) -> None:
    """Refuse a flow that is blocked, throttled or not published, unless it is sent as a draft."""
    wanted = flow_rules.flow_of(sent.account, sent.payload, sent.kind, sent.template)
    if wanted is None:
        return
    flow, mode = wanted
    if flow.flow_status == "BLOCKED":
        raise MetaError(FLOW_BLOCKED)
    if flow.flow_status == "DEPRECATED" or (mode == "published" and not flow.published_json):
        raise MetaError(BAD_VALUE, "The flow is not published")
    most, length = FLOW_THROTTLE
    flow.sends = [at for at in flow.sends if at > ctx.now - length]
    if flow.flow_status == "THROTTLED" and len(flow.sends) >= most:
        raise MetaError(FLOW_THROTTLED)
    sent.flow = flow


def reaction_has_target(ctx: Context, sent: Submission) -> None:
    """Refuse a reaction to anything but a message exchanged with that user in the last 30 days that is not a reaction."""
    if sent.kind != "reaction":
        return
    wamid = sent.payload["reaction"]["message_id"]
    for message in ctx.world.inbox.by_handset.newest_first(sent.user):
        content = message.whatsapp
        if content is not None and content.wamid == wamid:
            if content.kind != "reaction" and message.requested_at > ctx.now - REACTION_TARGET_AGE:
                return
            break
    raise MetaError(BAD_VALUE)


def call_request_is_allowed(ctx: Context, sent: Submission) -> None:
    """Refuse requests for permission to call beyond the limits for each user."""
    if sent.kind != "interactive.call_permission_request":
        return
    permission = sent.number.contact(sent.user).calls
    permission.requests = [at for at in permission.requests if at > ctx.now - calls.REQUEST_LIMITS[-1][1]]
    if not calls.has_room(calls.limits_of(permission.requests, calls.REQUEST_LIMITS, ctx.now)):
        raise MetaError(calls.REQUESTS_LIMIT)


def window_is_open(ctx: Context, sent: Submission) -> None:
    """Refuse a message other than a template outside the customer service window."""
    if sent.template is None and not sent.number.window_is_open(sent.user, ctx.now):
        raise MetaError(NO_WINDOW)


def recipient_is_on_whatsapp(ctx: Context, sent: Submission) -> None:
    """Refuse a recipient who does not have WhatsApp or for whom a code is set, and a number that cannot exist."""
    if sent.handset.whatsapp_error is not None:
        raise MetaError(sent.handset.whatsapp_error)
    if not sent.handset.whatsapp or not is_possible(sent.user):
        raise MetaError(NOT_ON_WHATSAPP)


def marketing_is_welcome(ctx: Context, sent: Submission) -> None:
    """Refuse marketing templates to users who have stopped them, and to users in the US."""
    if sent.category != MARKETING:
        return
    if not sent.handset.whatsapp_marketing:
        raise MetaError(MARKETING_STOPPED)
    if country_of(sent.user) in NO_MARKETING_IN or _has_enough_marketing(ctx, sent):
        raise MetaError(UNHEALTHY)


def _has_enough_marketing(ctx: Context, sent: Submission) -> bool:
    """Return True if the user has had as many marketing templates in 24 hours as the cap allows, from all businesses."""
    cap = ctx.world.settings.whatsapp_marketing_cap
    # What a user gets in an open window does not count. Source: Meta, per-user marketing template message limits
    if not cap or sent.number.window_is_open(sent.user, ctx.now):
        return False
    received = 0
    for message in ctx.world.inbox.by_handset.newest_first(sent.user):
        if message.requested_at <= ctx.now - DAY:
            break
        content = message.whatsapp
        received += content is not None and content.category == MARKETING and content.error is None
    return received >= cap


def rates_are_kept(ctx: Context, sent: Submission) -> None:
    """Refuse messages beyond the rate for each user and for the number, in the strict profile."""
    contact, number = sent.number.contact(sent.user), sent.number
    contact.pair_sends = [at for at in contact.pair_sends if at > ctx.now - PAIR_EVERY * PAIR_BURST]
    second = int(ctx.now.timestamp())
    count = number.second[1] if number.second[0] == second else 0
    if ctx.world.settings.rates_enforced:
        if len(contact.pair_sends) >= PAIR_BURST:
            raise MetaError(PAIR_RATE)
        if count >= MESSAGES_PER_SECOND:
            raise MetaError(THROUGHPUT)
    contact.pair_sends.append(ctx.now)
    number.second = (second, count + 1)


def limit_is_kept(ctx: Context, sent: Submission) -> None:
    """Refuse to open conversations with more users in 24 hours than the messaging limit, from all numbers of the account."""
    number = sent.number
    if number.window_is_open(sent.user, ctx.now):
        return
    limit = number.messaging_limit
    if limit is None and ctx.world.settings.rates_enforced:
        limit = MESSAGING_LIMIT
    if limit is not None:
        # Without a limit this walk would make the sends of a campaign take quadratic time.
        reached: set[str] = set()
        for own in sent.account.phone_numbers:
            own.unique_users = {user: at for user, at in own.unique_users.items() if at > ctx.now - DAY}
            reached |= own.unique_users.keys()
        if sent.user not in reached and len(reached) >= limit:
            raise MetaError(RESTRICTED, f"{limit} users were written to in the last 24 hours")
    number.unique_users[sent.user] = ctx.now


def files_can_be_sent(ctx: Context, sent: Submission) -> None:
    """Refuse a file that the number has not uploaded, that cannot be fetched, or that does not fit its kind."""
    for kind, file in media_in(sent.payload, sent.kind):
        found = media.check_sent(ctx, sent.number, kind, file)
        if found is None:
            sent.files.append(Media(str(file.get("link")), "application/octet-stream", 0, b""))
        else:
            sent.files.append(Media(found.media_id, found.content_type, found.size, found.content))


META_CHECKS = (
    number_can_send,
    recipient_is_not_sender,
    payload_is_valid,
    identity_is_known,
    template_is_usable,
    direct_send_is_allowed,
    flow_is_usable,
    reaction_has_target,
    window_is_open,
    call_request_is_allowed,
    recipient_is_on_whatsapp,
    marketing_is_welcome,
    files_can_be_sent,
    limit_is_kept,
    rates_are_kept,
)


def user_by_bsuid(ctx: Context, number: WhatsAppNumber, bsuid: str) -> str | None:
    """Return the number of a user whom a business number knows by this id; None if it knows none."""
    return next((user for user in number.contacts if bsuid_of(ctx.world.seeds, user) == bsuid), None)
