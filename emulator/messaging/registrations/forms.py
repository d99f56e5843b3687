"""
Registration forms: which types there are, their sections and fields, and what a field takes.

A type's fields are those of its template, if it names one, and then its own. The definitions are wire dicts, as the
Describe operations answer them. Source: data/registration_types.json, which names its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.errors import ValidationException, invalid, missing, together
from emulator.messaging.state.registrations import FieldValue

Definition = Mapping[str, Any]
Values = Mapping[str, FieldValue]

MEMBER_OF_TYPE = {"TEXT": "textValue", "SELECT": "selectChoices", "ATTACHMENT": "registrationAttachmentId"}
"""Which member of a request fills a field of each type."""
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
        """SupportedAssociations, as the definition has them."""
        found: list[dict[str, str]] = self.definition["SupportedAssociations"]
        return found

    def association(self, resource_type: str) -> dict[str, str] | None:
        """How resources of this type are associated, if they are."""
        return next((row for row in self.associations if row["ResourceType"] == resource_type), None)

    def section(self, path: str) -> Definition:
        """
        Raises:
            ValidationException: the form has no such section (UNKNOWN_REGISTRATION_SECTION).
        """
        if path not in self.sections:
            raise ValidationException(
                "UNKNOWN_REGISTRATION_SECTION", ("sectionPath", f"{self.registration_type} has no section {path}")
            )
        return self.sections[path]

    def field(self, path: str) -> Definition:
        """
        Raises:
            ValidationException: the form has no such field (UNKNOWN_REGISTRATION_FIELD).
        """
        if path not in self.fields:
            raise ValidationException(
                "UNKNOWN_REGISTRATION_FIELD", ("fieldPath", f"{self.registration_type} has no field {path}")
            )
        return self.fields[path]

    def requirement(self, path: str, values: Values) -> str:
        """REQUIRED, OPTIONAL or DISALLOWED, as the other values have it: the first rule that matches decides."""
        definition = self.fields[path]
        behaviour = definition.get("ConditionalBehavior")
        if behaviour is None:
            # A conditional field whose condition is not published is left to the reviewer. # unverified
            return "REQUIRED" if definition["FieldRequirement"] == "REQUIRED" else "OPTIONAL"
        for rule in behaviour["Rules"]:
            if all(_holds(condition, values) for condition in rule["Conditions"]):
                return str(rule["RuleBehavior"])
        return str(behaviour["DefaultBehavior"])

    def missing(self, values: Values) -> list[str]:
        """The required fields that are not filled; conditional ones are for the review to find."""
        return [
            path
            for path, definition in self.fields.items()
            if definition["FieldRequirement"] == "REQUIRED" and path not in values
        ]

    def select(self, section_path: str | None, field_paths: list[str] | None) -> list[str]:
        """The paths of the named fields, or of those of a section, or of all; in the form's order."""
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
    """Every form by its registration type."""
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
    Raises:
        ValidationException: there is no such type (UNKNOWN_REGISTRATION_TYPE).
    """
    found = forms().get(registration_type)
    if found is None:
        raise ValidationException(
            "UNKNOWN_REGISTRATION_TYPE", ("registrationType", f"There is no registration type {registration_type}")
        )
    return found


def check_kind(definition: Definition, members: Mapping[str, Any]) -> None:
    """
    A field is filled by exactly one value, of its own type.

    Raises:
        ValidationException: none, more than one, or one of another type; the last is # unverified.
    """
    given = [name for name, value in members.items() if value is not None]
    wanted = MEMBER_OF_TYPE[definition["FieldType"]]
    if not given:
        raise missing(wanted)
    if len(given) > 1:
        raise together(*given)
    if given != [wanted]:
        raise invalid(given[0], f"{definition['FieldPath']} is a field of type {definition['FieldType']}")


def check_text(definition: Definition, text: str) -> None:
    """
    Raises:
        ValidationException: the text's length or pattern is not the field's (INVALID_PARAMETER, seen with an EIN).
    """
    rule = definition["TextValidation"]
    if not rule["MinLength"] <= len(text) <= rule["MaxLength"]:
        raise invalid("textValue", f"Must have from {rule['MinLength']} to {rule['MaxLength']} characters")
    if not re.search(rule["Pattern"], text):
        raise invalid("textValue", f"Must match the pattern {rule['Pattern']}")


def check_choices(definition: Definition, choices: list[str]) -> None:
    """
    Raises:
        ValidationException: too few or too many choices, one twice, or one that is no option.
    """
    rule = definition["SelectValidation"]
    unknown = [choice for choice in choices if choice not in rule["Options"]]
    if unknown:
        raise invalid("selectChoices", f"{unknown[0]} is no option of {definition['FieldPath']}")
    if len(set(choices)) != len(choices) or not rule["MinChoices"] <= len(choices) <= rule["MaxChoices"]:
        raise invalid("selectChoices", f"Must have from {rule['MinChoices']} to {rule['MaxChoices']} choices")


def check_attachment(definition: Definition, content_type: str | None, size: int) -> None:
    """
    What the form's page says of the file; which reason AWS gives is # unverified.

    Raises:
        ValidationException: a file of another type, or too large a one.
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
