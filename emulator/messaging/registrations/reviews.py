"""
The review of a registration, on the virtual clock: automatic denials, the reviewer's decision, the effects of approval.

The steps of a review are: submitted, reviewing (first by AWS if that was requested), authentication of a listed company,
provisioning, complete. The account's reviewer approves, denies, or leaves it to the control API; once the control API has
made a decision, no step happens automatically any more. Source: registrations-status.html, registrations-10dlc*.html
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
"""The only regions that accept registrations for India. Source: registrations-india.html"""
LINK_VALID_FOR = timedelta(days=7)
"""Source: registrations-10dlc-company.html"""
REVIEW_PROGRESS = {
    "REVIEWING": 0.25,
    "REQUIRES_AUTHENTICATION": 0.5,
    "PROVISIONING": 0.75,
    "COMPLETE": 1.0,
    "REQUIRES_UPDATES": 1.0,
}
"""When a status is reached, as a fraction of the review time; AWS publishes times for the last only. # unverified"""
VERSION_STATUS = {
    "SUBMITTED": "SUBMITTED",
    "AWS_REVIEWING": "AWS_REVIEWING",
    "REVIEWING": "REVIEWING",
    "REQUIRES_AUTHENTICATION": "REQUIRES_AUTHENTICATION",
    "PROVISIONING": "APPROVED",
    "COMPLETE": "APPROVED",
}
"""The status of the version by the status of the registration. Source: API reference, RegistrationInformation"""
REASON_BY_DEFAULT = {
    BRAND: DeniedReason("BRAND_UNVERIFIED", "The brand could not be verified"),
    VETTING: DeniedReason("BRAND_VETTING_INVALID", "The brand could not be vetted"),
    CAMPAIGN: DeniedReason("CAMPAIGN_UNCLEAR", "The campaign's purpose is unclear"),
    TOLL_FREE: DeniedReason("UNCLEAR_USE_CASE", "The number's use case is unclear"),
}
"""How the reviewer `deny` denies: reasons are AWS's (registration-help-rejections.html), the sentences # unverified."""
REASON_OF_OTHERS = DeniedReason("INVALID_FIELD_VALUE", "A value of the form is invalid")
NOT_AUTHENTICATED = DeniedReason("BRAND_NOT_TCR_AUTH_PLUS_COMPLIANT", "The link in the email was not opened within 7 days")


def decide(ctx: Context, registration: Registration, status: str, reasons: Iterable[DeniedReason]) -> None:
    """
    Set the status that the control API has decided; from then on no step happens automatically.

    Check with `can_reach` first whether the registration can reach the status.
    """
    registration.current.decided = True
    set_status(ctx, registration, status, reasons)


def can_reach(registration: Registration, status: str) -> bool:
    """
    Return True if the control API can bring a registration to this status.

    Under review it can reach any status; once approved, REQUIRES_UPDATES; and unless it is closed already, CLOSED.
    """
    if registration.registration_status == "CLOSED":
        return False
    if registration.registration_status in UNDER_WAY or status == "CLOSED":
        return True
    return registration.current.registration_version_status == "APPROVED" and status == "REQUIRES_UPDATES"


def submit(ctx: Context, registration: Registration, aws_review: bool) -> None:
    """Submit the current version for review, first by AWS if `aws_review` is set."""
    registration.current.aws_review = aws_review
    set_status(ctx, registration, "SUBMITTED")
    _schedule_next(ctx, registration)


def set_status(ctx: Context, registration: Registration, status: str, reasons: Iterable[DeniedReason] = ()) -> None:
    """Bring a registration and its version to a status, with all consequences."""
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
    """Set the additional attributes of a verified brand or of a vetting."""
    if registration.registration_type == BRAND:
        registration.additional_attributes = {IDENTITY_STATUS: "VERIFIED"}
    elif registration.registration_type == VETTING:
        # A number between 0 and 100, which is also shown as feedback. Source: registrations-10dlc-vetting.html
        score = ctx.world.seeds.random(f"vetting/{registration.registration_id}").randrange(50, 101)
        registration.additional_attributes = {VETTING_SCORE: str(score)}
        registration.current.feedback = f"Vetting score: {score}"


