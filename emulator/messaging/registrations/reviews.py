"""
The review of a registration, on the virtual clock: what is denied at once, what the reviewer says, what approval makes.

A review goes submitted, reviewing (first by AWS where that was asked for), authentication of a listed company,
provisioning, complete. The account's reviewer approves, denies, or leaves it to the tester; once the tester has decided
anything, nothing moves by itself any more. Source: registrations-status.html, registrations-10dlc*.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.registrations import associations, rcs_forms
from emulator.messaging.registrations.associations import BRAND, CAMPAIGN, TOLL_FREE, VETTING
from emulator.messaging.registrations.forms import form_of
from emulator.messaging.registrations.provisioning import provision, withdraw
from emulator.messaging.state.registrations import (
    IDENTITY_STATUS,
    IN_REVIEW,
    UNDER_WAY,
    VETTING_SCORE,
    DeniedReason,
    FieldValue,
    Registration,
)
from emulator.messaging.timers import AuthenticationExpired, ReviewDue
from emulator.wire.service import reaction

REVIEWERS = ("approve", "manual", "deny")
INDIAN_REGIONS = frozenset({"ap-south-1", "ap-south-2"})
"""India's registrations are taken there only. Source: registrations-india.html"""
LINK_VALID_FOR = timedelta(days=7)
"""Source: registrations-10dlc-company.html"""
REVIEW_PROGRESS = {
    "REVIEWING": 0.25,
    "REQUIRES_AUTHENTICATION": 0.5,
    "PROVISIONING": 0.75,
    "COMPLETE": 1.0,
    "REQUIRES_UPDATES": 1.0,
}
"""When a status is reached, as a part of the review time; only the last is what AWS publishes times for. # unverified"""
VERSION_STATUS = {
    "SUBMITTED": "SUBMITTED",
    "AWS_REVIEWING": "AWS_REVIEWING",
    "REVIEWING": "REVIEWING",
    "REQUIRES_AUTHENTICATION": "REQUIRES_AUTHENTICATION",
    "PROVISIONING": "APPROVED",
    "COMPLETE": "APPROVED",
}
"""What becomes of the version when the registration reaches a status. Source: API reference, RegistrationInformation"""
REASON_BY_DEFAULT = {
    BRAND: DeniedReason("BRAND_UNVERIFIED", "The brand could not be verified"),
    VETTING: DeniedReason("BRAND_VETTING_INVALID", "The brand could not be vetted"),
    CAMPAIGN: DeniedReason("CAMPAIGN_UNCLEAR", "What the campaign sends is not clear"),
    TOLL_FREE: DeniedReason("UNCLEAR_USE_CASE", "What the number is for is not clear"),
}
"""Why the reviewer `deny` denies. The reasons are AWS's (registration-help-rejections.html), the sentences # unverified."""
REASON_OF_OTHERS = DeniedReason("INVALID_FIELD_VALUE", "A value of the form is not acceptable")
NOT_AUTHENTICATED = DeniedReason("BRAND_NOT_TCR_AUTH_PLUS_COMPLIANT", "The link in the mail was not followed within 7 days")


def decide(ctx: Context, registration: Registration, status: str, reasons: Iterable[DeniedReason]) -> None:
    """The tester's word; from now on nothing moves by itself. `can_reach` says whether it makes sense."""
    registration.current.decided = True
    set_status(ctx, registration, status, reasons)


def can_reach(registration: Registration, status: str) -> bool:
    """Whether the tester can bring a registration to this status: what is in review anywhere, what is approved down."""
    if registration.registration_status == "CLOSED":
        return False
    if registration.registration_status in UNDER_WAY or status == "CLOSED":
        return True
    return registration.current.registration_version_status == "APPROVED" and status == "REQUIRES_UPDATES"


def submit(ctx: Context, registration: Registration, aws_review: bool) -> None:
    """Hand the current version to the reviewers."""
    registration.current.aws_review = aws_review
    set_status(ctx, registration, "SUBMITTED")
    _schedule_next(ctx, registration)


