"""The service object, and functions that its operations share."""

from __future__ import annotations

import re
from typing import Any

from emulator.messaging.context import World
from emulator.services.push.errors import BadRequestException, NotFoundException, refusal, token_refusal
from emulator.services.push.state import App, PushStore, PushTemplate
from emulator.wire.context import Context as WireContext
from emulator.wire.render import iso_8601
from emulator.wire.service import Service

TAGS_MAX = 50
PUSH_TEMPLATE = "PUSH"
VERSION = re.compile("[1-9][0-9]{0,8}")
"""The number of a version of a template."""
"""The only kind of template that the emulator supports."""


Context = WireContext[PushStore, World]

service: Service[PushStore, World] = Service(
    "pinpoint",
    lambda world, account, region: PushStore(account, region),
    "emulator.services.push",
    signing_name="mobiletargeting",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=token_refusal,
)


def find_app(ctx: Context, application_id: str) -> App:
    """
    Return an application.

    Raises:
        NotFoundException: the account has no such application.
    """
    app = ctx.store.apps.get(application_id)
    if app is None:
        raise NotFoundException("Resource not found")
    return app


def now_text(ctx: Context) -> str:
    """Return the current time in this API's format."""
    return iso_8601(ctx.now)


def accepted(ctx: Context, message: str = "Accepted") -> dict[str, Any]:
    """Return the answer of an operation that only acknowledges the request."""
    return {"MessageBody": {"Message": message, "RequestID": ctx.request_id}}


def find_template(ctx: Context, name: str, kind: str = PUSH_TEMPLATE) -> PushTemplate:
    """
    Return a template.

    Raises:
        NotFoundException: the account has no such template.
    """
    template = ctx.store.templates.get(name) if kind == PUSH_TEMPLATE else None
    if template is None:
        raise NotFoundException("Resource not found")
    return template


def check_tags(tags: dict[str, str]) -> None:
    """
    Check how many tags a resource has.

    Raises:
        BadRequestException: there are more than TAGS_MAX.
    """
    if len(tags) > TAGS_MAX:
        raise BadRequestException(f"A resource can have at most {TAGS_MAX} tags, not {len(tags)}")
