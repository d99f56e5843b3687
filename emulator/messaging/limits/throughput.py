"""
The throughput of origination identities, as the Describe operations show it.

Source: service model, MessagingLimits; sms-limitations-mps.html for the rates, registrations-10dlc.html for the daily cap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.kernel.stores import MappedRows
from emulator.kernel.tables import load_table
from emulator.messaging.channels import BY_CAPABILITY
from emulator.messaging.context import Context
from emulator.messaging.limits import request_rates
from emulator.messaging.registrations import associations
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Identity
from emulator.messaging.state.registrations import VETTING_SCORE

UNVETTED_PER_DAY = 2_000
"""The messages per day that T-Mobile accepts from a brand without a vetting."""
PER_DAY = ((75, 200_000), (50, 40_000), (25, 10_000))
"""Vetting scores, and the messages per day from each score up. # unverified: T-Mobile's own classes"""


def with_limits(ctx: Context, identities: Sequence[Identity]) -> Sequence[tuple[Identity, dict[str, Any]]]:
    """Return each identity with its MessagingLimits, which are computed for those that a page shows."""
    return MappedRows(identities, lambda identity: (identity, {"MessagingLimits": limits_of(ctx, identity)}))


def limits_of(ctx: Context, identity: Identity) -> dict[str, dict[str, int]]:
    """Return the messages per second by capability, and for 10DLC numbers the messages per day by carrier."""
    kind = identity.number_type if isinstance(identity, PhoneNumber) else identity.resource_type.upper().replace("-", "_")
    by_capability = {name: _rate(name, kind, identity.iso_country_code) for name in identity.number_capabilities}
    limits = {"RateLimits": by_capability}
    if kind == "TEN_DLC" and "SMS" in by_capability:
        limits["DailyMessageCaps"] = {"T-MOBILE": _per_day(ctx, identity)}
    return limits


def _rate(capability: str, kind: str, iso: str) -> int:
    if capability == "VOICE":
        calls: int = load_table("messaging/limits/data/quotas.json")["voice"]["both"]["perOriginationNumberPerSecond"]
        return calls
    return request_rates.parts_per_second(kind, iso, BY_CAPABILITY[capability].name)


def _per_day(ctx: Context, number: Identity) -> int:
    """Return the daily cap by the best vetting score of the brand to which the number's campaign belongs."""
    scores = [
        int(vetting.additional_attributes[VETTING_SCORE])
        for campaign in associations.holders(ctx, number.origination_identity_arn, associations.CAMPAIGN)
        for brand in campaign.associated("registration")
        for vetting in associations.holders(ctx, brand.resource_arn, associations.VETTING)
        if vetting.additional_attributes and vetting.registration_status == "COMPLETE"
    ]
    return next((most for least, most in PER_DAY if max(scores, default=0) >= least), UNVETTED_PER_DAY)
