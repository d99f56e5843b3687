"""The service object, what its functions may ask of the world, and what most of them begin with."""

from __future__ import annotations

from typing import Any, Protocol

from emulator.services.push.errors import BadRequestException, NotFoundException, refusal, token_refusal
from emulator.services.push.state import App, PushStore, PushTemplate
from emulator.services.sms_voice_v2.service import Context as SmsContext
from emulator.services.sms_voice_v2.service import World as SmsWorld
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.telecom.devices import Devices
from emulator.wire.render import iso_8601
from emulator.wire.service import Context as WireContext
from emulator.wire.service import Service

TAGS_MAX = 50
PUSH_TEMPLATE = "PUSH"
"""The one kind of templates there is here."""


class World(SmsWorld, Protocol):
    """The world, as far as this service needs it."""

    devices: Devices

    def context(self, service: Service[Any, Any], account: str, region: str, request_id: str = "") -> Any:
        """What a function of the service is given."""
        ...


Context = WireContext[PushStore, World]

service: Service[PushStore, World] = Service(
    "pinpoint",
    lambda world, account, region: PushStore(account, region),
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=token_refusal,
)
operation = service.operation


def find_app(context: Context, application_id: str) -> App:
    """
    Raises:
        NotFoundException: the account has no such application.
    """
    app = context.store.apps.get(application_id)
    if app is None:
        raise NotFoundException("Resource not found")
    return app


def now_text(context: Context) -> str:
    """The time as this API writes it."""
    return iso_8601(context.now)


def accepted(context: Context, message: str = "Accepted") -> dict[str, Any]:
    """The answer of what is only taken note of."""
    return {"MessageBody": {"Message": message, "RequestID": context.request_id}}


def sms_context(context: Context) -> SmsContext:
    """The same account and region in pinpoint-sms-voice-v2."""
    found: SmsContext = context.world.context(sms_voice_v2, context.account, context.region, context.request_id)
    return found


def find_template(context: Context, name: str, kind: str = PUSH_TEMPLATE) -> PushTemplate:
    """
    Raises:
        NotFoundException: there is no such template.
    """
    template = context.store.templates.get(name) if kind == PUSH_TEMPLATE else None
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
