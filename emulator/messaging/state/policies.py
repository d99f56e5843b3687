"""Resource policies: which other accounts and which AWS services may use a resource, and with which operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A policy, as the text that was put and as the parsed document."""

    resource_arn: str
    policy: str
    document: dict[str, Any]
    created_timestamp: datetime

    def allows(self, account: str, action: str) -> bool:
        """
        Return True if the account may call the operation on the resource; a Deny overrides every Allow.

        Conditions are not evaluated: a statement with a condition allows nothing, but denies if it is a Deny.
        """
        return self._decide(lambda principal: _is_principal(principal, account), action, lambda condition: not condition)

    def allows_service(self, service: str, action: str, account: str) -> bool:
        """Return True if an AWS service may call the operation for the account; of conditions aws:SourceAccount is known."""
        return self._decide(
            lambda principal: _is_service(principal, service), action, lambda condition: _is_met(condition, account)
        )

    def names_service(self, service: str) -> bool:
        """Return True if a statement is about an AWS service."""
        return any(_is_service(row.get("Principal"), service) for row in as_list(self.document.get("Statement")))

    def _decide(self, is_meant: Callable[[Any], bool], action: str, is_met: Callable[[Any], bool]) -> bool:
        allowed = False
        for statement in as_list(self.document.get("Statement")):
            if not is_meant(statement.get("Principal")) or not self._covers(statement, action):
                continue
            if statement.get("Effect") == "Deny":
                return False
            allowed = allowed or is_met(statement.get("Condition"))
        return allowed

    def names(self, account: str) -> bool:
        """Return True if the resource is shared with the account for any operation."""
        statements = as_list(self.document.get("Statement"))
        return any(s.get("Effect") == "Allow" and _is_principal(s.get("Principal"), account) for s in statements)

    def _covers(self, statement: dict[str, Any], action: str) -> bool:
        wanted = f"sms-voice:{action}".lower()
        return any(fnmatchcase(wanted, pattern.lower()) for pattern in as_list(statement.get("Action"))) and any(
            fnmatchcase(self.resource_arn, pattern) for pattern in as_list(statement.get("Resource", "*"))
        )


def as_list(value: Any) -> list[Any]:
    """Return an element of a policy as a list: JSON policies contain one item or a list of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_principal(principal: Any, account: str) -> bool:
    if principal == "*":
        return True
    named = as_list(principal.get("AWS")) if isinstance(principal, dict) else []
    return any(name in ("*", account) or f":iam::{account}:" in str(name) for name in named)


def _is_service(principal: Any, service: str) -> bool:
    return isinstance(principal, dict) and service in as_list(principal.get("Service"))


def _is_met(condition: Any, account: str) -> bool:
    """Return True if there is no condition, or only that the service acts for this account."""
    if not condition:
        return True
    return isinstance(condition, dict) and all(
        operator in ("StringEquals", "StringLike")
        and isinstance(keys, dict)
        and all(key.lower() == "aws:sourceaccount" and account in as_list(value) for key, value in keys.items())
        for operator, keys in condition.items()
    )
