"""The keywords of a phone number, pool or RCS agent."""

from __future__ import annotations

from dataclasses import field, replace

from emulator.kernel.dataclass import dataclass

OPT_OUT_WORDS = frozenset(
    {"ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"},
)
"""Words that opt out in every country, in addition to the owner's keywords. Source: keywords.html"""
# unverified: AWS does not publish either text.
HELP_MESSAGE = "For help, contact the sender of this message. Reply STOP to unsubscribe."
STOP_MESSAGE = "You have been unsubscribed and will receive no further messages."


@dataclass(slots=True)
class Keyword:
    """A word at the beginning of an inbound text, with its answer and its action."""

    keyword: str
    keyword_message: str
    keyword_action: str


def _mandatory() -> dict[str, Keyword]:
    return {
        "HELP": Keyword("HELP", HELP_MESSAGE, "AUTOMATIC_RESPONSE"),
        "STOP": Keyword("STOP", STOP_MESSAGE, "OPT_OUT"),
    }


@dataclass(slots=True)
class Keywords:
    """The keywords of one owner, in upper case; HELP and STOP always exist."""

    by_word: dict[str, Keyword] = field(default_factory=_mandatory)

    def copy(self) -> Keywords:
        """Return a copy for another owner."""
        return Keywords({word: replace(keyword) for word, keyword in self.by_word.items()})

    def match(self, body: str, *, synonyms: bool = True) -> Keyword | None:
        """
        Return the keyword that the text begins with, preferring the longest; None if there is none.

        With `synonyms`, any other opt-out word counts as STOP if it is the whole text.

        A keyword must end at the end of a word: "STOPPING" is not STOP. Source: Pinpoint user guide,
        settings-sms-managing.html, "as the first word of their message"
        """
        text = body.strip().upper()
        for word in sorted(self.by_word, key=len, reverse=True):
            if text.startswith(word) and not text[len(word) : len(word) + 1].isalnum():
                return self.by_word[word]
        if synonyms and text.rstrip(".!") in OPT_OUT_WORDS:
            return self.by_word["STOP"]
        return None
