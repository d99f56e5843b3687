"""The inline templates of codes."""

from __future__ import annotations

from typing import Any

from emulator.messaging.codes.sending import PLACEHOLDER
from emulator.services.end_user_messaging.errors import ValidationException

WITH_TEMPLATE = ("text", "voice")
"""The channels whose parameters have an inline template."""

Parameters = dict[str, dict[str, Any]]
"""ChannelParameters by wire name: those of each channel."""


def check_templates(parameters: Parameters, path: str) -> None:
    """
    Check that every inline template has a place for the code.

    Raises:
        ValidationException: one has none. The model documents the placeholder as a must, and this error for what is
            "outside of the modeled or documented constraints".
    """
    for channel in WITH_TEMPLATE:
        template = parameters.get(channel, {}).get("inlineTemplateBody")
        if template and PLACEHOLDER not in template:
            sentence = f"The template must contain the placeholder {PLACEHOLDER}"
            raise ValidationException((f"/{path}/{channel}/inlineTemplateBody", sentence))
