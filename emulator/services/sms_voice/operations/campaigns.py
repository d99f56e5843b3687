"""10DLC campaigns, as in the guide's console flow: submitted, reviewed, approved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from emulator.messaging.context import messaging_store
from emulator.services.sms_voice.errors import AlreadyExistsException, BadRequestException, NotFoundException
from emulator.services.sms_voice.numbers import origination
from emulator.services.sms_voice.service import Context
from emulator.services.sms_voice.state import APPROVED, PENDING, REJECTED, Campaign, CampaignReviewed
from emulator.wire.render import iso_8601
from emulator.wire.service import operation, reaction

REVIEW = {"friendly": timedelta(seconds=30), "strict": timedelta(hours=24)}
"""Duration of a review, by profile. Source: the guide, "Submit for approval (~24h)"."""


VERDICTS = {"approve": APPROVED, "deny": REJECTED, "manual": PENDING}
"""The outcome of a review, by the account's reviewer."""


@operation
def create_campaign(
    ctx: Context,
    *,
    campaign_name: str,
    campaign_category: str,
    sender_identity: str,
    expected_volume: int | None = None,
    message_sample: str | None = None,
) -> dict[str, Any]:
    """Submit a campaign for one of the account's numbers for approval. Source: the guide, "Campaign Registration"."""
    sender = origination(sender_identity)
    if sender not in messaging_store(ctx).phone_numbers:
        raise NotFoundException(f"{sender_identity} is not a phone number of the account")
    if not message_sample:
        raise BadRequestException("MessageSample is required: the reviewer needs an example of what is sent")
    campaigns = ctx.store.campaigns
    if any(row.campaign_name == campaign_name for row in campaigns.values()):
        raise AlreadyExistsException(f"Campaign {campaign_name} already exists")
    campaign_id = f"campaign-{ctx.world.seeds.hex_id('campaign')}"
    campaign = Campaign(
        campaign_id,
        campaign_name,
        campaign_category,
        sender,
        PENDING,
        ctx.now,
        expected_volume,
        message_sample,
    )
    campaigns[campaign_id] = campaign
    wait = REVIEW[ctx.world.settings.profile]
    ctx.world.clock.schedule(wait, CampaignReviewed(ctx.account, ctx.region, campaign_id))
    return _view(campaign)


@operation
def get_campaign(ctx: Context, *, campaign_id: str) -> dict[str, Any]:
    """Return a campaign with its status."""
    campaign = ctx.store.campaigns.get(campaign_id)
    if campaign is None:
        raise NotFoundException(f"Campaign {campaign_id} was not found")
    return _view(campaign)


@operation
def list_campaigns(ctx: Context) -> dict[str, Any]:
    """List the account's campaigns."""
    return {"Campaigns": [_view(campaign) for campaign in ctx.store.campaigns.values()]}


@reaction(CampaignReviewed)
def review(ctx: Context, event: CampaignReviewed) -> None:
    """End a review, unless the control API has decided it already; a manual review stays pending until it does."""
    campaign = ctx.store.campaigns[event.campaign_id]
    if campaign.status == PENDING:
        campaign.status = VERDICTS[messaging_store(ctx).reviewer]


def _view(campaign: Campaign) -> dict[str, Any]:
    members = {"".join(part.capitalize() for part in name.split("_")): value for name, value in asdict(campaign).items()}
    return members | {"CreatedTimestamp": iso_8601(campaign.created_timestamp)}
