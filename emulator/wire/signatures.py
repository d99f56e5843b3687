"""
Signature Version 4: whether a request was signed by a known key, lately.

Source: "Create a signed AWS API request" in the IAM user guide. The sentences are AWS's own as SDKs report them; which
status a service gives with them is # unverified.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote, unquote

from emulator.wire.errors import ProtocolError
from emulator.wire.http import Request

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
TIME_FORMAT = "%Y%m%dT%H%M%SZ"
SKEW_MAX = timedelta(minutes=5)
"""
How far the clock of a client may be off. Source: the sentence of services that speak JSON, as of KMS and DynamoDB, ends in
`- 5 min.`; S3 and services of the query protocol allow 15
"""


class Key(Protocol):
    """An access key."""

    @property
    def access_key_id(self) -> str:
        """The public part."""

    @property
    def secret_access_key(self) -> str:
        """The secret part."""

    @property
    def session_token(self) -> str | None:
        """The token that requests by a temporary key carry."""

    @property
    def expires(self) -> datetime | None:
        """When a temporary key expires."""


class MissingAuthenticationTokenException(ProtocolError):
    """The request is not signed."""

    status = 403


class IncompleteSignatureException(ProtocolError):
    """The signature lacks a part."""

    status = 403


class UnrecognizedClientException(ProtocolError):
    """The key or its session token is unknown."""

    status = 403


class ExpiredTokenException(ProtocolError):
    """The temporary key has expired."""

    status = 403


class InvalidSignatureException(ProtocolError):
    """The signature is another one, or was made too long ago."""

    status = 403


MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."
)


def verify(request: Request, keys: Iterable[Key], now: datetime) -> None:
    """
    Raise an error unless the request is signed by one of the keys.

    Raises:
        ProtocolError: AWS's error for what is wrong with the signature.
    """
    query = _query(request.query)
    presigned = dict(query) if "X-Amz-Signature" in dict(query) else None
    parts = _parts(request.headers, presigned)
    access_key_id, *scope = parts["Credential"].rsplit("/", 4)
    key = next((each for each in keys if each.access_key_id == access_key_id), None)
    token = presigned.get("X-Amz-Security-Token") if presigned else request.headers.get("x-amz-security-token")
    if key is None or len(scope) != 4 or not hmac.compare_digest(key.session_token or "", token or ""):
        raise UnrecognizedClientException("The security token included in the request is invalid.")
    if key.expires is not None and key.expires <= now:
        raise ExpiredTokenException("The security token included in the request is expired")
    signed_at = (presigned or {}).get("X-Amz-Date") or request.headers.get("x-amz-date", "")
    lifetime = (presigned or {}).get("X-Amz-Expires", "")
    _check_time(signed_at, now, timedelta(seconds=int(lifetime)) if re.fullmatch("[0-9]{1,7}", lifetime) else SKEW_MAX)
    canonical = _canonical(request, query, parts["SignedHeaders"].split(";"), scope[2], presigned is not None)
    to_sign = "\n".join([ALGORITHM, signed_at, "/".join(scope), sha256(canonical.encode()).hexdigest()])
    is_dated = signed_at.startswith(scope[0])
    if not is_dated or not hmac.compare_digest(_signature(key, scope, to_sign), parts["Signature"]):
        raise InvalidSignatureException(MISMATCH)


def _parts(headers: Mapping[str, str], presigned: Mapping[str, str] | None) -> dict[str, str]:
    """Return Credential, SignedHeaders and Signature."""
    if presigned is not None:
        parts = {name: presigned.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")}
    else:
        authorization = headers.get("authorization", "")
        if not authorization:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        algorithm, _, rest = authorization.partition(" ")
        if algorithm != ALGORITHM:
            raise IncompleteSignatureException(f"Unsupported AWS 'algorithm': '{algorithm[:40]}'.")
        pairs = (each.strip().partition("=") for each in rest.split(","))
        parts = {name: value for name, _, value in pairs}
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not parts.get(name)]
    if missing:
        sentences = [f"Authorization header requires '{name}' parameter." for name in missing]
        raise IncompleteSignatureException(" ".join(sentences))
    return parts


def _check_time(text: str, now: datetime, lifetime: timedelta) -> None:
    try:
        signed_at = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=timezone.utc)
    except ValueError as error:
        sentence = f"Date must be in ISO-8601 'basic format'. Got '{text[:40]}'."
        raise IncompleteSignatureException(sentence) from error
    written = now.strftime(TIME_FORMAT)
    if signed_at > now + SKEW_MAX:
        latest = (now + SKEW_MAX).strftime(TIME_FORMAT)
        raise InvalidSignatureException(
            f"Signature not yet current: {text} is still later than {latest} ({written} + 5 min.)"
        )
    if signed_at + lifetime < now:
        earliest = (now - lifetime).strftime(TIME_FORMAT)
        minutes = int(lifetime.total_seconds() // 60)
        raise InvalidSignatureException(
            f"Signature expired: {text} is now earlier than {earliest} ({written} - {minutes} min.)"
        )


def _canonical(request: Request, query: list[tuple[str, str]], signed: list[str], service: str, presigned: bool) -> str:
    pairs = sorted((_escape(name), _escape(value)) for name, value in query if name != "X-Amz-Signature")
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed)
    path = request.path or "/"
    # S3 signs the path as it was sent, every other service as it is with its percents escaped again.
    uri = path if service == "s3" else quote(path, safe="/~")
    text = "&".join(f"{name}={value}" for name, value in pairs)
    return "\n".join([request.method, uri, text, headers, ";".join(signed), _payload(request, service, presigned)])


def _query(text: str) -> list[tuple[str, str]]:
    """Return the decoded pairs of a query; a plus is one, and no space as in a form."""
    pairs = (each.partition("=") for each in text.split("&") if each)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def _escape(text: str) -> str:
    return quote(text, safe="-_.~")


def _payload(request: Request, service: str, presigned: bool) -> str:
    found = sha256(request.body).hexdigest()
    declared = request.headers.get("x-amz-content-sha256", UNSIGNED if presigned and service == "s3" else found)
    if re.fullmatch("[0-9a-f]{64}", declared) and declared != found:
        raise InvalidSignatureException("The provided 'x-amz-content-sha256' header does not match what was computed.")
    return declared


def _signature(key: Key, scope: list[str], to_sign: str) -> str:
    signing = f"AWS4{key.secret_access_key}".encode()
    for part in scope:
        signing = hmac.digest(signing, part.encode(), "sha256")
    return hmac.digest(signing, to_sign.encode(), "sha256").hex()
