"""The service object, and what most of its functions begin with."""

from __future__ import annotations

from typing import Any

from emulator.messaging.context import World
from emulator.services.push.errors import BadRequestException, NotFoundException, refusal, token_refusal
from emulator.services.push.state import App, PushStore, PushTemplate
from emulator.wire.context import Context as WireContext
from emulator.wire.render import iso_8601
from emulator.wire.service import Service

TAGS_MAX = 50
PUSH_TEMPLATE = "PUSH"
"""The one kind of templates there is here."""


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
    Raises:
        NotFoundException: the account has no such application.
    """
    app = ctx.store.apps.get(application_id)
    if app is None:
        raise NotFoundException("Resource not found")
    return app


def now_text(ctx: Context) -> str:
    """The time as this API writes it."""
    return iso_8601(ctx.now)


def accepted(ctx: Context, message: str = "Accepted") -> dict[str, Any]:
    """The answer of what is only taken note of."""
    return {"MessageBody": {"Message": message, "RequestID": ctx.request_id}}


def find_template(ctx: Context, name: str, kind: str = PUSH_TEMPLATE) -> PushTemplate:
    """
    Raises:
        NotFoundException: there is no such template.
    """
    template = ctx.store.templates.get(name) if kind == PUSH_TEMPLATE else None
    if template is None:
        raise NotFoundException("Resource not found")
    return template


def check_tags(tags: dict[str, str]) -> None:
    """
    Raises:
        BadRequestException: there are too many.
    """
    if len(tags) > TAGS_MAX:
        raise BadRequestException(f"A resource has at most {TAGS_MAX} tags")
