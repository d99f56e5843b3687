"""
The guard of the port: which requests reach anything behind it.

A page that is open in the developer's browser can send requests here, and by DNS rebinding even under a name of its own.
So a request must name this machine as its host, and if a browser sends it, come from the page itself. Programs send
neither an Origin nor Sec-Fetch-Site; other web applications and host names are allowed by `Access`. This holds for every
path and method, those that moto answers included.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from emulator.access import Access
from emulator.front.at_once import Answer, AsgiApplication, DirectApplication
from emulator.wire.http import Request, Response

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

OWN_SITES = frozenset({"same-origin", "none"})
"""The sites of a request by the page itself, and by its user. Source: Fetch Metadata Request Headers, W3C"""
CONTROL_PATHS = ("/_emulator", "/_aws/", "/moto-api")
"""Where the paths begin that the token protects."""
HEALTH = "/_emulator/health"
"""Needs no token: container runtimes ask it."""
PAGES = frozenset({"/", "/_emulator", "/_emulator/", "/_emulator/docs"})
"""Pages without data, to which any other page may link."""
COOKIE = "sms_voice_emulator_token"
HOSTS_KEPT = 64
ALLOWED_METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
PREFLIGHT_SECONDS = 600
EXPOSED = b"x-amzn-RequestId, x-amzn-ErrorType, x-amz-request-id, ETag"
"""The headers of an answer that a page of an allowed origin can read."""
FRAME_HEADERS = ((b"x-frame-options", b"DENY"), (b"content-security-policy", b"frame-ancestors 'none'"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that goes no further: the HTTP status, a code, and what is wrong and how to allow it."""

    status: int
    code: str
    sentence: str

    def response(self) -> Response:
        """Return the answer, which the control API's clients, a person and an AWS SDK can all read."""
        body = {"__type": self.code, "message": self.sentence, "error": self.sentence, "field": None}
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": self.code}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return Response(self.status, headers, json.dumps(body).encode())


def is_loopback(host: str) -> bool:
    """Return True if a host, as in a URL, is this machine under a name that no other machine can take."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_of(netloc: str) -> str:
    """Return the host of a Host header in lower case, without its port; empty when it is not one."""
    try:
        parts = urlsplit(f"//{netloc}")
        is_clean = parts.netloc == netloc and "@" not in netloc and (parts.port is None or parts.port >= 0)
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".") if is_clean else ""


class Guard:
    """
    An ASGI application that passes on only what may pass.

    Args:
        app: what answers the requests that pass.
        access: what is allowed beyond the default.
        served_at: the host that the server listens on.
    """

    def __init__(self, app: DirectApplication, access: Access, served_at: str) -> None:
        self._app = app
        self._access = access
        self._names = {name.strip("[]").lower() for name in (served_at, *access.hosts)}
        # A name can be made to lead here by whoever owns it, an address cannot.
        self._any_address = served_at.strip("[]") in ("0.0.0.0", "::", "")
        # Clients name the host again and again; to parse it takes longer than all other rules.
        self._serves = lru_cache(HOSTS_KEPT)(lambda netloc: self._is_served(host_of(netloc)))

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request, or have it answered."""
        headers = _Headers(scope["headers"])
        origin = headers.get("origin")
        allowed = origin is not None and origin.lower() in self._access.origins
        refusal = self._refuse_host(headers) or self._refuse_origin(scope, headers, allowed)
        guarded_send = _with_headers(send, scope["path"], origin if allowed else None)
        if refusal is None and origin is not None and allowed and _is_preflight(scope, headers):
            await send_response(send, _preflight(headers, origin))
            return
        refusal = refusal or self._refuse_token(scope, headers)
        if refusal is not None:
            await send_response(guarded_send, refusal.response())
        elif (token := self._token_in_query(scope)) is not None:
            await send_response(guarded_send, _keep_token(token))
        else:
            await self._app(scope, receive, guarded_send)

    def answer_at_once(self, request: Request) -> Answer:
        """Have a POST to `/` answered that is certain to pass: a program has sent it, to a host that is served."""
        headers = request.headers
        if "origin" in headers or "sec-fetch-site" in headers or headers.get("user-agent", "").startswith("Mozilla/"):
            return None
        if not self._serves(headers.get("host", "")):
            return None
        return self._app.answer_at_once(request)

    # --- The rules ------------------------------------------------------------------------------------------------

    def _refuse_host(self, headers: _Headers) -> Refusal | None:
        for netloc in headers.all("host"):
            host = host_of(netloc)
            if not self._is_served(host):
                hint = f"start the server with --allow-host {host or 'NAME'} if that name leads here on purpose"
                return Refusal(403, "HostNotAllowed", f"this is not {netloc[:200]!r}; {hint}")
        return None

    def _is_served(self, host: str) -> bool:
        if is_loopback(host) or host in self._names:
            return True
        try:
            ip_address(host)
        except ValueError:
            # Virtual-hosted buckets: bucket.emulator.example.
            return any(host.endswith(f".{name}") for name in self._names if not _is_address(name))
        return self._any_address

    def _refuse_origin(self, scope: HTTPScope, headers: _Headers, allowed: bool) -> Refusal | None:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if allowed:
            return None
        is_own = origin is None or host_and_port(origin) == (headers.get("host") or "").lower()
        if is_own and (site is None or site in OWN_SITES) and not _may_be_foreign(scope, headers):
            return None
        if _is_link(scope, headers):
            return None
        asks = (origin or "another site")[:200]
        hint = "start the server with --allow-origin and that origin if it may call this server"
        return Refusal(403, "OriginNotAllowed", f"a page of {asks} may not change or read anything here; {hint}")

    def _refuse_token(self, scope: HTTPScope, headers: _Headers) -> Refusal | None:
        token = self._access.token
        if token is None or not scope["path"].startswith(CONTROL_PATHS) or scope["path"] == HEALTH:
            return None
        given = (_bearer(headers), _cookie(headers), _query_token(scope))
        if any(each is not None and hmac.compare_digest(each.encode(), token.encode()) for each in given):
            return None
        hint = "send it as `Authorization: Bearer TOKEN`, or open /_emulator/?token=TOKEN"
        return Refusal(401, "TokenRequired", f"this server was started with --token; {hint}")

    def _token_in_query(self, scope: HTTPScope) -> str | None:
        """Return the token with which a browser opens the page: it goes into a cookie, and out of the address."""
        is_page = scope["method"] == "GET" and scope["path"] in ("/_emulator", "/_emulator/")
        return _query_token(scope) if is_page and self._access.token is not None else None