def set_status(ctx: Context, registration: Registration, status: str, reasons: Iterable[DeniedReason] = ()) -> None:
    """Bring a registration to a status, with its version and all that follows from it."""
    version = registration.current
    registration.registration_status = status
    reached = _version_status(version.registration_version_status, status)
    if reached == "REVOKED":
        registration.approved_version_number = None
        registration.additional_attributes = None
        withdraw(ctx, registration)
    if version.registration_version_status != reached:
        version.set_status(reached, ctx.now)
    if reached == "APPROVED":
        _archive_older(ctx, registration)
    if status == "REQUIRES_UPDATES":
        _deny(registration, reasons)
    if status == "REQUIRES_AUTHENTICATION":
        expired = AuthenticationExpired(ctx.account, ctx.region, registration.registration_id, version.version_number)
        ctx.world.clock.schedule(LINK_VALID_FOR, expired)
    if status == "COMPLETE":
        _attest(ctx, registration)
        provision(ctx, registration)
    associations.emit_status(ctx, registration)


def _attest(ctx: Context, registration: Registration) -> None:
    """What the registry says of a brand that it knows, and of one that was vetted; the keys are # unverified."""
    if registration.registration_type == BRAND:
        registration.additional_attributes = {IDENTITY_STATUS: "VERIFIED"}
    elif registration.registration_type == VETTING:
        # A figure between 0 and 100, which is shown as feedback too. Source: registrations-10dlc-vetting.html
        score = ctx.world.seeds.random(f"vetting/{registration.registration_id}").randrange(50, 101)
        registration.additional_attributes = {VETTING_SCORE: str(score)}
        registration.current.feedback = f"Vetting score: {score}"  # unverified


def _version_status(now: str, status: str) -> str:
    """What becomes of a version; one that is neither approved nor in review stays when its registration falls."""
    if status not in ("REQUIRES_UPDATES", "CLOSED"):
        return VERSION_STATUS[status]
    if now == "APPROVED":
        return "REVOKED"
    return "DENIED" if now in IN_REVIEW else now


def _archive_older(ctx: Context, registration: Registration) -> None:
    older = registration.approved_version_number
    current = registration.current_version_number
    if older is not None and older != current:
        registration.versions[older - 1].set_status("ARCHIVED", ctx.now)
    registration.approved_version_number = current


def _deny(registration: Registration, reasons: Iterable[DeniedReason]) -> None:
    version = registration.current
    version.denied_reasons = list(reasons) or [REASON_BY_DEFAULT.get(registration.registration_type, REASON_OF_OTHERS)]
    registration.latest_denied_version_number = version.version_number
    for reason in version.denied_reasons:
        if reason.field_path is not None:
            value = version.values.setdefault(reason.field_path, FieldValue(reason.field_path))
            value.denied_reason = reason.reason


def _next_status(ctx: Context, registration: Registration) -> str | None:
    """What comes by itself; None when it is the tester's turn."""
    status, version = registration.registration_status, registration.current
    if status == "SUBMITTED" and version.aws_review:
        return "AWS_REVIEWING"
    if status in ("SUBMITTED", "AWS_REVIEWING"):
        return "REVIEWING"
    if status == "REVIEWING" and ctx.store.reviewer != "approve":
        return "REQUIRES_UPDATES" if ctx.store.reviewer == "deny" else None
    if status == "REVIEWING" and _must_authenticate(registration):
        return "REQUIRES_AUTHENTICATION"
    if status != "PROVISIONING" and form_of(registration.registration_type).associations:
        return "PROVISIONING"
    return "COMPLETE"


def _must_authenticate(registration: Registration) -> bool:
    """Listed companies answer a mail. Source: registrations-10dlc-company.html"""
    legal_type = registration.current.values.get("companyInfo.legalType")
    return registration.registration_type == BRAND and legal_type is not None and "PUBLIC_PROFIT" in legal_type.choices


