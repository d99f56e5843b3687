"""Keywords of a phone number or pool."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

OPT_OUT_WORDS = frozenset("ARRET CANCEL END OPT-OUT OPTOUT QUIT REMOVE STOP TD UNSUBSCRIBE".split())
"""Honoured besides keywords of the owner's own, in every country. Source: keywords.html"""
# AWS publishes neither text.
HELP_MESSAGE = "For help, contact the sender of this message. Reply STOP to unsubscribe."  # unverified
STOP_MESSAGE = "You have been unsubscribed and will receive no further messages."  # unverified


@dataclass(slots=True)
class Keyword:
    """A word that an incoming text begins with, and what happens then."""

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
    """The keywords of one owner, upper case; HELP and STOP are always there."""

    by_word: dict[str, Keyword] = field(default_factory=_mandatory)

    def copy(self) -> Keywords:
        """The same words, for another owner."""
        return Keywords({word: replace(keyword) for word, keyword in self.by_word.items()})

    def match(self, body: str, *, synonyms: bool = True) -> Keyword | None:
        """
        The keyword that the text begins with, the longest first.

        With `synonyms` another opt-out word that stands alone is a STOP.

        A keyword must end where a word ends: "STOPPING" is no STOP. # unverified
        """
        text = body.strip().upper()
        for word in sorted(self.by_word, key=len, reverse=True):
            if text.startswith(word) and not text[len(word) : len(word) + 1].isalnum():
                return self.by_word[word]
        if synonyms and text.rstrip(".!") in OPT_OUT_WORDS:
            return self.by_word["STOP"]
        return None
