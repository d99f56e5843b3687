"""Applications, their settings, and tags. Source: the API reference of Amazon Pinpoint"""

from __future__ import annotations

from typing import Any

from emulator.services.push.errors import BadRequestException, NotFoundException
from emulator.services.push.service import Context, check_tags, find_app, now_text
from emulator.services.push.state import App
from emulator.wire.paging import page
from emulator.wire.render import iso_8601
from emulator.wire.service import operation

NAME_MAX = 64
"""Source: CreateApp"""
SETTINGS = ("CampaignHook", "Limits", "QuietTime", "JourneyLimits")
"""The settings that are returned; the others only control what Pinpoint reports."""


@operation
def create_app(ctx: Context, *, create_application_request: dict[str, Any]) -> dict[str, Any]:
    """Create an application without channels."""
    name = create_application_request["Name"]
    if not 0 < len(name) <= NAME_MAX:
        raise BadRequestException(f"Name must be 1 to {NAME_MAX} characters, not {len(name)}")
    tags = dict(create_application_request.get("tags", {}))
    check_tags(tags)
    app_id = ctx.world.seeds.hex_id("app")
    app = App(app_id, ctx.store.arn(f"apps/{app_id}"), name, ctx.now)
    ctx.store.apps[app_id] = app
    ctx.store.tags[app.arn] = tags
    return {"ApplicationResponse": _view(ctx, app)}


@operation
def get_app(ctx: Context, *, application_id: str) -> dict[str, Any]:
    """Return an application."""
    return {"ApplicationResponse": _view(ctx, find_app(ctx, application_id))}


@operation
def get_apps(ctx: Context, *, page_size: str | None = None, token: str | None = None) -> dict[str, Any]:
    """List the account's applications."""
    apps = [_view(ctx, app) for app in ctx.store.apps.values()]
    rows, following = page(ctx, "GetApps", apps, token, page_size, BadRequestException)
    return {"ApplicationsResponse": {"Item": rows, "NextToken": following}}


@operation
def delete_app(ctx: Context, *, application_id: str) -> dict[str, Any]:
    """Delete an application with everything in it."""
    app = find_app(ctx, application_id)
    view = _view(ctx, app)
    del ctx.store.apps[application_id]
    ctx.store.tags.pop(app.arn, None)
    return {"ApplicationResponse": view}


def _view(ctx: Context, app: App) -> dict[str, Any]:
    return {
        "Arn": app.arn,
        "Id": app.app_id,
        "Name": app.name,
        "tags": ctx.store.tags[app.arn],
        "CreationDate": iso_8601(app.created),
    }


@operation
def get_application_settings(ctx: Context, *, application_id: str) -> dict[str, Any]:
    """Return the settings of an application."""
    return {"ApplicationSettingsResource": _settings(ctx, find_app(ctx, application_id))}


@operation
def update_application_settings(
    ctx: Context, *, application_id: str, write_application_settings_request: dict[str, Any]
) -> dict[str, Any]:
    """Change settings; those left out keep their values."""
    app = find_app(ctx, application_id)
    app.settings.update(write_application_settings_request)
    app.settings["LastModifiedDate"] = now_text(ctx)
    return {"ApplicationSettingsResource": _settings(ctx, app)}


def _settings(ctx: Context, app: App) -> dict[str, Any]:
    shown = {name: app.settings[name] for name in SETTINGS if name in app.settings}
    modified = app.settings.get("LastModifiedDate", iso_8601(app.created))
    return {"ApplicationId": app.app_id, "LastModifiedDate": modified} | shown


@operation
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> dict[str, Any]:
    """Return the tags of an application or template."""
    return {"TagsModel": {"tags": _tags_of(ctx, resource_arn)}}


@operation
def tag_resource(ctx: Context, *, resource_arn: str, tags_model: dict[str, Any]) -> dict[str, Any]:
    """Add tags; those with an existing key are replaced."""
    tags = _tags_of(ctx, resource_arn)
    check_tags(tags | tags_model["tags"])
    tags.update(tags_model["tags"])
    return {}


@operation
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> dict[str, Any]:
    """Remove tags; keys that do not exist are ignored."""
    tags = _tags_of(ctx, resource_arn)
    for key in tag_keys:
        tags.pop(key, None)
    return {}


def _tags_of(ctx: Context, arn: str) -> dict[str, str]:
    tags = ctx.store.tags.get(arn)
    if tags is None:
        raise NotFoundException("Resource not found")
    return tags