def _schedule_next(ctx: Context, registration: Registration) -> None:
    settings = ctx.world.settings
    status = _next_status(ctx, registration)
    if status is None:
        return
    version = registration.current
    length = settings.review_times.get(registration.registration_type, settings.review)
    # The first step is the automatic one.
    first = registration.registration_status == "SUBMITTED"
    after = settings.automatic_denial if first else length * REVIEW_PROGRESS[status]
    due = ReviewDue(ctx.account, ctx.region, registration.registration_id, version.version_number)
    ctx.world.clock.schedule_at(version.reached["SUBMITTED"] + after, due)


@reaction(ReviewDue)
def review(ctx: Context, event: ReviewDue) -> None:
    """The next step of a review, unless the tester has decided or the version was discarded."""
    registration = ctx.store.registrations.find(event.registration_id)
    if registration is None or registration.current_version_number != event.version_number:
        return
    version = registration.current
    under_way = version.registration_version_status in IN_REVIEW or registration.registration_status == "PROVISIONING"
    if version.decided or not under_way:
        return
    if registration.registration_status == "SUBMITTED":
        found = faults(ctx, registration)
        if found:
            set_status(ctx, registration, "REQUIRES_UPDATES", found)
            return
    # Asked again: the account's reviewer may have changed since.
    status = _next_status(ctx, registration)
    if status is not None:
        set_status(ctx, registration, status)
        if status not in ("COMPLETE", "REQUIRES_UPDATES"):
            _schedule_next(ctx, registration)


@reaction(AuthenticationExpired)
def expire_authentication(ctx: Context, event: AuthenticationExpired) -> None:
    """Nobody has followed the link."""
    registration = ctx.store.registrations.find(event.registration_id)
    if registration is None or registration.current_version_number != event.version_number:
        return
    if registration.registration_status == "REQUIRES_AUTHENTICATION":
        set_status(ctx, registration, "REQUIRES_UPDATES", [NOT_AUTHENTICATED])


def faults(ctx: Context, registration: Registration) -> list[DeniedReason]:
    """What AWS denies by itself, within seconds."""
    form = form_of(registration.registration_type)
    values = registration.current.values
    found = []
    for path, definition in form.fields.items():
        title = definition["DisplayHints"]["Title"]
        requirement = form.requirement(path, values)
        if requirement == "REQUIRED" and path not in values:
            found.append(DeniedReason("MISSING_CONDITIONAL_FIELD", f"{title} is required here", path))
        elif requirement == "DISALLOWED" and path in values:
            found.append(DeniedReason("CONDITIONAL_FIELD_NOT_ALLOWED", f"{title} is not allowed here", path))
    for check in CHECKS:
        found += check(ctx, registration)
    return found


def _sub_use_cases(ctx: Context, registration: Registration) -> list[DeniedReason]:
    """A mixed campaign names at least two use cases. Source: registrations-10dlc-register-campaign.html"""
    values = registration.current.values
    use_case, parts = values.get("campaignUseCase.useCase"), values.get("campaignUseCase.subUseCases")
    if use_case is None or parts is None or "MIXED" not in use_case.choices or len(parts.choices) >= 2:
        return []
    return [DeniedReason("INVALID_FIELD_VALUE", "MIXED needs two to five use cases", parts.field_path)]


def _region(ctx: Context, registration: Registration) -> list[DeniedReason]:
    if not registration.registration_type.startswith("IN_") or ctx.region in INDIAN_REGIONS:
        return []
    # That it ends in REQUIRES_UPDATES is documented; the reason is # unverified.
    return [DeniedReason("INVALID_FIELD_VALUE", f"India is registered in {' or '.join(sorted(INDIAN_REGIONS))} only")]


CHECKS: tuple[Callable[[Context, Registration], list[DeniedReason]], ...] = (_sub_use_cases, rcs_forms.check, _region)
