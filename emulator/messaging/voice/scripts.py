"""The spoken text of a call, from the body of a request."""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.errors import ValidationException, invalid
from emulator.messaging.limits import call_limits
from emulator.messaging.state.calls import Call
from emulator.telecom import script

DEFAULT_VOICE = "MATTHEW"


def script_call(ctx: Context, body: str, text_type: str = "TEXT", voice_id: str = DEFAULT_VOICE) -> Call:
    """
    Return a call that says the body of a request.

    Args:
        ctx: the unit of work.
        body: the text or SSML.
        text_type: TEXT or SSML.
        voice_id: AWS's name of the voice.

    Raises:
        ValidationException: If the SSML is invalid, or there are more than 3,000 characters to speak. # unverified
    """
    try:
        spoken = script.read(body, text_type)
    except script.BadScript as error:
        raise invalid("messageBody", f"Invalid SSML: {error}") from error
    length = len(body) if text_type == "TEXT" else len(script.text_of(spoken))
    if length > script.CHARACTERS_MAX:
        sentence = f"Must have at most {script.CHARACTERS_MAX} characters to speak, not {length}"
        raise ValidationException("FIELD_VALIDATION_FAILED", ("messageBody", sentence))
    return Call(voice_id, text_type, spoken, 0, call_limits.of_tier(ctx)["messageSeconds"])