class _Headers:
    """The headers of a request, by their names in lower case."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for each, value in self._pairs if each == name]

    def get(self, name: str) -> str | None:
        """Return the value of a header; several are joined, so that they match nothing."""
        found = self.all(name)
        return ", ".join(found) if found else None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def host_and_port(origin: str) -> str:
    """Return what a Host header says for an origin; empty when it is not one."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _may_be_foreign(scope: HTTPScope, headers: _Headers) -> bool:
    """
    Return True if a browser does not say whose request it sends, and no Referer shows that it is the page's own.

    Browsers send Sec-Fetch-Site to trustworthy addresses only: to this machine's, but not to another name over HTTP.
    """
    if headers.get("origin") is not None or headers.get("sec-fetch-site") is not None:
        return False
    host = headers.get("host") or ""
    is_browser = (headers.get("user-agent") or "").startswith("Mozilla/") and headers.get("accept-language") is not None
    if not is_browser or is_loopback(host_of(host)):
        return False
    if scope["method"] == "GET" and scope["path"] in PAGES and scope["query_string"].partition(b"=")[0] in (b"", b"token"):
        return False
    return host_and_port(headers.get("referer") or "") != host.lower()


def _is_link(scope: HTTPScope, headers: _Headers) -> bool:
    """Return True if a link of another page leads the whole browser window to one of PAGES."""
    is_navigation = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    is_plain = scope["path"] in PAGES and not scope["query_string"]
    return is_navigation and is_plain and scope["method"] == "GET" and headers.get("origin") is None


def _is_preflight(scope: HTTPScope, headers: _Headers) -> bool:
    return scope["method"] == "OPTIONS" and headers.get("access-control-request-method") is not None


def _preflight(headers: _Headers, origin: str) -> Response:
    answer = {
        "Access-Control-Allow-Origin": origin,
        "Vary": "Origin",
        "Access-Control-Allow-Methods": ALLOWED_METHODS,
        "Access-Control-Allow-Headers": headers.get("access-control-request-headers") or "*",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    if headers.get("access-control-request-private-network") == "true":
        answer["Access-Control-Allow-Private-Network"] = "true"
    return Response(204, answer)


def _bearer(headers: _Headers) -> str | None:
    scheme, _, token = (headers.get("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _cookie(headers: _Headers) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie") or "").get(COOKIE)
    except CookieError:
        return None
    return None if found is None else found.value


def _query_token(scope: HTTPScope) -> str | None:
    return parse_qs(scope["query_string"].decode("latin-1")).get("token", [None])[0]


def _keep_token(token: str) -> Response:
    cookie = SimpleCookie({COOKIE: token})[COOKIE]
    cookie["httponly"], cookie["samesite"], cookie["path"] = True, "Strict", "/"
    return Response(303, {"Location": "/_emulator/", "Set-Cookie": cookie.OutputString()})


# --- The answer -----------------------------------------------------------------------------------------------------


def _with_headers(send: Any, path: str, origin: str | None) -> Any:
    """Return a `send` that replaces the CORS headers of what answers (moto allows every origin), and forbids framing."""

    async def send_on(message: Any) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            if origin is not None:
                kept += _cors_headers(origin)
            if path.startswith("/_emulator"):
                names = {name.lower() for name, _ in kept}
                kept += [pair for pair in FRAME_HEADERS if pair[0] not in names]
            message = message | {"headers": kept}
        await send(message)

    return send_on


def _cors_headers(origin: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", EXPOSED),
        (b"vary", b"Origin"),
    ]


async def send_response(send: Any, response: Response) -> None:
    """Send a whole response."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def send_in_time(send: Any, response: Response) -> None:
    """Send a whole response, after its delay."""
    if response.delay_seconds:
        await asyncio.sleep(response.delay_seconds)
    await send_response(send, response)


def answer_later(response: Response) -> AsgiApplication:
    """Return an application that sends a response, after its delay."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send_in_time(send, response)

    return answer
