"""What a template would change in a stack, as change sets list it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation import models

from emulator.aws.cloudformation import templates
from emulator.aws.cloudformation.driver import Driver, Failed
from emulator.aws.cloudformation.drivers import driver_of
from emulator.aws.cloudformation.port import CloudFormation
from emulator.aws.cloudformation.rows import Row, Values, place_of, rows_of

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
KEPT = ("Metadata", "DeletionPolicy", "UpdateReplacePolicy")
"""Attributes of a resource's entry that can change without the resource."""


@dataclass(slots=True)
class Change:
    """A ResourceChange; moto renders it by the names of its attributes."""

    action: str
    logical_resource_id: str
    resource_type: str
    physical_resource_id: str | None = None
    replacement: str | None = None
    scope: list[str] = field(default_factory=list)
    details: list[dict[str, Any]] = field(default_factory=list)
    policy_action: str | None = None


class _Unknown:
    """A resource that does not exist yet."""

    physical_resource_id = UNKNOWN

    def get_cfn_attribute(self, name: str) -> str:
        """Return what stands for a value that is not known yet."""
        return UNKNOWN


def changes_to(
    aws: CloudFormation,
    stack: models.Stack,
    template: templates.Template,
    values: Values,
    tags: Mapping[str, str],
) -> list[Change]:
    """Return what would be done to the resources of a stack."""
    rows = {name: row for name, row in rows_of(aws, stack).items() if row.resource is not None}
    for name, row in rows.items():
        values.put(name, row.resource)
    found, kept = [], set()
    for name in templates.in_order(template):
        entry = template["Resources"][name]
        if not values.holds(entry):
            values.put(name, None)
            continue
        if name not in rows:
            values.put(name, _Unknown())
            found.append(Change("Add", name, entry["Type"]))
            continue
        kept.add(name)
        driver = driver_of(aws, entry["Type"])
        change = _change(stack, rows[name], driver, entry, values, tags)
        if change is not None:
            found.append(change)
            if change.replacement == "True":
                values.put(name, _Unknown())
    removed = (_removal(row) for name, row in reversed(rows.items()) if name not in kept)
    return [*found, *removed]


def _removal(row: Row) -> Change:
    policy = "Retain" if row.entry.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate") else "Delete"
    return Change("Remove", row.logical_id, row.place.type_name, row.physical_id, policy_action=policy)


def _change(
    stack: models.Stack, row: Row, driver: Driver, entry: Mapping[str, Any], values: Values, tags: Mapping[str, str]
) -> Change | None:
    place = place_of(stack, row.logical_id, entry["Type"], tags)
    try:
        resolved = values.resolve(entry["Properties"])
        properties = driver.prepare(place, resolved)
    except Failed:
        # It fails when it is deployed, and then says why.
        properties = {**row.properties, "": UNKNOWN}
    names = [name for name in (row.properties | properties) if row.properties.get(name) != properties.get(name)]
    others = [name for name in KEPT if row.entry.get(name) != entry.get(name)]
    if not names and not others:
        return None
    recreated = driver.recreated_for(row.properties, properties)
    change = Change("Modify", row.logical_id, row.place.type_name, row.physical_id)
    change.replacement = "Conditional" if recreated is None and names else "True" if recreated else "False"
    change.details = list(_details(entry, names, others, recreated))
    change.scope = list(dict.fromkeys(each["Target"]["Attribute"] for each in change.details))
    return change


def _details(
    entry: Mapping[str, Any], names: list[str], others: list[str], recreated: list[str] | None
) -> Iterator[dict[str, Any]]:
    for name in filter(None, names):
        recreation = "Conditionally" if recreated is None else "Always" if name in recreated else "Never"
        is_dynamic = any(attribute or True for _, attribute in templates.references(entry["Properties"].get(name)))
        target = {"Attribute": "Tags"} if name == "Tags" else {"Attribute": "Properties", "Name": name}
        yield {
            "Target": {**target, "RequiresRecreation": recreation},
            "Evaluation": "Dynamic" if is_dynamic else "Static",
            "ChangeSource": "DirectModification",
        }
    for name in others:
        yield {
            "Target": {"Attribute": name, "RequiresRecreation": "Never"},
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
