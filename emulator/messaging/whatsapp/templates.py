"""
Templates: created, edited, reviewed, paused, deleted.

The review is a timer: Meta decides after the profile's review time, as the account's reviewer is set. Sources: the user
guide; Meta, template status webhooks
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppTemplate
from emulator.messaging.timers import WhatsAppTemplateReviewed, WhatsAppTemplateUnpaused
from emulator.messaging.whatsapp.accounts import meta_id, report, state_of
from emulator.messaging.whatsapp.errors import InvalidParametersException, MetaError, ResourceNotFoundException
from emulator.messaging.whatsapp.fields import INVALID
from emulator.messaging.whatsapp.template_rules import MEDIA_FORMATS, check_components, check_definition
from emulator.wire.service import reaction

PENDING, APPROVED, REJECTED, PAUSED, DISABLED = "PENDING", "APPROVED", "REJECTED", "PAUSED", "DISABLED"
EDITABLE = frozenset({APPROVED, REJECTED, PAUSED})
LIMIT_EXCEEDED = 2388019
STATUS_FIXED = 2388039
GENERATED_FIXED, GENERATED_KEPT = 2388318, 2388330
AUTO_GENERATED = "AUTO_GENERATED"
"""The source of the templates that Meta makes of messages sent with Direct Send."""
NAME_BLOCKED_FOR = timedelta(days=30)
EDITS_WITHIN = timedelta(days=30)
EDITS_MAX = 10
APPROVED_EDIT_EVERY = timedelta(days=1)
PAUSES = (("FIRST_PAUSE", timedelta(hours=3)), ("SECOND_PAUSE", timedelta(hours=6)))
"""How long the first pauses last; the next one disables the template. Source: a practitioner's reference"""
PAUSE_DESCRIPTION = "Paused for low quality."
REJECTION = "INVALID_FORMAT"
SECURITY_ADVICE = " For your security, do not share this code."


