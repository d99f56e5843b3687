"""Errors of a journal; each message says what to do about it."""

from __future__ import annotations


class JournalError(Exception):
    """The journal cannot be used."""


class JournalBroken(JournalError):
    """The journal is damaged, or cannot be repeated by this program: it is never replaced silently."""

    def __init__(self, where: str, position: int | None, problem: str) -> None:
        entry = "" if position is None else f", entry {position}"
        cut = "" if position is None else f" --after {position - 1}"
        super().__init__(
            f"{where}{entry}: {problem}. Either restore the journal from a backup, or keep what is before:"
            f" sms-voice-emulator journal cut{cut}"
        )
        self.position = position


class JournalUnavailable(JournalError):
    """The journal cannot be written at the moment: nothing is acknowledged until it can."""


class NotLeading(JournalUnavailable):
    """Another process leads: only that one may write."""
