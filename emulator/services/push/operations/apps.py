"""Applications, their settings, and tags. Source: the API reference of Amazon Pinpoint"""

from __future__ import annotations

from typing import Any

from emulator.services.push.errors import BadRequestException, NotFoundException
from emulator.services.push.service import Context, check_tags, find_app, now_text, operation
from emulator.services.push.state import App
from emulator.wire.paging import page
from emulator.wire.render import iso_8601

NAME_MAX = 64
"""Source: CreateApp"""
SETTINGS = ("CampaignHook", "Limits", "QuietTime", "JourneyLimits")
"""The settings that come back; the others only switch what Pinpoint reports."""


@operation
def create_app(context: Context, *, create_application_request: dict[str, Any]) -> dict[str, Any]:
    """Make an application without channels."""
    name = create_application_request["Name"]
    if not 0 < len(name) <= NAME_MAX:
        raise BadRequestException(f"Name must be 1 to {NAME_MAX} characters")
    tags = dict(create_application_request.get("tags", {}))
    check_tags(tags)
    app_id = context.world.seeds.hex_id("app")
    app = App(app_id, context.store.arn(f"apps/{app_id}"), name, context.now)
    context.store.apps[app_id] = app
    context.store.tags[app.arn] = tags
    return {"ApplicationResponse": _view(context, app)}


@operation
def get_app(context: Context, *, application_id: str) -> dict[str, Any]:
    """An application."""
    return {"ApplicationResponse": _view(context, find_app(context, application_id))}


@operation
def get_apps(context: Context, *, page_size: str | None = None, token: str | None = None) -> dict[str, Any]:
    """The account's applications."""
    apps = [_view(context, app) for app in context.store.apps.values()]
    rows, following = page(context, "GetApps", apps, token, page_size, BadRequestException)
    return {"ApplicationsResponse": {"Item": rows, "NextToken": following}}


@operation
def delete_app(context: Context, *, application_id: str) -> dict[str, Any]:
    """Delete an application with all that it has."""
    app = find_app(context, application_id)
    view = _view(context, app)
    del context.store.apps[application_id]
    context.store.tags.pop(app.arn, None)
    return {"ApplicationResponse": view}


def _view(context: Context, app: App) -> dict[str, Any]:
    return {
        "Arn": app.arn,
        "Id": app.app_id,
        "Name": app.name,
        "tags": context.store.tags[app.arn],
        "CreationDate": iso_8601(app.created),
    }


@operation
def get_application_settings(context: Context, *, application_id: str) -> dict[str, Any]:
    """The settings of an application."""
    return {"ApplicationSettingsResource": _settings(context, find_app(context, application_id))}


@operation
def update_application_settings(
    context: Context, *, application_id: str, write_application_settings_request: dict[str, Any]
) -> dict[str, Any]:
    """Change settings; those that are left out stay."""
    app = find_app(context, application_id)
    app.settings.update(write_application_settings_request)
    app.settings["LastModifiedDate"] = now_text(context)
    return {"ApplicationSettingsResource": _settings(context, app)}


def _settings(context: Context, app: App) -> dict[str, Any]:
    shown = {name: app.settings[name] for name in SETTINGS if name in app.settings}
    modified = app.settings.get("LastModifiedDate", iso_8601(app.created))
    return {"ApplicationId": app.app_id, "LastModifiedDate": modified} | shown


@operation
def list_tags_for_resource(context: Context, *, resource_arn: str) -> dict[str, Any]:
    """The tags of an application or template."""
    return {"TagsModel": {"tags": _tags_of(context, resource_arn)}}


@operation
def tag_resource(context: Context, *, resource_arn: str, tags_model: dict[str, Any]) -> dict[str, Any]:
    """Add tags, and change those of the same key."""
    tags = _tags_of(context, resource_arn)
    check_tags(tags | tags_model["tags"])
    tags.update(tags_model["tags"])
    return {}


@operation
def untag_resource(context: Context, *, resource_arn: str, tag_keys: list[str]) -> dict[str, Any]:
    """Remove tags; those that are not there are not missed."""
    tags = _tags_of(context, resource_arn)
    for key in tag_keys:
        tags.pop(key, None)
    return {}


def _tags_of(context: Context, arn: str) -> dict[str, str]:
    tags = context.store.tags.get(arn)
    if tags is None:
        raise NotFoundException("Resource not found")
    return tags
