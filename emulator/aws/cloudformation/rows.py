"""What is kept of a stack beside moto's own object: its resources, outputs, imports and events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.cloudformation import models, parsing
from moto.core.exceptions import ServiceException
from moto.core.utils import utcnow
from moto.utilities.utils import get_partition

from emulator.aws.cloudformation import templates
from emulator.aws.cloudformation.driver import Driver, Failed, Place
from emulator.aws.cloudformation.drivers import driver_of
from emulator.aws.cloudformation.port import CloudFormation

EVENTS_MAX = 2000
"""How many events of one stack are kept."""
PROPERTIES_MAX = 4096
"""How many characters of a resource's properties an event repeats."""
URL_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
GONE = "DELETE_COMPLETE"


@dataclass(slots=True)
class Row:
    """
    A resource of a stack.

    Attributes:
        place: where it stands.
        entry: its part of the template.
        driver: how it is created, changed and deleted.
        properties: its properties, resolved and prepared.
        resource: what the driver has returned; None if it does not exist.
        status: its status, as events name it.
        reason: why it has this status, if there is a reason.
        changed_at: when it got this status.
    """

    place: Place
    entry: Mapping[str, Any]
    driver: Driver
    properties: dict[str, Any] = field(default_factory=dict)
    resource: Any = None
    status: str = ""
    reason: str | None = None
    changed_at: datetime = field(default_factory=utcnow)

    @property
    def logical_id(self) -> str:
        """The name in the template."""
        return self.place.logical_id

    @property
    def physical_id(self) -> str | None:
        """What Ref gives; None if the resource does not exist."""
        return getattr(self.resource, "physical_resource_id", None)


class Values(parsing.ResourceMap):
    """What a template's functions resolve to. Unlike moto's own it creates nothing when it is asked."""

    def __getitem__(self, key: str) -> Any:
        """Return a parameter or resource; None for a resource that does not exist."""
        if key in self._parsed_resources:
            return self._parsed_resources[key]
        if key in self._resource_json_map:
            return None
        raise KeyError(key)

    def load(self) -> None:
        """Resolve parameters, mappings and conditions."""
        partition = get_partition(self._region_name)
        self._parsed_resources["AWS::Partition"] = partition
        self._parsed_resources["AWS::URLSuffix"] = URL_SUFFIXES.get(partition, "amazonaws.com")
        self._parsed_resources.setdefault("AWS::NotificationARNs", [])
        super().load()

    def validate_outputs(self) -> None:
        """Do nothing: the template was checked."""

    def parse_ssm_parameter(self, value: str, value_type: str) -> str:
        """
        Return the value of a parameter in the parameter store.

        Raises:
            ValidationError: it does not exist.
        """
        try:
            return super().parse_ssm_parameter(value, value_type)
        except (AttributeError, ServiceException) as error:
            sentence = f"Unable to fetch parameters [{value}] from parameter store for this account."
            raise templates.refused(sentence) from error

    def put(self, logical_id: str, resource: Any) -> None:
        """Set what a logical id stands for; None if it stands for nothing."""
        if resource is None:
            self._parsed_resources.pop(logical_id, None)
        else:
            self._parsed_resources[logical_id] = resource

    def resolve(self, value: Any) -> Any:
        """
        Return a value with its functions resolved.

        Raises:
            Failed: one cannot be.
        """
        try:
            return parsing.clean_json(value, self)
        except ServiceException as error:
            raise Failed(str(error.message)) from error
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise Failed(f"Template error: a function cannot be resolved: {type(error).__name__}: {error}") from error

    def holds(self, entry: Mapping[str, Any]) -> bool:
        """Return whether the condition of a resource or output holds."""
        condition = entry.get("Condition")
        return condition is None or bool(self.lazy_condition_map[condition])


