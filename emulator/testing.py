"""Helpers for tests of applications that use this API, and for the emulator's own tests."""

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
    Expect the block to end in this AWS error, with these members: `raises_aws("ConflictException", Reason="…")`.

    Yields:
        A dict that contains the error's response after the block.

    Raises:
        AssertionError: the block ends without an error, in another error, or with other members.
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
"""Texts to fill a form with: the first that a field accepts, else one of the required length."""


def picture(width: int, height: int) -> bytes:
    """Return a black PNG image of this size in pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    # One bit a pixel, grey; a line begins with its filter, which is none.
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0))
    lines = bytes(height * (1 + -(-width // 8)))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


PNG = picture(8, 8)
"""A small image, for when the size does not matter."""


def fill_registration(client: Any, registration_id: str, values: Mapping[str, Any] | None = None) -> None:
    """
    Fill in all fields that a registration's draft requires.

    `values` (text, or a list of choices, by field path) are used where they are given, and may name further fields; all
    others are filled with the first options, sample texts and images.

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
