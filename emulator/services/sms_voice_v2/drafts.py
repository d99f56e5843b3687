"""What a send operation asks for, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from emulator.services.sms_voice_v2.state.calls import Call
from emulator.services.sms_voice_v2.state.media import Media
from emulator.services.sms_voice_v2.state.messages import Fallback
from emulator.services.sms_voice_v2.state.protect import ProtectConfiguration
from emulator.services.sms_voice_v2.state.rcs import RcsContent
from emulator.services.sms_voice_v2.state.spend import LIMIT_OF_CHANNEL
from emulator.telecom import segments
from emulator.telecom.segments import Segments

TIME_TO_LIVE_DEFAULT = timedelta(hours=72)


@dataclass(slots=True)
class Draft:
    """A message to be: `to` is E.164 with its plus, `capability` the one that its number needs."""

    operation: str
    channel: str
    capability: str
    to: str
    country: str
    body: str
    identity: str | None = None
    message_type: str | None = None
    keyword: str | None = None
    configuration_set: str | None = None
    max_price: str | None = None
    time_to_live: timedelta = TIME_TO_LIVE_DEFAULT
    context: dict[str, str] | None = None
    destination_country_parameters: dict[str, str] | None = None
    feedback_enabled: bool = False
    dry_run: bool = False
    default_sender_id: str | None = None
    message_id: str | None = None
    """The id that was promised for it; a new one by default."""
    shared_route: bool = False
    """Needs no identity of the account's, wherever it goes: what SNS sends."""
    protect_configuration: ProtectConfiguration | None = None
    verification: bool = False
    """A verification code: the sandbox sends it to numbers that are not verified yet."""
    free: bool = False
    """Costs nothing: the first verification code of a number."""
    media: tuple[Media, ...] = ()
    defect: str | None = None
    """The status in which a carrier will end it, because of what its files turn out to be."""

    call: Call | None = None
    rcs: RcsContent | None = None
    fallback: Fallback | None = None
    spend_limit: str | None = None
    """AWS's word for the limit that it counts towards, where that is not its channel's."""
    limit: str = field(init=False)
    """AWS's word for the monthly spend limit that it counts towards; empty for a push."""
    segments: Segments = field(init=False)
    """How it is encoded, and in how many parts it is sent and charged: only texts are split."""

    def __post_init__(self) -> None:
        self.limit = self.spend_limit or LIMIT_OF_CHANNEL.get(self.channel, "")
        if self.rcs is not None:
            self.segments = Segments("UNICODE", self.rcs.segments)
        else:
            split = segments.split(self.body)
            self.segments = split if self.channel == "sms" else Segments(split.encoding, 1)
