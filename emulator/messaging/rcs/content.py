"""
The content of an RCS message: a text, file, card or carousel, with suggestions to tap.

The model does not constrain several fields whose values its documentation lists; those lists are checked here.
Source: service model, RcsContent and its members
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from emulator.kernel.ports import ObjectRead, Read
from emulator.messaging.context import Context
from emulator.messaging.errors import ValidationException, invalid, missing
from emulator.messaging.state.content import Content, compose
from emulator.messaging.state.media import Media
from emulator.messaging.state.rcs import RcsContent
from emulator.telecom import media_types

ORIENTATIONS = ("HORIZONTAL", "VERTICAL")
ALIGNMENTS = ("LEFT", "RIGHT")
HEIGHTS = ("SHORT", "MEDIUM", "TALL")
CAROUSEL_HEIGHTS = ("SHORT", "MEDIUM")
WIDTHS = ("SMALL", "MEDIUM")
APPLICATIONS = ("BROWSER", "WEBVIEW")
VIEW_MODES = ("FULL", "HALF", "TALL")
TRAFFIC_TYPES = ("AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICE_REQUEST", "ACKNOWLEDGEMENT")
FILE_BYTES_MAX = 100 * 1024 * 1024  # unverified


def compose_text(body: str) -> Content:
    """Return the content of a plain text."""
    rcs = RcsContent("TextMessage", body, {"Content": {"TextMessage": {"Body": body}}}, [])
    return compose("rcs", body, rcs=rcs)


def read(ctx: Context, message: dict[str, Any] | None) -> RcsContent:
    """
    Return the content of a request.

    Raises:
        ValidationException: If there is not exactly one kind of content, a value is not in its list, or a file cannot be
            read (RESOURCE_NOT_ACCESSIBLE) or sent (MEDIA_TYPE_NOT_SUPPORTED), or is too large (MAXIMUM_SIZE_EXCEEDED).
    """
    if message is None:
        raise missing("rcsMessageContent")
    kinds = message["Content"]
    if len(kinds) != 1:
        raise invalid("content", "Exactly one kind of content must be specified")
    kind, content = next(iter(kinds.items()))
    cards = CARDS[kind](content)
    suggestions = [*(message.get("Suggestions") or ()), *(s for card in cards for s in card.get("Suggestions") or ())]
    for suggestion in suggestions:
        _check_suggestion(suggestion)
    files = tuple(_read_file(ctx, url) for url in _file_urls(kinds))
    return RcsContent(kind, _body(kind, content, cards), _plain(message), _plain(suggestions), files)


def _text(content: dict[str, Any]) -> list[dict[str, Any]]:
    return []


def _card(content: dict[str, Any]) -> list[dict[str, Any]]:
    _one_of(content["CardOrientation"], ORIENTATIONS, "cardOrientation")
    alignment = content.get("ThumbnailImageAlignment")
    if alignment is not None:
        _one_of(alignment, ALIGNMENTS, "thumbnailImageAlignment")
        if content["CardOrientation"] != "HORIZONTAL":
            raise invalid("thumbnailImageAlignment", "Allowed for a HORIZONTAL card only")
    _check_card(content["CardContent"], HEIGHTS)
    return [content["CardContent"]]


def _carousel(content: dict[str, Any]) -> list[dict[str, Any]]:
    _one_of(content["CardWidth"], WIDTHS, "cardWidth")
    for card in content["CardContents"]:
        _check_card(card, CAROUSEL_HEIGHTS)
    cards: list[dict[str, Any]] = content["CardContents"]
    return cards


CARDS = {"TextMessage": _text, "FileMessage": _text, "RichCard": _card, "Carousel": _carousel}
"""By kind: the function that checks the content and returns its cards."""


def _check_card(card: dict[str, Any], heights: tuple[str, ...]) -> None:
    if not any(card.get(name) for name in ("Title", "Description", "Media")):
        raise invalid("cardContent", "A card must have a title, a description or media")  # unverified
    height = (card.get("Media") or {}).get("Height")
    if height is not None:
        _one_of(height, heights, "height")


def _check_suggestion(suggestion: dict[str, Any]) -> None:
    if len(suggestion) != 1:
        raise invalid("suggestions", "Exactly one kind of action must be specified")
    kind, action = next(iter(suggestion.items()))
    if kind == "OpenUrl":
        application, view = action.get("Application"), action.get("WebviewViewMode")
        if application is not None:
            _one_of(application, APPLICATIONS, "application")
        if view is not None:
            _one_of(view, VIEW_MODES, "webviewViewMode")
            if application != "WEBVIEW":
                raise invalid("webviewViewMode", "Allowed with the application WEBVIEW only")
    elif kind == "CreateCalendarEvent" and action["EndTime"] <= action["StartTime"]:
        raise invalid("endTime", "Must be after startTime")


def _one_of(value: str, known: tuple[str, ...], name: str) -> None:
    if value not in known:
        raise invalid(name, f"Must be one of [{', '.join(known)}]")


def _body(kind: str, content: dict[str, Any], cards: list[dict[str, Any]]) -> str:
    """Return the readable text, for the inbox and for searches for a code."""
    if kind == "TextMessage":
        return str(content["Body"])
    lines = [card[name] for card in cards for name in ("Title", "Description") if card.get(name)]
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    """Return the value as plain JSON data: without absent fields, times as ISO 8601."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _file_urls(content: Any) -> Iterator[str]:
    """Yield the URLs of all files that a content names."""
    if isinstance(content, dict):
        for name, member in content.items():
            if name in ("FileUrl", "ThumbnailUrl") and isinstance(member, str):
                yield member
            else:
                yield from _file_urls(member)
    elif isinstance(content, list):
        for item in content:
            yield from _file_urls(item)


def _read_file(ctx: Context, url: str) -> Media:
    if url.startswith("https://"):
        # The emulator fetches nothing from the internet: such a file is named, but its content is not stored.
        return Media(url, media_types.stated_type("", url) or "application/octet-stream", 0, b"")
    found = ctx.inputs.get(ObjectRead(url))
    if found is None:
        raise ValidationException("RESOURCE_NOT_ACCESSIBLE", ("fileUrl", f"{url} cannot be read"))
    kind = media_types.stated_type(found.content_type, url) or ""
    if kind.partition("/")[0] not in ("image", "video", "audio") and kind != "application/pdf":
        sentence = f"{url} is {kind or 'of an unknown type'}; supported: image/*, video/*, audio/*, application/pdf"
        raise ValidationException("MEDIA_TYPE_NOT_SUPPORTED", ("fileUrl", sentence))
    if found.size > FILE_BYTES_MAX:
        sentence = f"{url} has {found.size} bytes, more than the {FILE_BYTES_MAX} allowed"
        raise ValidationException("MAXIMUM_SIZE_EXCEEDED", ("fileUrl", sentence))
    return Media(url, kind, found.size, found.content)


def content_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the S3 objects that the content and the fallback of a request name."""
    fallback = (members.get("FallbackConfiguration") or {}).get("MediaUrls") or []
    content = members.get("RcsMessageContent") or {}
    return [ObjectRead(url) for url in (*_file_urls(content), *fallback) if url.startswith("s3://")]