def read_json(text: bytes, name: str) -> Any:
    """
    Return the JSON of a blob.

    Raises:
        InvalidParametersException: it is not JSON.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidParametersException(f"{name} is not valid JSON: {error}") from error


def create(ctx: Context, account: WhatsAppAccount, definition: Document, *, status: str = PENDING) -> WhatsAppTemplate:
    """
    Create a template; a review follows if it is PENDING.

    Raises:
        InvalidParametersException: the definition breaks a rule, the name is taken or blocked, or there are too many.
    """
    try:
        check_definition(definition)
        _check_handles(ctx, definition["components"])
        _check_name(ctx, account, definition["name"], definition["language"])
    except MetaError as error:
        raise error.as_refusal() from error
    template = WhatsAppTemplate(
        meta_template_id=meta_id(ctx, "template"),
        template_name=definition["name"],
        template_language=definition["language"],
        template_category=definition["category"],
        template_status=status,
        components=_completed(definition["components"], definition["category"]),
        parameter_format=str(definition.get("parameter_format", "POSITIONAL")).upper(),
        message_send_ttl_seconds=definition.get("message_send_ttl_seconds"),
    )
    account.templates[template.meta_template_id] = template
    if status == PENDING:
        schedule_review(ctx, account, template)
    return template


def _check_name(ctx: Context, account: WhatsAppAccount, name: str, language: str) -> None:
    names = {template.template_name for template in account.templates.values()}
    if find(account, name, language) is not None:
        raise MetaError(INVALID, f"there is a template {name} in {language} already")
    blocked_until = account.deleted_names.get(name)
    if blocked_until is not None and ctx.now < blocked_until:
        raise MetaError(INVALID, f"the name {name} belonged to a template that was deleted less than 30 days ago")
    if name not in names and len(names) >= account.template_limit:
        raise MetaError(LIMIT_EXCEEDED, f"an account has at most {account.template_limit} templates")


def _check_handles(ctx: Context, components: list[Document]) -> None:
    for part in components:
        if str(part.get("format", "")).upper() in MEDIA_FORMATS:
            for handle in part["example"]["header_handle"]:
                if handle not in state_of(ctx).header_handles:
                    raise MetaError(INVALID, "example.header_handle is not a handle of CreateWhatsAppMessageTemplateMedia")


def _completed(components: list[Document], category: str) -> list[Document]:
    """Return the components with the fixed texts of an AUTHENTICATION template."""
    if category != "AUTHENTICATION":
        return components
    done = []
    for part in components:
        kind = str(part["type"]).upper()
        if kind == "BODY":
            advice = SECURITY_ADVICE if part.get("add_security_recommendation") else ""
            done.append({**part, "text": "*{{1}}* is your verification code." + advice})
        elif kind == "FOOTER" and "code_expiration_minutes" in part:
            done.append({**part, "text": f"This code expires in {part['code_expiration_minutes']} minutes."})
        else:
            done.append(part)
    return done


def find(account: WhatsAppAccount, name: str, language: str) -> WhatsAppTemplate | None:
    """Return the template of this name in this language; None if there is none."""
    wanted = (name, language)
    return next(
        (each for each in account.templates.values() if (each.template_name, each.template_language) == wanted), None
    )


def identify(
    account: WhatsAppAccount, meta_template_id: str | None, name: str | None, language: str | None
) -> WhatsAppTemplate:
    """
    Return the template that a request names: by Meta's id, or by name and language.

    Raises:
        InvalidParametersException: the request names none.
        ResourceNotFoundException: there is no such template.
    """
    if meta_template_id is None and (name is None or language is None):
        raise InvalidParametersException("Either metaTemplateId, or templateName and templateLanguageCode are required")
    if meta_template_id is not None:
        found = account.templates.get(meta_template_id)
    else:
        found = find(account, name or "", language or "")
    if found is None:
        raise ResourceNotFoundException(f"Template not found: {meta_template_id or name}")
    return found


def edit(
    ctx: Context,
    account: WhatsAppAccount,
    template: WhatsAppTemplate,
    *,
    components: list[Document] | None,
    category: str | None,
    parameter_format: str | None,
    tracking_opted_out: bool | None,
) -> None:
    """
    Change a template; it is reviewed again.

    Raises:
        InvalidParametersException: its status forbids it, it was edited too often, or the change breaks a rule.
    """
    format_wanted = (parameter_format or template.parameter_format).upper()
    category_wanted = category or template.template_category
    try:
        _check_edit(ctx, template, category_wanted)
        check_components(components or template.components, category_wanted, format_wanted)
        _check_handles(ctx, components or [])
    except MetaError as error:
        raise error.as_refusal() from error
    template.edits = [at for at in template.edits if at > ctx.now - EDITS_WITHIN] + [ctx.now]
    template.parameter_format, template.template_category = format_wanted, category_wanted
    if components is not None:
        template.components = _completed(components, category_wanted)
    if tracking_opted_out is not None:
        template.cta_url_link_tracking_opted_out = tracking_opted_out
    template.template_status = PENDING
    template.version += 1
    schedule_review(ctx, account, template)


def _check_edit(ctx: Context, template: WhatsAppTemplate, category: str) -> None:
    if template.template_source == AUTO_GENERATED:
        raise MetaError(GENERATED_FIXED)
    recent = [at for at in template.edits if at > ctx.now - EDITS_WITHIN]
    was_approved = template.template_status == APPROVED
    if template.template_status not in EDITABLE:
        raise MetaError(STATUS_FIXED, f"the template is {template.template_status}")
    if was_approved and category != template.template_category:
        raise MetaError(STATUS_FIXED, "the category of an approved template cannot be changed")
    if len(recent) >= EDITS_MAX:
        raise MetaError(INVALID, f"a template can be edited {EDITS_MAX} times in 30 days")
    if was_approved and recent and recent[-1] > ctx.now - APPROVED_EDIT_EVERY:
        raise MetaError(INVALID, "an approved template can be edited once in 24 hours")


def delete(ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate) -> None:
    """
    Delete a template; its name is blocked for 30 days.

    Raises:
        InvalidParametersException: Meta has made it of messages sent with Direct Send.
    """
    if template.template_source == AUTO_GENERATED:
        raise MetaError(GENERATED_KEPT).as_refusal()
    del account.templates[template.meta_template_id]
    blocked = {name: until for name, until in account.deleted_names.items() if until > ctx.now}
    account.deleted_names = blocked | {template.template_name: ctx.now + NAME_BLOCKED_FOR}


def schedule_review(ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate) -> None:
    """Schedule the end of the review."""
    due = WhatsAppTemplateReviewed(ctx.account, ctx.region, account.waba_id, template.meta_template_id, template.version)
    ctx.world.clock.schedule(ctx.world.settings.review, due)


@reaction(WhatsAppTemplateReviewed)
def review(ctx: Context, event: WhatsAppTemplateReviewed) -> None:
    """Decide on a template that still waits, unless the account's reviewer is `manual`."""
    found = by_meta_id(ctx, event.meta_template_id)
    if found is None or found[1].version != event.version or found[1].template_status != PENDING:
        return
    if ctx.store.reviewer != "manual":
        decide(ctx, *found, REJECTED if ctx.store.reviewer == "deny" else APPROVED)


