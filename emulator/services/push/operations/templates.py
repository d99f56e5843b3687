"""Push templates and their versions. Source: the API reference of Amazon Pinpoint, "Push Template", "Templates"."""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.services.push.errors import BadRequestException, NotFoundException
from emulator.services.push.service import PUSH_TEMPLATE as KIND
from emulator.services.push.service import VERSION, Context, accepted, check_tags, find_template
from emulator.services.push.state import PushTemplate
from emulator.wire.paging import page
from emulator.wire.render import iso_8601
from emulator.wire.service import operation

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
HIDDEN = ("tags",)
VERSIONS_MAX = 5000
"""Source: Pinpoint quotas, "Message templates": the most of a template. # unverified"""


@operation
def create_push_template(
    ctx: Context, *, template_name: str, push_notification_template_request: dict[str, Any]
) -> dict[str, Any]:
    """Create a template with its first version."""
    store = ctx.store
    if not NAME.fullmatch(template_name):
        allowed = "1 to 128 letters, digits, _ and -, beginning with a letter or digit"
        raise BadRequestException(f"Invalid TemplateName {template_name}; must be {allowed}")
    if template_name in store.templates:
        raise BadRequestException(f"Template {template_name} already exists")
    _check_defaults(push_notification_template_request)
    tags = dict(push_notification_template_request.get("tags", {}))
    check_tags(tags)
    body = {name: value for name, value in push_notification_template_request.items() if name not in HIDDEN}
    arn = store.arn(f"templates/{template_name}/{KIND}")
    store.templates[template_name] = PushTemplate(template_name, arn, ctx.now, [(ctx.now, body)])
    store.tags[arn] = tags
    created = {"Arn": arn, "Message": "Created", "RequestID": ctx.request_id}
    return {"CreateTemplateMessageBody": created}


@operation
def update_push_template(
    ctx: Context,
    *,
    template_name: str,
    push_notification_template_request: dict[str, Any],
    create_new_version: bool = False,
    version: str | None = None,
) -> dict[str, Any]:
    """Replace a version, the latest by default, or add a new one."""
    template = find_template(ctx, template_name)
    _check_defaults(push_notification_template_request)
    body = {name: value for name, value in push_notification_template_request.items() if name not in HIDDEN}
    if create_new_version:
        if len(template.versions) >= VERSIONS_MAX:
            raise BadRequestException(f"A template has at most {VERSIONS_MAX} versions")
        template.versions.append((ctx.now, body))
        template.active = len(template.versions)
    else:
        template.versions[_place(template, version)] = (ctx.now, body)
    return accepted(ctx)


@operation
def get_push_template(ctx: Context, *, template_name: str, version: str | None = None) -> dict[str, Any]:
    """Return a version of a template, the active one by default."""
    template = find_template(ctx, template_name)
    place = template.active - 1 if version is None else _place(template, version)
    modified, body = template.versions[place]
    return {
        "PushNotificationTemplateResponse": _head(ctx, template, place) | body | {"LastModifiedDate": iso_8601(modified)}
    }


@operation
def delete_push_template(ctx: Context, *, template_name: str, version: str | None = None) -> dict[str, Any]:
    """Delete a template with all its versions, or a single version unless it is the only one."""
    template = find_template(ctx, template_name)
    if version is not None:
        place = _place(template, version)
        if len(template.versions) == 1:
            raise BadRequestException("The only version of a template cannot be deleted")
        del template.versions[place]
        template.active = min(template.active, len(template.versions))
        return accepted(ctx)
    del ctx.store.templates[template_name]
    ctx.store.tags.pop(template.arn, None)
    return accepted(ctx)


@operation
def list_templates(
    ctx: Context,
    *,
    next_token: str | None = None,
    page_size: str | None = None,
    prefix: str | None = None,
    template_type: str | None = None,
) -> dict[str, Any]:
    """List the account's templates in their active versions."""
    found = [
        _head(ctx, template, template.active - 1) | {"LastModifiedDate": iso_8601(template.versions[template.active - 1][0])}
        for template in ctx.store.templates.values()
        if template.name.startswith(prefix or "") and template_type in (None, KIND)
    ]
    request = f"ListTemplates/{prefix}/{template_type}"
    rows, following = page(ctx, request, found, next_token, page_size, BadRequestException)
    return {"TemplatesResponse": {"Item": rows, "NextToken": following}}


@operation
def list_template_versions(
    ctx: Context,
    *,
    template_name: str,
    template_type: str,
    next_token: str | None = None,
    page_size: str | None = None,
) -> dict[str, Any]:
    """List all versions of a template."""
    template = find_template(ctx, template_name, template_type)
    found = [
        {name: value for name, value in _head(ctx, template, place).items() if name not in ("Arn", "tags")}
        | {"LastModifiedDate": iso_8601(modified)}
        for place, (modified, _) in enumerate(template.versions)
    ]
    rows, following = page(ctx, f"ListTemplateVersions/{template_name}", found, next_token, page_size, BadRequestException)
    return {"TemplateVersionsResponse": {"Item": rows, "NextToken": following}}


@operation
def update_template_active_version(
    ctx: Context, *, template_name: str, template_type: str, template_active_version_request: dict[str, Any]
) -> dict[str, Any]:
    """Set the active version, which is the one that is sent."""
    template = find_template(ctx, template_name, template_type)
    template.active = _place(template, template_active_version_request.get("Version")) + 1
    return accepted(ctx)


def _check_defaults(request: dict[str, Any]) -> None:
    try:
        defaults = json.loads(request.get("DefaultSubstitutions") or "{}")
    except (ValueError, RecursionError) as error:
        raise BadRequestException(f"DefaultSubstitutions must be JSON: {error}") from error
    if not isinstance(defaults, dict):
        raise BadRequestException("DefaultSubstitutions must be a JSON object")


def _place(template: PushTemplate, version: str | None) -> int:
    if version in (None, "latest"):
        return len(template.versions) - 1
    assert version is not None
    if not VERSION.fullmatch(version) or int(version) > len(template.versions):
        raise NotFoundException("Resource not found")
    return int(version) - 1


def _head(ctx: Context, template: PushTemplate, place: int) -> dict[str, Any]:
    body = template.versions[place][1]
    shown = {name: body[name] for name in ("DefaultSubstitutions", "TemplateDescription") if name in body}
    return shown | {
        "Arn": template.arn,
        "CreationDate": iso_8601(template.created),
        "TemplateName": template.name,
        "TemplateType": KIND,
        "Version": str(place + 1),
        "tags": ctx.store.tags[template.arn],
    }
