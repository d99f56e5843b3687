"""
The channels of an application. Each is one row of `CHANNELS`, from which its three operations are made.

Source: the API reference of Amazon Pinpoint, "Channels"
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from botocore import xform_name

from emulator.kernel.dataclass import dataclass
from emulator.services.push.errors import BadRequestException, NotFoundException
from emulator.services.push.service import Context, find_app, now_text
from emulator.services.push.state import App, Document
from emulator.wire.service import operation

SMS_RATE = 20
"""TransactionalMessagesPerSecond and PromotionalMessagesPerSecond of a new channel. Source: the AWS CLI's examples of
get-sms-channel and update-sms-channel"""


@dataclass(frozen=True, slots=True)
class Channel:
    """
    One kind of channel.

    `word` names it in the names of operations, `wire` in those of shapes. `secrets` lists groups of members, one of which
    must be complete before the channel can be enabled; `shown` are the members that are returned.
    """

    word: str
    wire: str
    platform: str
    secrets: tuple[tuple[str, ...], ...] = ()
    shown: tuple[str, ...] = ()


APPLE_SECRETS = (("Certificate", "PrivateKey"), ("TokenKey", "TokenKeyId", "TeamId", "BundleId"))
CHANNELS = (
    Channel("gcm", "GCM", "GCM", (("ServiceJson",), ("ApiKey",)), ("DefaultAuthenticationMethod",)),
    Channel("apns", "APNS", "APNS", APPLE_SECRETS, ("DefaultAuthenticationMethod",)),
    Channel("apns_sandbox", "APNSSandbox", "APNS_SANDBOX", APPLE_SECRETS, ("DefaultAuthenticationMethod",)),
    Channel("apns_voip", "APNSVoip", "APNS_VOIP", APPLE_SECRETS, ("DefaultAuthenticationMethod",)),
    Channel("apns_voip_sandbox", "APNSVoipSandbox", "APNS_VOIP_SANDBOX", APPLE_SECRETS, ("DefaultAuthenticationMethod",)),
    Channel("adm", "ADM", "ADM", (("ClientId", "ClientSecret"),)),
    Channel("baidu", "Baidu", "BAIDU", (("ApiKey", "SecretKey"),)),
    Channel("sms", "SMS", "SMS", (), ("SenderId", "ShortCode")),
    Channel("voice", "Voice", "VOICE"),
)
EXTRAS: dict[str, Callable[[Document], Document]] = {
    "GCM": lambda secrets: {
        "HasFcmServiceCredentials": "ServiceJson" in secrets,
        "Credential": secrets.get("ApiKey"),
    },
    "BAIDU": lambda secrets: {"Credential": secrets["ApiKey"]},
    "SMS": lambda secrets: {"TransactionalMessagesPerSecond": SMS_RATE, "PromotionalMessagesPerSecond": SMS_RATE},
} | {
    platform: lambda secrets: {"HasTokenKey": "TokenKey" in secrets}
    for platform in ("APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX")
}
"""What a channel returns about its credentials."""


def _update(channel: Channel) -> Callable[[Context, str, Document], Document]:
    request_member = f"{channel.wire}ChannelRequest"
    required = " or ".join(" and ".join(group) for group in channel.secrets)

    def update(ctx: Context, application_id: str, request: Document) -> Document:
        app = find_app(ctx, application_id)
        given = {member: request[member] for group in channel.secrets for member in group if request.get(member)}
        complete = [group for group in channel.secrets if all(member in given for member in group)]
        if given and not complete:
            raise BadRequestException(f"{request_member} has incomplete credentials; required: {required}")
        if not given:
            given = app.credentials.get(channel.platform, {})
        if channel.secrets and not given:
            raise BadRequestException(f"{request_member} has no credentials; required: {required}")
        app.credentials[channel.platform] = given
        app.channels[channel.platform] = _row(ctx, channel, app, request, given)
        return app.channels[channel.platform]

    return update


def _row(ctx: Context, channel: Channel, app: App, request: Document, secrets: Document) -> Document:
    old = app.channels.get(channel.platform, {})
    shown = {member: request.get(member, old.get(member)) for member in channel.shown}
    return {
        "ApplicationId": app.app_id,
        "CreationDate": old.get("CreationDate", now_text(ctx)),
        "Enabled": request.get("Enabled", old.get("Enabled", False)),
        "HasCredential": bool(secrets) or not channel.secrets,
        "Id": channel.word,
        "IsArchived": False,
        "LastModifiedBy": ctx.account,
        "LastModifiedDate": now_text(ctx),
        "Platform": channel.platform,
        "Version": old.get("Version", 0) + 1,
        **shown,
        **(EXTRAS[channel.platform](secrets) if channel.platform in EXTRAS else {}),
    }


def _find(app: App, channel: Channel) -> Document:
    row = app.channels.get(channel.platform)
    if row is None:
        raise NotFoundException("Resource not found")
    return row


def _operations_of(channel: Channel) -> list[Callable[..., Any]]:
    """Return the three operations of a channel: get, update and delete."""
    update_row = _update(channel)
    response = f"{channel.wire}ChannelResponse"
    request_attribute = xform_name(f"{channel.wire}ChannelRequest")

    def get(ctx: Context, *, application_id: str) -> dict[str, Document]:
        return {response: _find(find_app(ctx, application_id), channel)}

    def update(ctx: Context, *, application_id: str, **request: Any) -> dict[str, Document]:
        return {response: update_row(ctx, application_id, request[request_attribute])}

    def delete(ctx: Context, *, application_id: str) -> dict[str, Document]:
        app = find_app(ctx, application_id)
        row = _find(app, channel)
        del app.channels[channel.platform]
        app.credentials.pop(channel.platform, None)
        return {response: row}

    # The only parameter that differs from channel to channel, by its name in the model.
    context_and_app = list(inspect.signature(get).parameters.values())
    request_parameter = inspect.Parameter(request_attribute, inspect.Parameter.KEYWORD_ONLY)
    update.__signature__ = inspect.Signature([*context_and_app, request_parameter])  # type: ignore[attr-defined]
    for function in (get, update, delete):
        function.__doc__ = f"{function.__name__.capitalize()} the {channel.platform} channel of an application."
        function.__name__ = f"{function.__name__}_{channel.word}_channel"
    return [operation(function) for function in (get, update, delete)]


OPERATIONS = tuple(function for channel in CHANNELS for function in _operations_of(channel))


@operation
def get_channels(ctx: Context, *, application_id: str) -> dict[str, Any]:
    """Return all channels of an application, by platform."""
    app = find_app(ctx, application_id)
    hidden = {"Platform", "Credential", "HasTokenKey", "HasFcmServiceCredentials", "SenderId", "ShortCode"}
    rows = {
        platform: {name: value for name, value in row.items() if name not in hidden}
        for platform, row in app.channels.items()
    }
    return {"ChannelsResponse": {"Channels": rows}}
