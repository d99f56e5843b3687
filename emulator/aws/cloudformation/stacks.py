"""
The deployment of stacks: in the order of their dependencies, with an event for each step, and back if a step fails.

An update creates and changes first; what was removed or replaced is deleted once all of that has succeeded. Source:
CloudFormation guide, "Understand update behaviors of stack resources" and "Stack status codes"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudformation import models
from moto.cloudformation.parsing import Export

from emulator.aws.cloudformation import templates
from emulator.aws.cloudformation.driver import Failed
from emulator.aws.cloudformation.drivers import driver_of
from emulator.aws.cloudformation.port import CloudFormation
from emulator.aws.cloudformation.rows import (
    Row,
    Values,
    exports_in,
    importers,
    outputs_of,
    place_of,
    record,
    record_stack,
    rows_of,
)

INITIATED = "User Initiated"
REPLACES = "Requested update requires the creation of a new physical resource; hence creating one."
LEFT_OVER = "Update successful. One or more resources could not be deleted."
RETAINED = ("Retain", "RetainExceptOnCreate")


@dataclass(frozen=True, slots=True)
class Failure:
    """What ended a deployment: its reason, and the resource that failed, if it was one."""

    reason: str
    row: Row | None = None
    is_validation: bool = False

    def sentence(self, verb: str) -> str:
        """Return the reason of the stack's status; `verb` is create or update."""
        if self.row is None:
            return self.reason
        if self.is_validation:
            return f"Validation failed for following resources: [{self.row.logical_id}]."
        return f"The following resource(s) failed to {verb}: [{self.row.logical_id}]."


@dataclass(frozen=True, slots=True)
class Step:
    """What a deployment has done to a resource: its row after and before; there was none if it was created."""

    row: Row
    before: Row | None = None
    is_replacement: bool = False

    @property
    def is_creation(self) -> bool:
        """True if the row after is a new resource."""
        return self.before is None or self.is_replacement


