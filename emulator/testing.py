"""Helpers for tests of applications, ours and yours."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from emulator.messaging.registrations.forms import form_of
from emulator.messaging.registrations.rcs_forms import CONTACTS
from emulator.messaging.state.registrations import FieldValue


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


SAMPLES = ("ACME", "Example", "123456789", "1000", "#0A0A0A", "US")
"""Texts to fill a form with; the first that a field takes, else one of the wanted length."""


def picture(width: int, height: int) -> bytes:
    """A PNG file of so many black pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    # One bit a pixel, grey; a line begins with its filter, which is none.
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0))
    lines = bytes(height * (1 + -(-width // 8)))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


PNG = picture(8, 8)
"""A small picture, for whoever does not mind its size."""


def fill_registration(client: Any, registration_id: str, values: Mapping[str, Any] | None = None) -> None:
    """
    Fill all that a registration's draft requires: with `values` (text, or a list of choices, by field path) where they
    are given, which may name other fields too; else with the first options and sample texts, and pictures.

    Raises:
        LookupError: no sample fits a field.
    """
    registration = client.describe_registrations(RegistrationIds=[registration_id])["Registrations"][0]
    form = form_of(registration["RegistrationType"])
    given = dict(values or {})
    filled: dict[str, FieldValue] = {}
    members: dict[str, Any]
    pictures: dict[bytes, dict[str, Any]] = {}
    # Conditional fields come last: what they require depends on the others.
    for path in sorted(form.fields, key=lambda path: form.fields[path]["FieldRequirement"] == "CONDITIONAL"):
        field = form.fields[path]
        contact = form.registration_type.endswith("_RCS_LAUNCH_REGISTRATION") and path in CONTACTS[0]
        if path not in given and not contact and form.requirement(path, filled) != "REQUIRED":
            continue
        if path not in given and field["FieldType"] == "ATTACHMENT":
            rule = field.get("picture_validation")
            body = picture(rule["Width"], rule["Height"]) if rule else PNG
            members = pictures[body] = pictures.get(body) or _upload(client, body)
        else:
            value = given.get(path) or _sample(field)
            members = {"SelectChoices": value} if isinstance(value, list) else {"TextValue": value}
        client.put_registration_field_value(RegistrationId=registration_id, FieldPath=path, **members)
        filled[path] = FieldValue(path, members.get("SelectChoices"), members.get("TextValue"))


def _upload(client: Any, body: bytes) -> dict[str, Any]:
    attachment = client.create_registration_attachment(AttachmentBody=body)
    return {"RegistrationAttachmentId": attachment["RegistrationAttachmentId"]}


def _sample(field: Mapping[str, Any]) -> Any:
    if field["FieldType"] == "SELECT":
        return field["SelectValidation"]["Options"][: max(1, field["SelectValidation"]["MinChoices"])]
    rule = field["TextValidation"]
    least, most = rule["MinLength"], rule["MaxLength"]
    for sample in (*SAMPLES, "Example text. " * (least // 14 + 1)):
        if least <= len(sample) <= most and re.search(rule["Pattern"], sample):
            return sample
    raise LookupError(f"no sample fits {field['FieldPath']}: {dict(rule)}")
