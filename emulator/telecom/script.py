"""
What a voice says and how long that takes, from plain text or from SSML as Amazon Polly reads it.

Source: docs.aws.amazon.com/polly/latest/dg/supportedtags.html; the duration of speech is estimated from its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree
from xml.parsers.expat import ErrorString

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.telecom.recordings import Recording

WORDS_PER_MINUTE = 160
"""The approximate speed of a Polly voice; like the seconds below it is # unverified: Polly states no durations."""
SECONDS_PER_LETTER = 0.35
"""For each letter that is spelt out, and for each digit."""
LETTERS_PER_WORD = 2
"""In writing systems without blanks, such as Chinese."""
CHARACTERS_MAX = 3000
"""Spoken characters; tags are not counted. Source: send-sms-voice-message.html"""
DEPTH_MAX = 50
"""Levels of tags. # unverified: Polly states no limit, and no script needs more than a few"""
NAMESPACE = "https://amazon"
TAGS = frozenset(
    {
        "speak",
        "break",
        "emphasis",
        "lang",
        "mark",
        "p",
        "phoneme",
        "prosody",
        "s",
        "say-as",
        "sub",
        "w",
        "amazon:effect",
        "amazon:domain",
        "amazon:auto-breaths",
        "amazon:breath",
    }
)
RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.5}
STRENGTHS = {"none": 0.0, "x-weak": 0.0, "weak": 0.25, "medium": 0.4, "strong": 0.8, "x-strong": 1.2}
"""Seconds of a <break> without a time."""
BREAK_SECONDS_MAX = 10.0
"""Source: Polly's page on <break>"""
SPELT = frozenset({"characters", "spell-out", "digits", "telephone", "verbatim"})
AFTER = {"p": "x-strong", "s": "strong"}
"""The pause that follows a paragraph or a sentence."""

# Compiled when something is said: the second one takes longer than the rest of this module.
_WORD = r"[^\W_]+"
_WITHOUT_BLANKS = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"


class BadScript(ValueError):
    """SSML that is not well-formed, or that a voice cannot read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Some words, or a `recording` in their place.

    `rate` is the speed relative to normal, `pause` follows the words and is in seconds; if `spelt`, they are read letter by
    letter.
    """

    text: str
    rate: float = 1.0
    pause: float = 0.0
    spelt: bool = False
    recording: Recording | None = None

    @property
    def seconds(self) -> float:
        """The time it takes to say."""
        if self.recording is not None:
            return self.recording.seconds + self.pause
        return self._speaking() / self.rate + self.pause

    def _speaking(self) -> float:
        if self.spelt:
            return SECONDS_PER_LETTER * sum(character.isalnum() for character in self.text)
        seconds = 0.0
        for word in re.findall(_WORD, self.text):
            digits = sum(character.isdigit() for character in word)
            letters = len(re.findall(_WITHOUT_BLANKS, word))
            words = letters / LETTERS_PER_WORD if letters else float(digits < len(word))
            seconds += digits * SECONDS_PER_LETTER + words * 60 / WORDS_PER_MINUTE
        return seconds


Script = tuple[Piece, ...]


def seconds_of(script: Iterable[Piece]) -> float:
    """Return the time that a script takes to say, in seconds."""
    return sum(piece.seconds for piece in script)


def text_of(script: Iterable[Piece]) -> str:
    """Return the words of a script."""
    return " ".join(piece.text for piece in script if piece.text)


def read(body: str, text_type: str) -> Script:
    """
    Return the script of a message; `text_type` is TEXT or SSML.

    Raises:
        BadScript: the SSML is not well-formed, or has a tag, rate or pause that Polly does not know.
    """
    if text_type == "TEXT":
        return (Piece(body.strip()),)
    root = _parse(body)
    if _name(root) != "speak":
        raise BadScript(f"the outermost tag must be <speak>, not <{_name(root)}>")
    return tuple(_joined(_pieces(root, Piece(""), DEPTH_MAX)))


def _parse(body: str) -> ElementTree.Element:
    if "<!" in body:
        raise BadScript("comments, DOCTYPE and entities are not allowed")
    # Polly accepts its own prefix without a declaration.
    declared = re.sub(r"<speak\b(?![^>]*xmlns:amazon)", f'<speak xmlns:amazon="{NAMESPACE}"', body, count=1)
    try:
        return ElementTree.fromstring(declared.strip())
    except ElementTree.ParseError as error:
        # Without the position: the declaration has shifted the columns.
        raise BadScript(f"not well-formed: {ErrorString(error.code)}") from error
    except UnicodeEncodeError as error:
        raise BadScript("not well-formed: it contains half of a surrogate pair") from error


def _name(element: ElementTree.Element) -> str:
    space, _, name = str(element.tag).rpartition("}")
    return f"amazon:{name}" if NAMESPACE in space else name


def _pieces(element: ElementTree.Element, like: Piece, depth: int) -> Iterator[Piece]:
    name = _name(element)
    if not depth:
        raise BadScript(f"tags are nested in more than {DEPTH_MAX} levels")
    if name not in TAGS:
        raise BadScript(f"<{name}> is not supported")
    inner = _inside(name, element, like)
    if name == "break":
        yield replace(like, text="", pause=_pause(element))
    elif name == "sub":
        yield replace(inner, text=element.get("alias") or "")
    else:
        yield replace(inner, text=element.text or "")
        for child in element:
            yield from _pieces(child, inner, depth - 1)
            yield replace(inner, text=child.tail or "")
    if name in AFTER:
        yield replace(like, text="", pause=STRENGTHS[AFTER[name]])


def _inside(name: str, element: ElementTree.Element, like: Piece) -> Piece:
    if name == "prosody" and "rate" in element.attrib:
        return replace(like, rate=like.rate * _rate(element.attrib["rate"]))
    if name == "say-as":
        return replace(like, spelt=element.get("interpret-as") in SPELT)
    return like


def _rate(value: str) -> float:
    if value in RATES:
        return RATES[value]
    if re.fullmatch("[0-9]{2,3}%", value) and 20 <= int(value[:-1]) <= 200:
        return int(value[:-1]) / 100
    raise BadScript(f'invalid rate "{value}" of <prosody>; must be one of {", ".join(RATES)}, or from 20% to 200%')


def _pause(element: ElementTree.Element) -> float:
    time = element.get("time")
    if time is None:
        strength = element.get("strength", "medium")
        if strength not in STRENGTHS:
            raise BadScript(f'invalid strength "{strength}" of <break>; must be one of {", ".join(STRENGTHS)}')
        return STRENGTHS[strength]
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s)", time)
    seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else BREAK_SECONDS_MAX + 1
    if seconds > BREAK_SECONDS_MAX:
        raise BadScript(f'invalid time "{time}" of <break>; must be at most 10s, such as 2s or 500ms')
    return seconds


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces that say something or pause, with single blanks between words."""
    for piece in pieces:
        text = " ".join(piece.text.split())
        if text or piece.pause:
            yield replace(piece, text=text)


@cache
def voices() -> dict[str, dict[str, str]]:
    """Return every VoiceId with its `language`, its `gender`, and eSpeak NG's nearest language as `espeak`."""
    found: dict[str, dict[str, str]] = load_table("telecom/data/voices.json")["voices"]
    return found
