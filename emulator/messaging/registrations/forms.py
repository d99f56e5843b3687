"""
Registration forms: their types, sections and fields, and the validation of field values.

The fields of a type are those of its template, if it names one, followed by its own. The definitions are wire dicts, as
the Describe operations return them. Source: data/registration_types.json, which names its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.messaging.errors import ValidationException, invalid, missing, together
from emulator.messaging.state.registrations import FieldValue

Definition = Mapping[str, Any]
Values = Mapping[str, FieldValue]

MEMBER_OF_TYPE = {"TEXT": "textValue", "SELECT": "selectChoices", "ATTACHMENT": "registrationAttachmentId"}
"""The member of a request that fills a field, by the type of the field."""
COMPARISONS: dict[str, Callable[[frozenset[str], frozenset[str]], bool]] = {
    "EQUALS": lambda own, wanted: own == wanted,
    "NOT_EQUALS": lambda own, wanted: own != wanted,
    "IN": lambda own, wanted: bool(own & wanted),
    "NOT_IN": lambda own, wanted: not own & wanted,
    "HAS_VALUE": lambda own, wanted: bool(own),
    "NO_VALUE": lambda own, wanted: not own,
}
"""Source: API reference, FieldCondition"""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one registration type."""

    registration_type: str
    definition: Definition
    sections: dict[str, Definition]
    fields: dict[str, Definition]

    @property
    def associations(self) -> list[dict[str, str]]:
        """The SupportedAssociations of the definition."""
        found: list[dict[str, str]] = self.definition["SupportedAssociations"]
        return found

    def association(self, resource_type: str) -> dict[str, str] | None:
        """Return the supported association with resources of this type; None if there is none."""
        return next((row for row in self.associations if row["ResourceType"] == resource_type), None)

    def section(self, path: str) -> Definition:
        """
        Return the definition of a section.

        Raises:
            ValidationException: If the form has no such section (UNKNOWN_REGISTRATION_SECTION).
        """
        if path not in self.sections:
            sentence = f"{self.registration_type} has no section {path}; allowed: {', '.join(self.sections)}"
            raise ValidationException("UNKNOWN_REGISTRATION_SECTION", ("sectionPath", sentence))
        return self.sections[path]

    def field(self, path: str) -> Definition:
        """
        Return the definition of a field.

        Raises:
            ValidationException: If the form has no such field (UNKNOWN_REGISTRATION_FIELD).
        """
        if path not in self.fields:
            sentence = f"{self.registration_type} has no field {path}; DescribeRegistrationFieldDefinitions lists its fields"
            raise ValidationException("UNKNOWN_REGISTRATION_FIELD", ("fieldPath", sentence))
        return self.fields[path]

    def requirement(self, path: str, values: Values) -> str:
        """
        Return REQUIRED, OPTIONAL or DISALLOWED, depending on the values of the other fields.

        The first rule that matches decides.
        """
        definition = self.fields[path]
        behaviour = definition.get("ConditionalBehavior")
        if behaviour is None:
            # A conditional field whose condition is not published is left to the reviewer. # unverified
            return "REQUIRED" if definition["FieldRequirement"] == "REQUIRED" else "OPTIONAL"
        for rule in behaviour["Rules"]:
            if all(_holds(condition, values) for condition in rule["Conditions"]):
                return str(rule["RuleBehavior"])
        return str(behaviour["DefaultBehavior"])

    def select(self, section_path: str | None, field_paths: list[str] | None) -> list[str]:
        """
        Return the paths of the named fields, of the fields of a section, or of all fields, in the order of the form.

        Raises:
            ValidationException: If the section or a field is unknown.
        """
        if section_path is not None:
            self.section(section_path)
        for path in field_paths or ():
            self.field(path)
        return [
            path
            for path, definition in self.fields.items()
            if section_path in (None, definition["SectionPath"]) and (not field_paths or path in field_paths)
        ]


def _holds(condition: Definition, values: Values) -> bool:
    value = values.get(condition["DependsOnFieldPath"])
    own = value.choices if value is not None else frozenset()
    return COMPARISONS[condition["Operator"]](own, frozenset(condition.get("Values", ())))


