"""Registration statuses as the events that AWS sends to EventBridge. Source: registrations-eventbridge.html"""

from __future__ import annotations

from typing import Any

from emulator.kernel.clock import milliseconds
from emulator.messaging.facts import RegistrationStatusChanged

DETAIL_TYPE = "Registration Status Change"
REPORTED = frozenset(
    {
        "CREATED",
        "SUBMITTED",
        "REVIEWING",
        "REQUIRES_AUTHENTICATION",
        "PROVISIONING",
        "COMPLETE",
        "REQUIRES_UPDATES",
        "CLOSED",
        "DELETED",
    }
)
"""Statuses that AWS reports; its own review, AWS_REVIEWING, is not among them."""


def registration_record(fact: RegistrationStatusChanged) -> dict[str, Any] | None:
    """Return the event's `detail-type`, `resources` and `detail`; None for a status that AWS does not report."""
    if fact.status not in REPORTED:
        return None
    return {
        "detail-type": DETAIL_TYPE,
        "resources": [fact.registration_arn],
        "detail": {
            "registrationDetails": {
                "registrationId": fact.registration_id,
                "registrationVersionNumber": fact.version_number,
                "registrationType": fact.registration_type,
                "registrationStatusChangeTimestamp": milliseconds(fact.at),
                "currentStatus": fact.status,
            },
            "registrationArn": fact.registration_arn,
        },
    }
