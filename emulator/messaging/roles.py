"""
Roles that the service assumes: AWS tries it when the role is set, and a role whose trust policy names others is refused.

A role that IAM here has never heard of is accepted, unless `destinations_checked` is set: many set-ups name one without
creating it. Sources: the retry of the event destination resource in terraform-provider-aws (pull request 48034); the user
guide, "Setting up an IAM policy"
"""

from __future__ import annotations

from typing import Any

from emulator.kernel.ports import RoleLookup
from emulator.messaging.context import World
from emulator.messaging.errors import not_accessible
from emulator.wire.context import Context

SMS_VOICE = ("sms-voice.amazonaws.com",)
PINPOINT = ("pinpoint.amazonaws.com",)
"""Source: the developer guide of Amazon Pinpoint, "IAM role for streaming events to Kinesis\""""


def reads(*arns: str | None, principals: tuple[str, ...] = SMS_VOICE) -> list[RoleLookup]:
    """Return the look-ups of the roles that a request names."""
    return [RoleLookup(arn, principals) for arn in arns if arn is not None]


def cannot_assume(ctx: Context[Any, World], arn: str | None, principals: tuple[str, ...] = SMS_VOICE) -> bool:
    """Return True if the service is known not to be able to assume the role; None stands for no role."""
    if arn is None:
        return False
    trusted = ctx.inputs.get(RoleLookup(arn, principals))
    return trusted is False or (trusted is None and ctx.world.settings.destinations_checked)


def check(ctx: Context[Any, World], field: str, arn: str | None) -> None:
    """
    Raise an error unless the service may assume the role.

    Raises:
        ValidationException: If it may not (RESOURCE_NOT_ACCESSIBLE).
    """
    if cannot_assume(ctx, arn):
        raise not_accessible(field, f"Could not assume IAM role {arn}")
