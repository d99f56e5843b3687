"""Campaigns as the tester decides on them: in the words of registrations, which they are in the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice.service import service as sms_voice
from emulator.services.sms_voice.state import APPROVED, PENDING, REJECTED
from emulator.tester.errors import BadCommand, UnknownThing

if TYPE_CHECKING:
    from emulator.engine import Emulator

CAMPAIGN = "campaign-"
"""How the id of a campaign begins."""
STATUSES = {"COMPLETE": APPROVED, "REQUIRES_UPDATES": REJECTED, "CLOSED": REJECTED, "REVIEWING": PENDING}
"""What a decision on a registration makes of a campaign."""


def decide_campaign(emulator: Emulator, campaign_id: str, decision: str) -> dict[str, Any]:
    """
    Bring a campaign of any account to a status.

    Raises:
        UnknownThing: there is no such campaign.
        BadCommand: campaigns know no such decision.
    """
    if decision not in STATUSES:
        raise BadCommand(f"a campaign can be {', '.join(STATUSES)}, not {decision}", "status")
    for store in emulator.world.stores[sms_voice.name]:
        campaign = store.campaigns.get(campaign_id)
        if campaign is not None:
            campaign.status = STATUSES[decision]
            return {"campaign_id": campaign_id, "account": store.account, "region": store.region, "status": campaign.status}
    raise UnknownThing(f"no account has the campaign {campaign_id}")
