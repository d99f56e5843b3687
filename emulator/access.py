"""Access: who may call the server, and what the emulator may call and run. Fixed at the start, and in no saved state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timezone
from typing import Any

from emulator.kernel.dataclass import dataclass

ORIGIN = re.compile(r"https?://[^/?#\s@]+")
HOST = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True, slots=True)
class AccessKey:
    """
    An access key whose signatures are accepted.

    Attributes:
        access_key_id: the public part.
        secret_access_key: the secret part.
        session_token: the token that every request by a temporary key carries.
        expires: the time at which a temporary key expires.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """
    What the `access` section of a configuration says.

    Attributes:
        hosts: host names, beside those of this machine, under which the server may be called.
        origins: web origins, beside the page's own, whose pages may call the server, such as `http://localhost:3000`.
        webhook_hosts: hosts, beside this machine, to which webhooks may go.
        lambda_execution: whether Lambda functions run; by default only if nobody but this machine can call the server.
        token: what the control API and the page demand, if anything.
        require_signature: whether requests to AWS services must be signed by one of `keys`.
        keys: the access keys.
    """

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    lambda_execution: bool | None = None
    token: str | None = None
    require_signature: bool = False
    keys: tuple[AccessKey, ...] = ()

    @classmethod
    def load(cls, section: Any) -> Access:
        """
        Return what the section of a configuration says.

        Raises:
            ValueError: an unknown name, or an invalid value.
        """
        known = [item.name for item in fields(cls)]
        for name in section if isinstance(section, Mapping) else [section]:
            if name not in known:
                raise ValueError(f"access: unknown name {name!r}; allowed: {', '.join(known)}")
        access = cls(
            hosts=_read_names(section, "hosts", HOST, "emulator.example"),
            origins=tuple(origin.lower() for origin in _read_names(section, "origins", ORIGIN, "http://localhost:3000")),
            webhook_hosts=_read_names(section, "webhook_hosts", HOST, "hooks.example"),
            lambda_execution=_read(section, "lambda_execution", bool, None),
            token=_read(section, "token", str, None) or None,
            require_signature=bool(_read(section, "require_signature", bool, False)),
            keys=tuple(_read_key(entry) for entry in _read(section, "keys", list, [])),
        )
        if access.require_signature and not access.keys:
            raise ValueError("access: require_signature needs at least one of [[access.keys]]")
        return access


def _read(section: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    value = section.get(name, default)
    if value is not default and not isinstance(value, kind):
        raise ValueError(f"access: {name} must be a {kind.__name__}, not {value!r}")
    return value


def _read_names(section: Mapping[str, Any], name: str, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
    found = _read(section, name, list, [])
    for each in found:
        if not isinstance(each, str) or not pattern.fullmatch(each):
            raise ValueError(f"access: invalid entry {each!r} of {name}; write it as {example}")
    return tuple(found)


def _read_key(entry: Any) -> AccessKey:
    known = [item.name for item in fields(AccessKey)]
    if not isinstance(entry, Mapping) or not set(entry) <= set(known) or not {*known[:2]} <= set(entry):
        raise ValueError(f"access: each of keys is a table of {', '.join(known)}; the first two are required")
    for name in known[:3]:
        if name in entry and (not isinstance(entry[name], str) or not entry[name]):
            raise ValueError(f"access: {name} of keys must be text")
    expires = entry.get("expires")
    if expires is not None and not isinstance(expires, datetime):
        raise ValueError("access: expires of keys must be a time such as 2026-01-01T00:00:00Z")
    key = AccessKey(**entry)
    if expires is not None and expires.tzinfo is None:
        key = replace(key, expires=expires.replace(tzinfo=timezone.utc))
    return key
