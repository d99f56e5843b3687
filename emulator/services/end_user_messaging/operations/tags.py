"""Tags of brand profiles and notify code configurations; nothing else in this API has an ARN."""

from __future__ import annotations

from emulator.services.end_user_messaging.errors import ResourceNotFoundException, ServiceQuotaExceededException
from emulator.services.end_user_messaging.service import BRAND_PROFILE, CODE_CONFIGURATION, TAGS_MAX, Context, read_tags
from emulator.wire.service import operation


def _tags_of(ctx: Context, arn: str) -> dict[str, str]:
    tags = ctx.store.tags.get(arn)
    if tags is None:
        kind = arn.split(":", 5)[-1].partition("/")[0]
        raise ResourceNotFoundException(kind if kind == CODE_CONFIGURATION else BRAND_PROFILE, arn)
    return tags


@operation
def tag_resource(ctx: Context, *, resource_arn: str, tags: list[dict[str, str]]) -> dict[str, str]:
    """Add tags, or change the values of those that exist. Source: service model, TagResource."""
    present = _tags_of(ctx, resource_arn)
    merged = present | read_tags(tags)
    if len(merged) > TAGS_MAX:
        raise ServiceQuotaExceededException(f"A resource can have at most {TAGS_MAX} tags")
    present.update(merged)
    return {}


@operation
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> dict[str, str]:
    """Remove tags; an absent one is not an error. Source: service model, UntagResource."""
    present = _tags_of(ctx, resource_arn)
    for key in tag_keys:
        present.pop(key, None)
    return {}


@operation
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> dict[str, list[dict[str, str]]]:
    """List the tags of a resource. Source: service model, ListTagsForResource."""
    return {"tags": [{"key": key, "value": value} for key, value in _tags_of(ctx, resource_arn).items()]}