class Deployment:
    """One deployment of a template: `run`, and then what is to become of its success or its failure."""

    def __init__(
        self,
        aws: CloudFormation,
        backend: models.CloudFormationBackend,
        stack: models.Stack,
        template: templates.Template,
        values: Values,
        tags: Mapping[str, str],
    ) -> None:
        self._aws = aws
        self._backend = backend
        self._stack = stack
        self._template = template
        self._values = values
        self._tags = tags
        self._old = {name: row for name, row in rows_of(aws, stack).items() if row.resource is not None}
        self._steps: list[Step] = []
        self.rows: dict[str, Row] = {}
        self.outputs: list[dict[str, Any]] = []

    def run(self) -> Failure | None:
        """Create and change resources; return what went wrong."""
        for name, row in self._old.items():
            self._values.put(name, row.resource)
        for name in templates.in_order(self._template):
            entry = self._template["Resources"][name]
            if not self._values.holds(entry):
                self._values.put(name, None)
                continue
            row = Row(place_of(self._stack, name, entry["Type"], self._tags), entry, driver_of(self._aws, entry["Type"]))
            self.rows[name] = row
            failure = self._bring(row, self._old.get(name))
            if failure is not None:
                return failure
            self._values.put(name, row.resource)
        try:
            self.outputs = outputs_of(self._template, self._values)
            self._check_exports()
        except Failed as error:
            return Failure(error.reason)
        return None

    def _bring(self, row: Row, before: Row | None) -> Failure | None:
        """Create or change a resource, if it has changed at all."""
        verb = "CREATE" if before is None else "UPDATE"
        try:
            row.properties = row.driver.prepare(row.place, self._values.resolve(row.entry["Properties"]))
            if before is not None and before.properties == row.properties:
                row.resource, row.status, row.changed_at = before.resource, before.status, before.changed_at
                return None
            if before is None:
                self._create(row)
            else:
                self._change(row, before)
        except Failed as error:
            if before is not None and row.resource is None:
                row.resource = before.resource
            record(self._stack, row, f"{verb}_FAILED", error.reason)
            return Failure(error.reason, row, error.is_validation)
        record(self._stack, row, f"{verb}_COMPLETE")
        return None

    def _create(self, row: Row) -> None:
        record(self._stack, row, "CREATE_IN_PROGRESS")
        row.resource = row.driver.create(row.place, row.properties)
        self._steps.append(Step(row))
        record(self._stack, row, "CREATE_IN_PROGRESS", row.driver.note or "Resource creation Initiated")

    def _change(self, row: Row, before: Row) -> None:
        if row.driver.recreated_for(before.properties, row.properties):
            record(self._stack, before, "UPDATE_IN_PROGRESS", REPLACES)
            row.resource = row.driver.create(row.place, row.properties)
            self._steps.append(Step(row, before, is_replacement=True))
            return
        row.resource = before.resource
        record(self._stack, row, "UPDATE_IN_PROGRESS")
        # A change that fails may have succeeded in part.
        self._steps.append(Step(row, before))
        row.resource = row.driver.update(row.place, before.resource, before.properties, row.properties)

    def _check_exports(self) -> None:
        own, new = self._own_exports(), exports_in(self.outputs)
        for name in new:
            other = self._backend.exports.get(name)
            if other is not None and other.exporting_stack_id != self._stack.stack_id:
                owner = self._backend.get_stack(other.exporting_stack_id).name
                raise Failed(f"Export with name {name} is already exported by stack {owner}.")
        for name, value in own.items():
            users = importers(self._backend, name)
            if users and new.get(name) != value:
                verb = "updated" if name in new else "deleted"
                raise Failed(f"Export {name} cannot be {verb} as it is in use by {' and '.join(users)}.")

    def _own_exports(self) -> dict[str, str]:
        own_id = self._stack.stack_id
        return {name: each.value for name, each in self._backend.exports.items() if each.exporting_stack_id == own_id}

    def keep(self) -> None:
        """Make the new resources, outputs, exports and imports the stack's."""
        stack, backend = self._stack, self._backend
        stack.resource_map, stack.template_dict = self._values, self._template
        vars(stack).update(
            rows=self.rows,
            rendered_outputs=self.outputs,
            imported={self._values.resolve(name) for name in templates.imports(self._template)},
        )
        for name in self._own_exports():
            del backend.exports[name]
        for name, value in exports_in(self.outputs).items():
            backend.exports[name] = Export(stack.stack_id, name, value)

    def clean_up(self) -> bool:
        """Delete what was replaced or removed; return whether all of it could be deleted."""
        replaced = [step.before for step in self._steps if step.before is not None and step.is_replacement]
        removed = [row for name, row in self._old.items() if name not in self.rows]
        doomed = {id(row): row.entry.get("UpdateReplacePolicy") for row in replaced}
        doomed |= {id(row): row.entry.get("DeletionPolicy") for row in removed}
        succeeded = True
        for row in [row for row in reversed(self._old.values()) if id(row) in doomed]:
            succeeded = delete_row(self._stack, row, retain=doomed[id(row)] in RETAINED) and succeeded
        return succeeded

    def keep_failed(self) -> None:
        """Leave the stack with what there is after a deployment that failed."""
        stack = self._stack
        rows = {**self._old, **self.rows}
        for name, row in rows.items():
            self._values.put(name, row.resource)
            if row.status == "UPDATE_FAILED":
                # The next update makes every change of this one again.
                row.properties = self._old[name].properties
        stack.resource_map, stack.template_dict = self._values, self._template
        vars(stack).update(rows=rows)

    def change_back(self) -> list[str]:
        """Bring resources that were changed back to what they were; return those that cannot be."""
        changed = [step for step in reversed(self._steps) if step.before is not None and not step.is_replacement]
        return [step.row.logical_id for step in changed if step.before and not self._change_back(step.row, step.before)]

    def delete_created(self, *, keeps_retained: bool = False) -> list[str]:
        """Delete resources that were created, or stay by their DeletionPolicy; return those that cannot be."""
        created = [step.row for step in reversed(self._steps) if step.is_creation]
        return [
            row.logical_id
            for row in created
            if not delete_row(self._stack, row, retain=keeps_retained and row.entry.get("DeletionPolicy") == "Retain")
        ]

    def _change_back(self, row: Row, before: Row) -> bool:
        record(self._stack, before, "UPDATE_IN_PROGRESS")
        try:
            before.resource = row.driver.update(before.place, row.resource, row.properties, before.properties)
        except Failed as error:
            record(self._stack, before, "UPDATE_FAILED", error.reason)
            return False
        self._stack.resource_map._parsed_resources[before.logical_id] = before.resource
        record(self._stack, before, "UPDATE_COMPLETE")
        return True


