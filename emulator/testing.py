"""Helpers for tests of applications, ours and yours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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


PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
"""As much of a picture as the upload of a registration's attachment looks at."""
SAMPLES = ("ACME", "Example", "123456789", "#0A0A0A", "US")
"""Texts to fill a form with; the first that a field takes, else one of the wanted length."""


def fill_registration(client: Any, registration_id: str, values: Mapping[str, Any] | None = None) -> None:
    """
    Fill all required fields of a registration's draft: with `values` (text, or a list of choices, by field path) where
    they are given, which may name other fields too; else with the first options and sample texts, and one small picture.

    Raises:
        LookupError: no sample fits a field.
    """
    registration = client.describe_registrations(RegistrationIds=[registration_id])["Registrations"][0]
    pages = client.get_paginator("describe_registration_field_definitions").paginate(
        RegistrationType=registration["RegistrationType"]
    )
    given = dict(values or {})
    picture: dict[str, str] = {}
    for field in (field for page in pages for field in page["RegistrationFieldDefinitions"]):
        path = field["FieldPath"]
        if path in given:
            value = given[path]
            filled = {"SelectChoices": value} if isinstance(value, list) else {"TextValue": value}
        elif field["FieldRequirement"] != "REQUIRED":
            continue
        elif field["FieldType"] == "ATTACHMENT":
            picture = picture or _upload(client)
            filled = picture
        elif field["FieldType"] == "SELECT":
            rule = field["SelectValidation"]
            filled = {"SelectChoices": rule["Options"][: max(1, rule["MinChoices"])]}
        else:
            filled = {"TextValue": _sample(path, field["TextValidation"])}
        client.put_registration_field_value(RegistrationId=registration_id, FieldPath=path, **filled)


def _upload(client: Any) -> dict[str, str]:
    attachment = client.create_registration_attachment(AttachmentBody=PNG)
    return {"RegistrationAttachmentId": attachment["RegistrationAttachmentId"]}


def _sample(path: str, rule: Mapping[str, Any]) -> str:
    least, most = rule["MinLength"], rule["MaxLength"]
    for sample in (*SAMPLES, "Example text. " * (least // 14 + 1)):
        if least <= len(sample) <= most and re.search(rule["Pattern"], sample):
            return sample
    raise LookupError(f"no sample fits {path}: {dict(rule)}")
