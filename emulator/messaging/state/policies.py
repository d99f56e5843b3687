"""Resource policies: which other accounts may use a resource, and with which operations."""

from __future__ import annotations

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
        allowed = False
        for statement in as_list(self.document.get("Statement")):
            if not self._concerns(statement, account, action):
                continue
            if statement.get("Effect") == "Deny":
                return False
            allowed = allowed or not statement.get("Condition")
        return allowed

    def names(self, account: str) -> bool:
        """Return True if the resource is shared with the account for any operation."""
        statements = as_list(self.document.get("Statement"))
        return any(s.get("Effect") == "Allow" and _is_principal(s.get("Principal"), account) for s in statements)

    def _concerns(self, statement: dict[str, Any], account: str, action: str) -> bool:
        wanted = f"sms-voice:{action}".lower()
        return (
            _is_principal(statement.get("Principal"), account)
            and any(fnmatchcase(wanted, pattern.lower()) for pattern in as_list(statement.get("Action")))
            and any(fnmatchcase(self.resource_arn, pattern) for pattern in as_list(statement.get("Resource", "*")))
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
