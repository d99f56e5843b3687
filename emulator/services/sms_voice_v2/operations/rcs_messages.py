"""Send RCS messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulator.messaging.errors import invalid, missing
from emulator.messaging.rcs import content as rcs_content
from emulator.messaging.send_request import SendRequest, build_send_request
from emulator.messaging.sending import fallbacks, media
from emulator.messaging.sending.lifecycle import accept, implicit_fallback
from emulator.messaging.sending.routing import find_identity
from emulator.messaging.state.content import compose
from emulator.messaging.state.messages import Fallback
from emulator.messaging.state.pools import Pool
from emulator.messaging.state.rcs import RcsAgent
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.vocabulary import ChannelName
from emulator.wire.service import operation

TIME_TO_LIVE_DEFAULT = 172_800
"""Seconds. Source: API reference, SendRcsMessage"""


@operation(reads=rcs_content.content_reads)
def send_rcs_message(
    ctx: Context,
    *,
    destination_phone_number: str,
    origination_identity: str,
    rcs_message_content: dict[str, Any] | None = None,
    time_to_live: int = TIME_TO_LIVE_DEFAULT,
    message_traffic_type: str | None = None,
    fallback_configuration: dict[str, Any] | None = None,
    protect_configuration_id: str | None = None,
    configuration_set_name: str | None = None,
    max_price: str | None = None,
    dry_run: bool = False,
    context: dict[str, str] | None = None,
    message_feedback_enabled: bool | None = None,
) -> dict[str, str]:
    """Accept a rich message, and the fallback that is sent if it fails. Source: API reference, SendRcsMessage."""
    if message_traffic_type is not None and message_traffic_type not in rcs_content.TRAFFIC_TYPES:
        allowed = ", ".join(sorted(rcs_content.TRAFFIC_TYPES))
        raise invalid("messageTrafficType", f"Unknown traffic type: {message_traffic_type}; allowed: {allowed}")
    content = rcs_content.read(ctx, rcs_message_content)
    rcs = build_send_request(
        ctx,
        "SendRcsMessage",
        "rcs",
        compose("rcs", content.body, media=content.media, rcs=content),
        destination_phone_number=destination_phone_number,
        identity=origination_identity,
        configuration_set_name=configuration_set_name,
        max_price=max_price,
        time_to_live=time_to_live,
        context=context,
        dry_run=dry_run,
        protect_configuration_id=protect_configuration_id,
        message_feedback_enabled=message_feedback_enabled,
    )
    identity = find_identity(ctx, origination_identity, rcs.country, rcs.operation)
    if not isinstance(identity, Pool | RcsAgent):
        raise invalid("originationIdentity", "Must be an RCS agent or a pool")
    if fallback_configuration is not None:
        rcs = replace(rcs, fallback=_fallback(ctx, rcs, identity, fallback_configuration))
    elif isinstance(identity, Pool) and content.kind == "TextMessage":
        rcs = replace(rcs, fallback=implicit_fallback(ctx, rcs.as_channel("sms", compose("sms", content.body))))
    return {"MessageId": accept(ctx, rcs)}


def _fallback(ctx: Context, rcs: SendRequest, identity: Pool | RcsAgent, wanted: dict[str, Any]) -> Fallback:
    """Return the fallback that the request describes."""
    is_mms = wanted["Channel"] == "MMS"
    body, urls, named = wanted.get("MessageBody"), wanted.get("MediaUrls"), wanted.get("OriginationIdentity")
    if body is None and not (is_mms and urls):
        raise missing("messageBody")
    if urls and not is_mms:
        raise invalid("mediaUrls", "Only an MMS can have media")
    if named is None and not isinstance(identity, Pool):
        raise missing("originationIdentity")
    if named is not None and isinstance(find_identity(ctx, named, rcs.country, rcs.operation), Pool | RcsAgent):
        raise invalid("originationIdentity", "Pools are not accepted for the fallback")
    files = media.read(ctx, urls or ())
    reference = named or identity.origination_identity
    channel: ChannelName = "mms" if is_mms else "sms"
    content = compose(channel, body or "", media=files)
    plain = rcs.as_channel(channel, content, identity=reference, defect=media.defect(files))
    return fallbacks.build_fallback(ctx, plain)