@cache
def forms() -> dict[str, Form]:
    """Return all forms by registration type."""
    data = load_table("messaging/registrations/data/registration_types.json")
    return {row["RegistrationType"]: _form(row, data) for row in data["registration_types"]}


def _form(row: dict[str, Any], data: dict[str, Any]) -> Form:
    fields: list[Definition] = [*data["field_templates"].get(row.get("fields_from"), ()), *row["fields"]]
    titles = data["section_titles"]
    sections: dict[str, Definition] = {
        path: {"SectionPath": path, "DisplayHints": {"Title": titles[path], "ShortDescription": titles[path]}}
        for path in dict.fromkeys(field["SectionPath"] for field in fields)
    }
    return Form(row["RegistrationType"], row, sections, {field["FieldPath"]: field for field in fields})


def form_of(registration_type: str) -> Form:
    """
    Return the form of a registration type.

    Raises:
        ValidationException: If the type is unknown (UNKNOWN_REGISTRATION_TYPE).
    """
    found = forms().get(registration_type)
    if found is None:
        sentence = f"Unknown registration type {registration_type}; DescribeRegistrationTypeDefinitions lists all types"
        raise ValidationException("UNKNOWN_REGISTRATION_TYPE", ("registrationType", sentence))
    return found


def check_kind(definition: Definition, members: Mapping[str, Any]) -> None:
    """
    Raise an error unless a request gives a field exactly one value, of the field's type.

    Raises:
        ValidationException: If there is none, more than one, or one of another type; the last is # unverified.
    """
    given = [name for name, value in members.items() if value is not None]
    wanted = MEMBER_OF_TYPE[definition["FieldType"]]
    if not given:
        raise missing(wanted)
    if len(given) > 1:
        raise together(*given)
    if given != [wanted]:
        sentence = f"{definition['FieldPath']} is a field of type {definition['FieldType']}, which requires {wanted}"
        raise invalid(given[0], sentence)


def check_text(definition: Definition, text: str) -> None:
    """
    Raise an error unless a text is a valid value of the field.

    Raises:
        ValidationException: If its length or pattern is invalid (INVALID_PARAMETER, seen with an EIN).
    """
    rule = definition["TextValidation"]
    if not rule["MinLength"] <= len(text) <= rule["MaxLength"]:
        raise invalid("textValue", f"Must have from {rule['MinLength']} to {rule['MaxLength']} characters")
    if not re.search(rule["Pattern"], text):
        raise invalid("textValue", f"Must match the pattern {rule['Pattern']}")


def check_choices(definition: Definition, choices: list[str]) -> None:
    """
    Raise an error unless choices are a valid value of the field.

    Raises:
        ValidationException: If there are too few, too many or repeated choices, or one is not an option.
    """
    rule = definition["SelectValidation"]
    unknown = [choice for choice in choices if choice not in rule["Options"]]
    if unknown:
        hint = "DescribeRegistrationFieldDefinitions lists its options"
        raise invalid("selectChoices", f"{unknown[0]} is not an option of {definition['FieldPath']}; {hint}")
    if len(set(choices)) != len(choices) or not rule["MinChoices"] <= len(choices) <= rule["MaxChoices"]:
        raise invalid("selectChoices", f"Must have from {rule['MinChoices']} to {rule['MaxChoices']} different choices")


def check_attachment(definition: Definition, content_type: str | None, size: int) -> None:
    """
    Raise an error unless the file is one that AWS's page on the form allows; which reason AWS gives here
    and in CreateRegistrationAttachment is # unverified.

    Raises:
        ValidationException: If the file is of another type, or too large.
    """
    rule = definition.get("attachment_validation")
    if rule is None:
        return
    if content_type not in rule["ContentTypes"]:
        raise ValidationException(
            "ATTACHMENT_TYPE_NOT_SUPPORTED",
            ("registrationAttachmentId", f"Must be one of {', '.join(rule['ContentTypes'])}"),
        )
    if size > rule["MaxBytes"]:
        raise ValidationException(
            "MAXIMUM_SIZE_EXCEEDED", ("registrationAttachmentId", f"Must have at most {rule['MaxBytes']} bytes")
        )