def by_meta_id(ctx: Context, meta_template_id: str) -> tuple[WhatsAppAccount, WhatsAppTemplate] | None:
    """Return a template of the caller's linked accounts, with its account; None if there is none."""
    for account in state_of(ctx).accounts.values():
        if meta_template_id in account.templates:
            return account, account.templates[meta_template_id]
    return None


def decide(
    ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate, status: str, reason: str | None = None
) -> None:
    """Bring a template to another status, and report it; a third pause disables it."""
    if status == template.template_status:
        return
    value: Document = {
        "event": status,
        "message_template_id": int(template.meta_template_id),
        "message_template_name": template.template_name,
        "message_template_language": template.template_language,
        "reason": "NONE",
        "message_template_category": template.template_category,
    }
    if status == REJECTED:
        value["reason"] = template.rejected_reason = reason or REJECTION
        value["rejection_info"] = {
            "reason": "The template does not follow the guidelines.",
            "recommendation": "Change the template and submit it again.",
        }
    if status == PAUSED:
        template.pauses += 1
        if template.pauses > len(PAUSES):
            status = value["event"] = DISABLED
            value["other_info"] = {"title": "DISABLED", "description": PAUSE_DESCRIPTION}
        else:
            title, length = PAUSES[template.pauses - 1]
            value["other_info"] = {"title": title, "description": PAUSE_DESCRIPTION}
            due = WhatsAppTemplateUnpaused(ctx.account, ctx.region, template.meta_template_id, template.pauses)
            ctx.world.clock.schedule(length, due)
    if status == DISABLED:
        value["disable_info"] = {"disable_date": str(int(ctx.now.timestamp()))}
    template.template_status = status
    # A template that is approved, or may be sent again, is paced from its first message on.
    template.sends, template.paced_until = 0, None
    report(ctx, account, "message_template_status_update", value)


@reaction(WhatsAppTemplateUnpaused)
def unpause(ctx: Context, event: WhatsAppTemplateUnpaused) -> None:
    """End a pause."""
    found = by_meta_id(ctx, event.meta_template_id)
    if found is not None and found[1].template_status == PAUSED and found[1].pauses == event.pauses:
        decide(ctx, *found, APPROVED)


def set_quality(ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate, score: str) -> None:
    """Change the quality score of a template, and report it."""
    value = {
        "previous_quality_score": template.template_quality_score,
        "new_quality_score": score,
        **_named(template),
    }
    template.template_quality_score = score
    report(ctx, account, "message_template_quality_update", value)


def recategorize(ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate, category: str) -> None:
    """Move a template to another category, as Meta does by its content, and report it."""
    value = {
        **_named(template),
        "previous_category": template.template_category,
        "new_category": category,
    }
    template.template_category = template.correct_category = category
    report(ctx, account, "template_category_update", value)


def _named(template: WhatsAppTemplate) -> Document:
    return {
        "message_template_id": int(template.meta_template_id),
        "message_template_name": template.template_name,
        "message_template_language": template.template_language,
    }


def as_meta(template: WhatsAppTemplate) -> Document:
    """Return a template as Meta's API shows it."""
    shown: Document = {
        "name": template.template_name,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "language": template.template_language,
        "status": template.template_status,
        "category": template.template_category,
    }
    if template.message_send_ttl_seconds is not None:
        shown["message_send_ttl_seconds"] = template.message_send_ttl_seconds
    if template.template_status == REJECTED:
        shown["rejected_reason"] = template.rejected_reason
    return {**shown, "id": template.meta_template_id}
