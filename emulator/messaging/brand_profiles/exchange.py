"""The exchange between brand profiles and registrations: attributes fill a draft, and its values fill attributes."""

from __future__ import annotations

from datetime import datetime

from emulator.messaging.brand_profiles.matching import names_of, normalized, standard_field
from emulator.messaging.context import Context
from emulator.messaging.errors import ValidationException
from emulator.messaging.registrations.attachments import add_attachment
from emulator.messaging.registrations.forms import Definition, check_attachment, check_choices, check_text, form_of
from emulator.messaging.state.brand_profiles import BrandProfile, BrandProfileAttribute
from emulator.messaging.state.registrations import FieldValue, Registration

REPLACE = "REPLACE"
IMAGE_PREFIX = "image/"


def fill_registration(
    ctx: Context, profile: BrandProfile, registration: Registration, *, smart_match: bool, on_conflict: str
) -> list[str]:
    """
    Fill the fields of a draft from the attributes of a profile, and return the paths of those that were.

    An attribute that matches nothing is left out, as is a value that the field does not accept or
    that the other values rule out. # unverified: the latter two
    """
    filled = []
    values = registration.current.values
    attributes = {normalized(name): attribute for name, attribute in profile.attributes.items()}
    form = form_of(registration.registration_type)
    for path, definition in form.fields.items():
        if path in values and on_conflict != REPLACE:
            continue
        names = [name for name in names_of(definition, smart_match) if name in attributes]
        for attribute in map(attributes.__getitem__, names):
            value = _field_value(ctx, definition, attribute)
            if value is not None:
                values[path] = value
                filled.append(path)
                break
    ruled_out = [path for path in filled if form.requirement(path, values) == "DISALLOWED"]
    for path in ruled_out:
        del values[path]
    return [path for path in filled if path not in ruled_out]


def _field_value(ctx: Context, definition: Definition, attribute: BrandProfileAttribute) -> FieldValue | None:
    path, kind = definition["FieldPath"], definition["FieldType"]
    try:
        if kind == "ATTACHMENT":
            if attribute.attachment is None:
                return None
            check_attachment(definition, attribute.media_content_type, len(attribute.attachment))
            row = add_attachment(ctx, attribute.attachment, attribute.media_content_type)
            return FieldValue(path, registration_attachment_id=row.registration_attachment_id)
        if not attribute.attribute_value or attribute.is_media:
            return None
        if kind == "SELECT":
            choices = _choices(definition, attribute.attribute_value)
            check_choices(definition, choices)
            return FieldValue(path, select_choices=choices)
        check_text(definition, attribute.attribute_value)
        return FieldValue(path, text_value=attribute.attribute_value)
    except ValidationException:
        return None


def _choices(definition: Definition, text: str) -> list[str]:
    """Return the options that a text names, separated by commas; what is not an option stays, to be refused."""
    options = {normalized(option): option for option in definition["SelectValidation"]["Options"]}
    return [options.get(normalized(part), part) for part in text.split(",")]


def fill_profile(
    ctx: Context,
    profile: BrandProfile,
    registration: Registration,
    *,
    smart_match: bool,
    on_conflict: str,
    at: datetime,
    attributes_max: int,
) -> None:
    """Write the values of a registration's newest version into the attributes of a profile; at most that many exist."""
    own = {normalized(name): name for name in profile.attributes}
    form = form_of(registration.registration_type)
    for path, value in registration.current.values.items():
        definition = form.fields[path]
        standard = standard_field(definition)
        wanted = (normalized(standard.name), *names_of(definition, smart_match))
        name = next((own[each] for each in wanted if each in own), standard.name)
        attribute = profile.attributes.get(name)
        made = _attribute(ctx, name, standard.category, value, at)
        if made is None:
            continue
        if attribute is None:
            if len(profile.attributes) < attributes_max:
                profile.attributes[name] = made
                own[normalized(name)] = name
        elif attribute.is_media == made.is_media and (_is_empty(attribute) or on_conflict == REPLACE):
            attribute.attribute_value, attribute.attachment = made.attribute_value, made.attachment
            attribute.media_content_type = made.media_content_type
            attribute.updated_at = at


def _is_empty(attribute: BrandProfileAttribute) -> bool:
    return not attribute.attribute_value and attribute.attachment is None


def _attribute(ctx: Context, name: str, category: str, value: FieldValue, at: datetime) -> BrandProfileAttribute | None:
    if value.registration_attachment_id is not None:
        file = ctx.store.registration_attachments.find(value.registration_attachment_id)
        if file is None or file.body is None:
            return None
        kind = "IMAGE" if (file.content_type or "").startswith(IMAGE_PREFIX) else "DOCUMENT"
        return BrandProfileAttribute(
            name, kind, at, at, attachment=file.body, media_content_type=file.content_type, category=category
        )
    text = ",".join(value.select_choices) if value.select_choices is not None else value.text_value
    return None if text is None else BrandProfileAttribute(name, "TEXT", at, at, attribute_value=text, category=category)
