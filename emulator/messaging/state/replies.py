"""The handling of replies: settings that phone numbers, pools and RCS agents have in common, and copy from each other."""

from __future__ import annotations

from dataclasses import field, fields

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.keywords import Keywords


@dataclass(slots=True, kw_only=True)
class ReplySettings:
    """
    The opt-out list, the two-way channel, and the keywords.

    `two_way_channel_arn` is the ARN of an SNS topic or `connect.<region>.amazonaws.com`, `two_way_channel_role` the ARN of
    an IAM role. With `self_managed_opt_outs_enabled`, HELP and STOP are left to the two-way channel.
    """

    opt_out_list_name: str
    opt_out_list_arn: str
    two_way_enabled: bool = False
    two_way_channel_arn: str | None = None
    two_way_channel_role: str | None = None
    self_managed_opt_outs_enabled: bool = False
    keywords: Keywords = field(default_factory=Keywords)

    def copy_settings_from(self, other: ReplySettings) -> None:
        """Copy all settings of another holder; later changes to either do not affect the other."""
        for setting in fields(ReplySettings):
            setattr(self, setting.name, getattr(other, setting.name))
        self.keywords = other.keywords.copy()