def _version_status(now: str, status: str) -> str:
    """Return the next status of a version; one neither approved nor in review keeps its status on denial or closing."""
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
    """Return the status that follows automatically; None if the control API has to decide."""
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
    """Return True for a listed company, which has to follow a link in an email. Source: registrations-10dlc-company.html"""
    legal_type = registration.current.values.get("companyInfo.legalType")
    return registration.registration_type == BRAND and legal_type is not None and "PUBLIC_PROFIT" in legal_type.choices


def _schedule_next(ctx: Context, registration: Registration) -> None:
    settings = ctx.world.settings
    status = _next_status(ctx, registration)
    if status is None:
        return
    version = registration.current
    length = settings.review_times.get(registration.registration_type, settings.review)
    # The first step is the automatic check.
    first = registration.registration_status == "SUBMITTED"
    after = settings.automatic_denial if first else length * REVIEW_PROGRESS[status]
    due = ReviewDue(ctx.account, ctx.region, registration.registration_id, version.version_number)
    ctx.world.clock.schedule_at(version.reached["SUBMITTED"] + after, due)


@reaction(ReviewDue)
def review(ctx: Context, event: ReviewDue) -> None:
    """Take the next step of a review, unless the control API has decided or the version has been discarded."""
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
    # Evaluated again: the account's reviewer may have changed since.
    status = _next_status(ctx, registration)
    if status is not None:
        set_status(ctx, registration, status)
        if status not in ("COMPLETE", "REQUIRES_UPDATES"):
            _schedule_next(ctx, registration)


@reaction(AuthenticationExpired)
def expire_authentication(ctx: Context, event: AuthenticationExpired) -> None:
    """Deny a registration whose authentication link has expired."""
    registration = ctx.store.registrations.find(event.registration_id)
    if registration is None or registration.current_version_number != event.version_number:
        return
    if registration.registration_status == "REQUIRES_AUTHENTICATION":
        set_status(ctx, registration, "REQUIRES_UPDATES", [NOT_AUTHENTICATED])


def faults(ctx: Context, registration: Registration) -> list[DeniedReason]:
    """Return the reasons for which AWS denies a registration automatically, within seconds."""
    form = form_of(registration.registration_type)
    values = registration.current.values
    found = []
    for path, definition in form.fields.items():
        title = definition["DisplayHints"]["Title"]
        requirement = form.requirement(path, values)
        if requirement == "REQUIRED" and path not in values:
            if definition["FieldRequirement"] == "REQUIRED":
                # The sentence was seen in the log of a denied toll-free registration.
                found.append(DeniedReason("MISSING_REQUIRED_FIELD", "Missing required field", path))
            else:
                found.append(DeniedReason("MISSING_CONDITIONAL_FIELD", f"{title} is required with these values", path))
        elif requirement == "DISALLOWED" and path in values:
            found.append(DeniedReason("CONDITIONAL_FIELD_NOT_ALLOWED", f"{title} is not allowed with these values", path))
    for check in CHECKS:
        found += check(ctx, registration)
    return found


def _sub_use_cases(ctx: Context, registration: Registration) -> list[DeniedReason]:
    """Deny a mixed campaign with fewer than two use cases. Source: registrations-10dlc-register-campaign.html"""
    values = registration.current.values
    use_case, parts = values.get("campaignUseCase.useCase"), values.get("campaignUseCase.subUseCases")
    if use_case is None or parts is None or "MIXED" not in use_case.choices or len(parts.choices) >= 2:
        return []
    return [DeniedReason("INVALID_FIELD_VALUE", "MIXED requires two to five use cases", parts.field_path)]


def _region(ctx: Context, registration: Registration) -> list[DeniedReason]:
    if not registration.registration_type.startswith("IN_") or ctx.region in INDIAN_REGIONS:
        return []
    # The status REQUIRES_UPDATES is documented; the reason is # unverified.
    regions = " or ".join(sorted(INDIAN_REGIONS))
    return [DeniedReason("INVALID_FIELD_VALUE", f"Registrations for India must be made in {regions}, not {ctx.region}")]


CHECKS: tuple[Callable[[Context, Registration], list[DeniedReason]], ...] = (_sub_use_cases, rcs_forms.check, _region)
