"""Cross-origin protection of the control API: of all pages in a browser, only its own may change state."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request

READS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
"""The values browsers send for requests by the page itself, or by the user. Source: Fetch Metadata Request Headers, W3C"""


def is_foreign(headers: Mapping[str, str]) -> bool:
    """
    Return whether the request comes from a page of another origin.

    Browsers say so in Sec-Fetch-Site; those that do not support it, or do not send it to hosts without TLS, send the
    page's Origin. Programs send neither.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in OWN_SITES
    origin = headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("Host")


def reject_cross_origin(app: Flask) -> None:
    """Have the application refuse changes by foreign pages. They may send other requests, but cannot read the responses."""

    @app.before_request
    def refuse_foreign_pages() -> tuple[Response, int] | None:
        if request.method in READS or not is_foreign(dict(request.headers)):
            return None
        origin = request.headers.get("Origin", "another site")
        sentence = (
            f"cross-origin request from {origin} refused: only programs and the emulator's own page may change anything"
        )
        return jsonify(error=sentence, field=None), 403