def values_of(
    stack: models.Stack, template: templates.Template, parameters: Mapping[str, Any], exports: dict[str, Any]
) -> Values:
    """
    Return the values of a template with these parameters, and without resources.

    Raises:
        ValidationError: a parameter is missing or not allowed.
    """
    templates.check_parameters(template, parameters)
    declared = template.get("Parameters") or {}
    # moto converts only what is given.
    defaults = {name: str(each["Default"]) for name, each in declared.items() if "Default" in each}
    values = Values(
        stack.stack_id,
        stack.name,
        {**defaults, **parameters},
        dict(stack.tags),
        account_id=stack.account_id,
        region_name=stack.region_name,
        template=template,
        cross_stack_resources=exports,
    )
    values.load()
    return values


def rows_of(aws: CloudFormation, stack: models.Stack) -> dict[str, Row]:
    """Return the resources of a stack by their logical ids, in the order in which they were created."""
    rows: dict[str, Row] | None = vars(stack).get("rows")
    if rows is None:
        rows = vars(stack)["rows"] = dict(_of_moto(aws, stack))
    return rows


def _of_moto(aws: CloudFormation, stack: models.Stack) -> Iterator[tuple[str, Row]]:
    """Yield the resources of a stack that moto itself has deployed."""
    entries = stack.template_dict.get("Resources", {})
    for logical_id, entry in entries.items():
        resource = stack.resource_map._parsed_resources.get(logical_id)
        if resource is not None:
            place = place_of(stack, logical_id, entry["Type"])
            properties = parsing.clean_json(entry.get("Properties", {}), stack.resource_map)
            yield logical_id, Row(place, entry, driver_of(aws, entry["Type"]), properties, resource, "CREATE_COMPLETE")


def place_of(stack: models.Stack, logical_id: str, type_name: str, tags: Mapping[str, str] | None = None) -> Place:
    """Return where a resource stands."""
    system = {"stack-name": stack.name, "stack-id": stack.stack_id, "logical-id": logical_id}
    return Place(
        stack.account_id,
        stack.region_name,
        stack.stack_id,
        logical_id,
        type_name,
        parsing.generate_resource_name(type_name, stack.name, logical_id),
        {
            **(stack.tags if tags is None else tags),
            **{f"aws:cloudformation:{name}": value for name, value in system.items()},
        },
    )


# --- Events -----------------------------------------------------------------------------------------------------------


def record(stack: models.Stack, row: Row, status: str, reason: str | None = None) -> None:
    """Give a resource a status, and add the event."""
    row.status, row.reason, row.changed_at = status, reason, utcnow()
    event = models.Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=row.logical_id,
        physical_resource_id=row.physical_id or "",
        resource_type=row.place.type_name,
        resource_status=status,
        resource_status_reason=reason,
        resource_properties=json.dumps(row.properties, default=str)[:PROPERTIES_MAX],
    )
    event.sendToSns(stack.account_id, stack.region_name, stack.notification_arns)
    stack.events.append(event)


def record_stack(stack: models.Stack, status: str, reason: str | None = None) -> None:
    """Give a stack a status, and add the event."""
    stack.status = status
    vars(stack)["status_reason"] = reason
    stack._add_stack_event(status, resource_status_reason=reason)
    del stack.events[:-EVENTS_MAX]


# --- Outputs ----------------------------------------------------------------------------------------------------------


def outputs_of(template: templates.Template, values: Values) -> list[dict[str, Any]]:
    """
    Return the outputs of a template, as DescribeStacks lists them.

    Raises:
        Failed: one cannot be resolved.
    """
    found = []
    for key, entry in (template.get("Outputs") or {}).items():
        value = values.resolve(entry.get("Value")) if values.holds(entry) else None
        if value is None:
            continue
        output = {"OutputKey": key, "OutputValue": str(value).lower() if isinstance(value, bool) else str(value)}
        if "Description" in entry:
            output["Description"] = entry["Description"]
        if entry.get("Export"):
            output["ExportName"] = values.resolve(entry["Export"]["Name"])
        found.append(output)
    return found


def exports_in(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """Return the exports among outputs: values by name."""
    return {each["ExportName"]: each["OutputValue"] for each in outputs if "ExportName" in each}


def importers(backend: models.CloudFormationBackend, name: str) -> list[str]:
    """Return the names of the stacks that import an export."""
    return [stack.name for stack in backend.stacks.values() if name in vars(stack).get("imported", ())]
