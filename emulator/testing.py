"""Helpers for tests of applications, ours and yours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError


@contextmanager
def raises_aws(code: str, **members: Any) -> Iterator[dict[str, Any]]:
    """
    The block must end in this AWS error, with these members: `raises_aws("ConflictException", Reason="…")`.

    Yields a dict that holds the error's response afterwards.

    Raises:
        AssertionError: it ends in no error, in another, or with other members.
    """
    response: dict[str, Any] = {}
    try:
        yield response
    except ClientError as error:
        response.update(error.response)
        found = {name: response.get(name) for name in members}
        assert response["Error"]["Code"] == code, f"expected {code}, got {error}"
        assert found == members, f"expected {members}, got {error}"
    else:
        raise AssertionError(f"expected {code}, but the call was accepted")
