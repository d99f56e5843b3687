"""Tags of every resource that has an ARN."""

from __future__ import annotations

from emulator.messaging.errors import ResourceNotFoundException, ServiceQuotaExceededException, ValidationException
from emulator.messaging.store import TAGS_PER_RESOURCE
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

RESOURCE_TYPES = frozenset(
    {
        "phone-number",
        "sender-id",
        "pool",
        "configuration-set",
        "opt-out-list",
        "registration",
        "registration-attachment",
        "verified-destination-number",
        "protect-configuration",
        "notify-configuration",
        "rcs-agent",
    }
)


def _tags_of(ctx: Context, arn: str) -> dict[str, str]:
    tags = ctx.store.tags.get(arn)
    if tags is not None:
        return tags
    parts = arn.split(":", 5)
    kind = parts[5].partition("/")[0] if len(parts) == 6 else ""
    if len(parts) < 6 or parts[2] != "sms-voice" or kind not in RESOURCE_TYPES:
        raise ValidationException("INVALID_ARN", ("resourceArn", "Must be the ARN of a resource of sms-voice"))
    raise ResourceNotFoundException(kind, arn)


@operation
def tag_resource(ctx: Context, *, resource_arn: str, tags: list[dict[str, str]]) -> dict[str, str]:
    """Add tags, or change the values of those that exist. Source: API reference, TagResource."""
    kept = _tags_of(ctx, resource_arn)
    merged = kept | {tag["Key"]: tag["Value"] for tag in tags}
    if len(merged) > TAGS_PER_RESOURCE:
        raise ServiceQuotaExceededException("TAGS_PER_RESOURCE")
    kept.update(merged)
    return {}


@operation
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> dict[str, str]:
    """Remove tags; an absent one is not an error. Source: API reference, UntagResource."""
    kept = _tags_of(ctx, resource_arn)
    for key in tag_keys:
        kept.pop(key, None)
    return {}


@operation
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> dict[str, object]:
    """List the tags of a resource. Source: API reference, ListTagsForResource."""
    kept = _tags_of(ctx, resource_arn)
    return {"ResourceArn": resource_arn, "Tags": [{"Key": key, "Value": value} for key, value in kept.items()]}
