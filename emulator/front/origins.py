"""Who may change the world over the control API: programs and its own page, and no other page of a browser."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request

READS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
"""What browsers say of a request by the page itself, and by its user. Source: Fetch Metadata Request Headers, W3C"""


def is_foreign(headers: Mapping[str, str]) -> bool:
    """
    Whether a page of another origin asks.

    Browsers say so in Sec-Fetch-Site; those that do not, or not to a host without TLS, name the page's Origin. Programs
    send neither.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in OWN_SITES
    origin = headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("Host")


def reject_cross_origin(app: Flask) -> None:
    """Have the application refuse what a foreign page would change; it cannot read the answers to anything else."""

    @app.before_request
    def refuse_strangers() -> tuple[Response, int] | None:
        if request.method in READS or not is_foreign(dict(request.headers)):
            return None
        asks = request.headers.get("Origin", "another site")
        return jsonify(error=f"a page of {asks} may not change anything here", field=None), 403
