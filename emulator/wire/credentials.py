"""The caller's account, region and signing name, from the SigV4 credential scope; `signatures` verifies signatures."""

from __future__ import annotations

from functools import lru_cache

from emulator.kernel.dataclass import dataclass
from emulator.wire.http import Request

DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Scope:
    """The account and region that a request is for; the signing name is empty if the request is unsigned."""

    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    signing_name: str = ""


UNSIGNED = Scope()


def _parse(credential: str) -> Scope:
    # AKID/20260101/us-east-1/sms-voice/aws4_request; read from the right, since a key may contain any character.
    parts = credential.rsplit("/", 4)
    if len(parts) != 5:
        return UNSIGNED
    key, _, region, signing_name, _ = parts
    account = key if len(key) == 12 and key.isascii() and key.isdigit() else DEFAULT_ACCOUNT
    return Scope(account, region or DEFAULT_REGION, signing_name)


@lru_cache(maxsize=1024)
def _scope_in(authorization: str) -> Scope | None:
    """Return the scope in an Authorization header, or in the beginning of one; None if it contains no credential."""
    start = authorization.find("Credential=")
    return None if start < 0 else _parse(authorization[start + 11 :].partition(",")[0].strip())


def read_scope(request: Request) -> Scope:
    """Return the scope of a request, from its Authorization header or presigned URL; the defaults if it has neither."""
    authorization = request.headers.get("authorization")
    if authorization:
        # The credential comes first, and is the only part of the header that repeats from one request to the next.
        scope = _scope_in(authorization.partition(",")[0]) or _scope_in(authorization)
        if scope is not None:
            return scope
    if "X-Amz-Credential=" in request.query:
        from urllib.parse import parse_qs

        return _parse(parse_qs(request.query).get("X-Amz-Credential", [""])[0])
    return UNSIGNED
