from __future__ import annotations

import pytest

from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope, read_scope
from emulator.wire.http import Request

SCOPE = "20260101/eu-west-1/sms-voice/aws4_request"


def signed(credential, tail=", SignedHeaders=host;x-amz-date, Signature=00"):
    """A request with this credential in its Authorization header."""
    return Request("POST", "/", {"authorization": f"AWS4-HMAC-SHA256 Credential={credential}{tail}"}, b"")


def presigned(query):
    """A request without headers."""
    return Request("GET", "/", {}, b"", query)


def test_a_key_of_twelve_digits_is_the_account():
    """An access key of twelve digits is the account that the request is for."""
    assert Scope("111122223333", "eu-west-1", "sms-voice") == read_scope(signed(f"111122223333/{SCOPE}"))


@pytest.mark.parametrize(
    "key",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "testing",
        "",
        "11112222333",
        "1111222233334",
        "11112222333a",
        "१२३४५६७८९०१२",
        "a/b/c",
        "a+b=c",
    ],
)
def test_any_other_key_is_the_default_account(key):
    """A key that is not twelve ASCII digits stands for the default account, whatever is in it; region and name are read."""
    assert Scope(DEFAULT_ACCOUNT, "eu-west-1", "sms-voice") == read_scope(signed(f"{key}/{SCOPE}"))


@pytest.mark.parametrize("tail", ["", ",SignedHeaders=host", " , SignedHeaders=host"])
def test_the_credential_ends_where_its_clause_ends(tail):
    """The scope is read with or without clauses and blanks after it."""
    assert Scope("111122223333", "eu-west-1", "sms-voice") == read_scope(signed(f"111122223333/{SCOPE}", tail))


def test_an_unsigned_request_has_the_defaults():
    """Without a signature a request is for the default account and region, and for no service by name."""
    assert Scope(DEFAULT_ACCOUNT, DEFAULT_REGION, "") == read_scope(presigned(""))


def test_an_empty_region_is_the_default():
    """A scope without a region means the default one."""
    assert Scope(DEFAULT_ACCOUNT, DEFAULT_REGION, "sms-voice") == read_scope(signed("AKID/20260101//sms-voice/aws4_request"))


@pytest.mark.parametrize("credential", ["", "AKID", "AKID/eu-west-1/sms-voice"])
def test_a_broken_scope_counts_as_unsigned(credential):
    """A malformed credential is ignored."""
    assert Scope(DEFAULT_ACCOUNT, DEFAULT_REGION, "") == read_scope(signed(credential))


def test_other_kinds_of_authorization_count_as_unsigned():
    """A bearer token has no scope."""
    assert Scope() == read_scope(Request("POST", "/", {"authorization": "Bearer abc"}, b""))


def test_a_presigned_url_has_its_scope_in_the_query():
    """Without an Authorization header the scope is read from the query, percent-encoded or not."""
    encoded = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=111122223333/{SCOPE}&X-Amz-Date=1".replace("/", "%2F")

    assert Scope("111122223333", "eu-west-1", "sms-voice") == read_scope(presigned(encoded))
    assert Scope("111122223333", "eu-west-1", "sms-voice") == read_scope(presigned(f"X-Amz-Credential=111122223333/{SCOPE}"))


@pytest.mark.parametrize("query", ["X-Amz-Credential=", "note=X-Amz-Credential=x", "&&X-Amz-Credential=x"])
def test_a_query_without_a_scope_counts_as_unsigned(query):
    """A query that only mentions a credential, or has an empty or broken one, says nothing."""
    assert Scope() == read_scope(presigned(query))
