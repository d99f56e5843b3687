"""The content of a message: text, files, a call, an RCS or WhatsApp message, or a push notification."""

from __future__ import annotations

from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.calls import Call
from emulator.messaging.state.media import Media
from emulator.messaging.state.rcs import RcsContent
from emulator.messaging.state.whatsapp import WhatsAppContent
from emulator.telecom.segments import split
from emulator.telecom.vocabulary import ChannelName

UNICODE = "UNICODE"


@dataclass(frozen=True, slots=True)
class Content:
    """
    The content of a message.

    `parts` is the number of parts sent and charged, `encoding` is GSM or UNICODE, `code` the one-time code in it that an AWS
    service has made or was given.
    """

    body: str
    encoding: str
    parts: int
    media: tuple[Media, ...] = ()
    call: Call | None = None
    rcs: RcsContent | None = None
    push: dict[str, Any] | None = None
    whatsapp: WhatsAppContent | None = None
    code: str | None = None


def compose(
    channel: ChannelName,
    body: str,
    *,
    media: tuple[Media, ...] = (),
    call: Call | None = None,
    rcs: RcsContent | None = None,
    code: str | None = None,
) -> Content:
    """Return the content of a message on a channel; only texts and RCS texts have more than one part."""
    if rcs is not None:
        return Content(body, UNICODE, rcs.segments, media, call, rcs)
    segments = split(body)
    parts = segments.parts if channel == "sms" else 1
    return Content(body, segments.encoding, parts, media, call, code=code)
