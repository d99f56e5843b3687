"""What SNS keeps of texts: the account's preferences, and how each text was published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from emulator.kernel.dataclass import dataclass

OPERATION = "sns:Publish"
"""The operation of a message that SNS has sent."""


@dataclass(frozen=True, slots=True)
class PublishedText:
    """
    How a text was published.

    Attributes:
        attributes: the message attributes by name, with their values as on the wire; binary ones in base64.
        topic_arn: the topic that it came from, if any, like the subscription.
        is_refused: True if the state of the account kept it from being sent.
    """

    attributes: dict[str, dict[str, str]]
    subject: str | None = None
    message_structure: str | None = None
    topic_arn: str | None = None
    subscription_arn: str | None = None
    is_refused: bool = False


@dataclass(slots=True)
class SnsTexts:
    """The state of one account and region; the preferences are those of SetSMSAttributes, by its names."""

    preferences: dict[str, str] = field(default_factory=dict)
    published: dict[str, PublishedText] = field(default_factory=dict)
    report_day: str | None = None
    """The last day, as an ISO date in UTC, of which a usage report was scheduled."""

    def remember(self, message_id: str, text: PublishedText) -> None:
        """Keep how a text was published."""
        self.published[message_id] = text

    def forget(self, message_ids: Iterable[str]) -> None:
        """Drop what is kept of texts that are kept no longer."""
        for message_id in message_ids:
            self.published.pop(message_id, None)
