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
class Extras:
    """
    What a plain text does not have.

    `code` is the one-time code in the message that an AWS service has made or was given.
    """

    media: tuple[Media, ...] = ()
    call: Call | None = None
    rcs: RcsContent | None = None
    push: dict[str, Any] | None = None
    whatsapp: WhatsAppContent | None = None
    code: str | None = None


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class Content:
    """
    The content of a message.

    `parts` is the number of parts sent and charged, `encoding` is GSM or UNICODE. Most messages are plain texts, so that
    what else there may be is an object of its own.
    """

    body: str
    encoding: str
    parts: int
    extras: Extras = NO_EXTRAS


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
    is_plain = not media and call is None and rcs is None and code is None
    extras = NO_EXTRAS if is_plain else Extras(media, call, rcs, code=code)
    if rcs is not None:
        return Content(body, UNICODE, rcs.segments, extras)
    segments = split(body)
    return Content(body, segments.encoding, segments.parts if channel == "sms" else 1, extras)