def delete_row(stack: models.Stack, row: Row, *, retain: bool = False) -> bool:
    """Delete a resource; return whether it could be."""
    if retain:
        record(stack, row, "DELETE_SKIPPED")
        return True
    record(stack, row, "DELETE_IN_PROGRESS")
    try:
        row.driver.delete(row.place, row.resource, row.properties)
    except Failed as error:
        record(stack, row, "DELETE_FAILED", error.reason)
        return False
    record(stack, row, "DELETE_COMPLETE")
    row.resource = None
    return True


# --- Creation ---------------------------------------------------------------------------------------------------------


def create(deployment: Deployment, stack: models.Stack, *, rolls_back: bool) -> None:
    """Create what is in a stack; if that fails, delete it again, unless it is to stay."""
    record_stack(stack, "CREATE_IN_PROGRESS", INITIATED)
    failure = deployment.run()
    if failure is None:
        deployment.keep()
        if all(row.resource.is_created() for row in deployment.rows.values() if hasattr(row.resource, "is_created")):
            record_stack(stack, "CREATE_COMPLETE")
        return
    if not rolls_back:
        deployment.keep_failed()
        record_stack(stack, "CREATE_FAILED", f"{failure.sentence('create')} ")
        return
    record_stack(stack, "ROLLBACK_IN_PROGRESS", f"{failure.sentence('create')} Rollback requested by user.")
    left = deployment.delete_created(keeps_retained=True)
    deployment.keep_failed()
    if left:
        record_stack(stack, "ROLLBACK_FAILED", _failed_to_delete(left))
    else:
        record_stack(stack, "ROLLBACK_COMPLETE")


# --- Update -----------------------------------------------------------------------------------------------------------


def update(deployment: Deployment, stack: models.Stack, *, rolls_back: bool) -> bool:
    """Update what is in a stack; if that fails, bring it back, unless it is to stay. Return whether it succeeded."""
    record_stack(stack, "UPDATE_IN_PROGRESS", INITIATED)
    failure = deployment.run()
    if failure is None:
        deployment.keep()
        record_stack(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        record_stack(stack, "UPDATE_COMPLETE", None if deployment.clean_up() else LEFT_OVER)
        return True
    sentence = failure.sentence("update" if failure.row is None or failure.row.status == "UPDATE_FAILED" else "create")
    if not rolls_back:
        deployment.keep_failed()
        record_stack(stack, "UPDATE_FAILED", f"{sentence} ")
        return False
    record_stack(stack, "UPDATE_ROLLBACK_IN_PROGRESS", f"{sentence} ")
    left = deployment.change_back()
    if left:
        deployment.delete_created()
        record_stack(stack, "UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{', '.join(left)}]. ")
        return False
    record_stack(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    deployment.delete_created()
    record_stack(stack, "UPDATE_ROLLBACK_COMPLETE")
    return False


# --- Deletion ---------------------------------------------------------------------------------------------------------


def delete(aws: CloudFormation, stack: models.Stack, retained: Iterable[str]) -> bool:
    """
    Delete what is in a stack; return whether all of it could be.

    A resource that another one depends on, which could not be deleted, is left alone.

    Args:
        aws: the embedded CloudFormation.
        stack: the stack.
        retained: the resources that are to stay.
    """
    record_stack(stack, "DELETE_IN_PROGRESS", INITIATED)
    rows = rows_of(aws, stack)
    needed = templates.dependencies(stack.template_dict) if stack.template_dict else {}
    failed: list[str] = []
    spared: set[str] = set()
    for name, row in reversed(rows.items()):
        if row.resource is None:
            continue
        retain = row.entry.get("DeletionPolicy") in RETAINED or name in retained
        if name not in spared and delete_row(stack, row, retain=retain):
            continue
        if name not in spared:
            failed.append(name)
        spared.update(needed.get(name, ()))
    if failed:
        record_stack(stack, "DELETE_FAILED", _failed_to_delete(failed))
        return False
    record_stack(stack, "DELETE_COMPLETE")
    return True


def _failed_to_delete(names: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(names)}]. "
