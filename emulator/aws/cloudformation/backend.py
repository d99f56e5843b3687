"""
What moto's CloudFormation backend does with stacks and change sets, done by `stacks`.

Each function takes the place of the method of its name of `CloudFormationBackend`, behind the emulator that answers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from moto.cloudformation import models
from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id, validate_create_change_set
from moto.core.utils import utcnow

from emulator.aws.cloudformation import stacks, templates
from emulator.aws.cloudformation.changes import changes_to
from emulator.aws.cloudformation.drivers import driver_of, is_unknown
from emulator.aws.cloudformation.port import CloudFormation
from emulator.aws.cloudformation.rows import Values, importers, record_stack, rows_of, values_of

Backend = models.CloudFormationBackend
NOTHING = "No updates are to be performed."
NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
REVIEW = "REVIEW_IN_PROGRESS"
UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED")
WAIT_SECONDS_MAX = 60.0
"""How long a deployment waits for another one of the same stack."""
DELETED_MAX = 1000
"""How many deleted stacks are listed in one account and region."""
CHANGE_SETS_MAX = 1000
"""How many change sets are kept in one account and region."""


@dataclass(frozen=True, slots=True)
class Options:
    """
    What a request says besides the template.

    Attributes:
        on_failure: OnFailure of CreateStack; DO_NOTHING too if the request disables the roll-back.
        retained: RetainResources of DeleteStack.
        capabilities: those that the caller has acknowledged; None where they do not matter.
    """

    on_failure: str = "ROLLBACK"
    retained: tuple[str, ...] = ()
    capabilities: frozenset[str] | None = None


DEFAULT_OPTIONS = Options()
options: ContextVar[Options] = ContextVar("options", default=DEFAULT_OPTIONS)
"""Those of the request that this thread answers; a nested stack has its parent's."""
_adding = threading.Lock()
"""Held while it is looked whether a stack's name is free."""


def checked(aws: CloudFormation, text: str) -> templates.Template:
    """
    Return a template that can be deployed.

    Raises:
        ValidationError: it cannot be.
    """
    template = templates.read(text)
    types = [entry["Type"] for entry in template["Resources"].values()]
    templates.check(
        template,
        [name for name in types if is_unknown(aws, name)],
        lambda type_name: driver_of(aws, type_name).attributes,
    )
    return template


def _acknowledged(aws: CloudFormation, text: str) -> templates.Template:
    """Return a template as `checked` does; the caller must have acknowledged what it may do."""
    template = checked(aws, text)
    given, required = options.get().capabilities, templates.capabilities(template)
    if given is not None and required and not given & {*required, "CAPABILITY_NAMED_IAM"}:
        raise InsufficientCapabilities(f"Requires capabilities : [{', '.join(required)}]")
    return template


class InsufficientCapabilities(ValidationError):
    """A template makes resources of IAM, which the caller has not acknowledged."""

    code = "InsufficientCapabilitiesException"

    def __init__(self, sentence: str) -> None:
        super().__init__(message=sentence)


@contextmanager
def _alone_at(stack: models.Stack) -> Iterator[None]:
    """
    Deploy or delete one stack in one thread at a time.

    Raises:
        ValidationError: another thread has been at it for too long.
    """
    lock = vars(stack).setdefault("lock", threading.RLock())
    if not lock.acquire(timeout=WAIT_SECONDS_MAX):
        raise templates.refused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")
    try:
        yield
    finally:
        lock.release()


# --- Stacks -----------------------------------------------------------------------------------------------------------


def create_stack(
    aws: CloudFormation,
    backend: Backend,
    name: str,
    template: str,
    parameters: dict[str, Any],
    notification_arns: list[str] | None = None,
    tags: dict[str, str] | None = None,
    role_arn: str | None = None,
    enable_termination_protection: bool | None = False,
    timeout_in_mins: int | None = None,
    stack_policy_body: str | None = None,
) -> models.Stack:
    """Create a stack; whether what is in it could be created, its status says."""
    if _find(backend, name) is not None:
        raise AlreadyExistsException(f"Stack [{name}] already exists")
    read = _acknowledged(aws, template)
    stack = _new_stack(backend, name, parameters, notification_arns, tags, role_arn)
    vars(stack).update(
        enable_termination_protection=enable_termination_protection or False,
        timeout_in_minutes=timeout_in_mins,
        policy=stack_policy_body or "",
        disable_rollback=options.get().on_failure != "ROLLBACK",
    )
    values = values_of(stack, read, parameters, backend.exports)
    with _alone_at(stack):
        _add(backend, stack)
        _create(aws, backend, stack, template, read, values)
    return stack


def _add(backend: Backend, stack: models.Stack) -> None:
    with _adding:
        if _find(backend, stack.name) is not None:
            raise AlreadyExistsException(f"Stack [{stack.name}] already exists")
        backend.stacks[stack.stack_id] = stack


def _new_stack(
    backend: Backend,
    name: str,
    parameters: dict[str, Any],
    notification_arns: list[str] | None,
    tags: dict[str, str] | None,
    role_arn: str | None,
) -> models.Stack:
    stack = models.Stack(  # type: ignore[abstract]
        stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
        name=name,
        template={},
        parameters=parameters,
        account_id=backend.account_id,
        region_name=backend.region_name,
        notification_arns=notification_arns,
        tags=tags,
        role_arn=role_arn,
    )
    vars(stack).update(rows={}, rendered_outputs=[], imported=set())
    return stack


def _create(
    aws: CloudFormation, backend: Backend, stack: models.Stack, text: str, template: templates.Template, values: Values
) -> None:
    stack.template, stack.description = text, template.get("Description")
    stack.template_dict, stack.resource_map = template, values
    deployment = stacks.Deployment(aws, backend, stack, template, values, stack.tags)
    on_failure = options.get().on_failure
    stacks.create(deployment, stack, rolls_back=on_failure != "DO_NOTHING")
    if on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
        record_stack(stack, "DELETE_COMPLETE")
        _move_to_deleted(backend, stack)


def update_stack(
    aws: CloudFormation,
    backend: Backend,
    name: str,
    template: str,
    role_arn: str | None,
    parameters: list[dict[str, Any]],
    tags: dict[str, str] | None,
) -> models.Stack:
    """Update a stack; whether what is in it could be updated, its status says."""
    stack = backend.get_stack(name)
    with _alone_at(stack):
        _check_updatable(stack)
        read = _acknowledged(aws, template)
        given = _given_parameters(stack, parameters)
        if not _differs(aws, backend, stack, read, given, tags):
            raise templates.refused(NOTHING)
        _update(aws, backend, stack, template, read, given, tags)
        stack.role_arn = role_arn or stack.role_arn
    return stack


def _check_updatable(stack: models.Stack) -> None:
    if stack.status not in UPDATABLE:
        raise templates.refused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def _given_parameters(stack: models.Stack, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    given = {each["ParameterKey"]: each["ParameterValue"] for each in parameters if "ParameterValue" in each}
    previous = stack.resource_map.input_parameters
    for each in parameters:
        if each.get("UsePreviousValue") and each["ParameterKey"] in previous:
            given[each["ParameterKey"]] = previous[each["ParameterKey"]]
    return given


def _differs(
    aws: CloudFormation,
    backend: Backend,
    stack: models.Stack,
    template: templates.Template,
    parameters: Mapping[str, Any],
    tags: Mapping[str, str] | None,
) -> bool:
    """Return whether there is anything to update; raises ValidationError if the update is not allowed."""
    rows, resources = rows_of(aws, stack), template["Resources"]
    retyped = [name for name, row in rows.items() if name in resources and row.place.type_name != resources[name]["Type"]]
    if retyped:
        changed = ", ".join(retyped)
        raise templates.refused(
            "Update of resource type is not permitted. "
            f"The new template modifies resource type of the following resources: [{changed}]"
        )
    if tags is not None and dict(tags) != dict(stack.tags):
        return True
    values = values_of(stack, template, parameters, backend.exports)
    if changes_to(aws, stack, template, values, stack.tags if tags is None else tags):
        return True
    return (template.get("Outputs") or {}) != (stack.template_dict.get("Outputs") or {}) or stack.status.endswith("FAILED")


def _update(
    aws: CloudFormation,
    backend: Backend,
    stack: models.Stack,
    text: str,
    template: templates.Template,
    parameters: dict[str, Any],
    tags: Mapping[str, str] | None,
) -> None:
    new_tags = dict(stack.tags if tags is None else tags)
    values = values_of(stack, template, parameters, backend.exports)
    deployment = stacks.Deployment(aws, backend, stack, template, values, new_tags)
    rolls_back = options.get().on_failure != "DO_NOTHING"
    if stacks.update(deployment, stack, rolls_back=rolls_back) or not rolls_back:
        stack.template, stack.description = text, template.get("Description")
        stack.parameters, stack.tags = parameters, new_tags
    vars(stack)["last_updated_time"] = utcnow()


def delete_stack(aws: CloudFormation, backend: Backend, name_or_stack_id: str) -> None:
    """Delete a stack, if there is one; what could not be deleted stays in it."""
    stack = _find(backend, name_or_stack_id)
    if stack is None:
        return
    if stack.enable_termination_protection:
        raise templates.refused(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    exports = [name for name, each in backend.exports.items() if each.exporting_stack_id == stack.stack_id]
    for name in exports:
        users = [user for user in importers(backend, name) if user != stack.name]
        if users:
            raise templates.refused(f"Export {name} cannot be deleted as it is in use by {' and '.join(users)}")
    retained = options.get().retained
    if retained and stack.status != "DELETE_FAILED":
        raise templates.refused(
            f"Invalid operation on stack [{stack.stack_id}]: resources to retain can only be given in DELETE_FAILED"
        )
    with _alone_at(stack):
        if stack.stack_id not in backend.stacks or not stacks.delete(aws, stack, retained):
            return
        for name in exports:
            del backend.exports[name]
        _move_to_deleted(backend, stack)


def _move_to_deleted(backend: Backend, stack: models.Stack) -> None:
    vars(stack)["deletion_time"] = utcnow()
    backend.stacks.pop(stack.stack_id, None)
    backend.deleted_stacks[stack.stack_id] = stack
    while len(backend.deleted_stacks) > DELETED_MAX:
        del backend.deleted_stacks[next(iter(backend.deleted_stacks))]
    for change_set_id in [key for key, each in backend.change_sets.items() if each.stack_id == stack.stack_id]:
        del backend.change_sets[change_set_id]


def _find(backend: Backend, name_or_stack_id: str) -> models.Stack | None:
    return next((each for each in backend.stacks.values() if name_or_stack_id in (each.name, each.stack_id)), None)


# --- Change sets ------------------------------------------------------------------------------------------------------


def create_change_set(
    aws: CloudFormation,
    backend: Backend,
    stack_name: str,
    change_set_name: str,
    template: str,
    parameters: dict[str, Any],
    description: str,
    change_set_type: str,
    notification_arns: list[str] | None = None,
    tags: dict[str, str] | None = None,
    role_arn: str | None = None,
) -> tuple[str, str]:
    """Create a change set, and the stack that it is to create."""
    validate_create_change_set(change_set_name)
    stack = _find(backend, stack_name)
    if any(each.change_set_name == change_set_name for each in backend.change_sets.values() if each.stack is stack):
        raise AlreadyExistsException(f"ChangeSet {change_set_name} already exists for stack {stack_name}")
    if change_set_type == "UPDATE":
        if stack is None:
            raise ValidationError(stack_name)
        _check_updatable(stack)
    elif stack is not None and stack.status != REVIEW:
        sentence = f"Stack [{stack_name}] already exists and cannot be created again with the changeSet [{change_set_name}]."
        raise templates.refused(sentence)
    read = _acknowledged(aws, template)
    if stack is None:
        stack = _new_stack(backend, stack_name, parameters, notification_arns, tags, role_arn)
        values = values_of(stack, read, parameters, backend.exports)
        _add(backend, stack)
        record_stack(stack, REVIEW, stacks.INITIATED)
    else:
        values = values_of(stack, read, parameters, backend.exports)
    change_set = _new_change_set(
        backend,
        stack,
        change_set_name,
        change_set_type,
        template,
        parameters,
        description,
        notification_arns,
        tags,
        role_arn,
    )
    change_set.changes = changes_to(aws, stack, read, values, stack.tags if tags is None else tags)  # type: ignore[assignment]
    is_empty = change_set_type == "UPDATE" and not _differs(aws, backend, stack, read, parameters, tags)
    change_set.status, change_set.execution_status, change_set.status_reason = (
        ("FAILED", "UNAVAILABLE", NO_CHANGES) if is_empty else ("CREATE_COMPLETE", "AVAILABLE", None)
    )
    backend.change_sets[change_set.change_set_id] = change_set
    while len(backend.change_sets) > CHANGE_SETS_MAX:
        del backend.change_sets[next(iter(backend.change_sets))]
    return change_set.change_set_id, stack.stack_id


def _new_change_set(
    backend: Backend, stack: models.Stack, name: str, kind: str, text: str, *arguments: Any
) -> models.ChangeSet:
    # Its own constructor parses the template and compares it in moto's way.
    change_set = cast("models.ChangeSet", models.ChangeSet.__new__(models.ChangeSet))
    parameters, description, notification_arns, tags, role_arn = arguments
    vars(change_set).update(
        change_set_type=kind,
        change_set_id=generate_changeset_id(name, backend.region_name, backend.account_id),
        change_set_name=name,
        stack=stack,
        stack_id=stack.stack_id,
        stack_name=stack.name,
        notification_arns=notification_arns,
        description=description,
        tags=tags,
        role_arn=role_arn,
        template=text,
        parameters=parameters,
        creation_time=utcnow(),
    )
    return change_set


def find_change_set(backend: Backend, name: str, stack_name: str | None) -> models.ChangeSet:
    """
    Return a change set by its ARN, or by its name and the stack's.

    Raises:
        NoChangeSet: it does not exist.
    """
    for change_set in reversed(backend.change_sets.values()):
        if change_set.change_set_id == name:
            return change_set
        if change_set.change_set_name == name and stack_name in (None, change_set.stack_name, change_set.stack_id):
            return change_set
    raise NoChangeSet(f"ChangeSet [{name}] does not exist")


class NoChangeSet(ValidationError):
    """A change set does not exist."""

    code = "ChangeSetNotFound"

    def __init__(self, sentence: str) -> None:
        super().__init__(message=sentence)


def execute_change_set(aws: CloudFormation, backend: Backend, change_set_name: str, stack_name: str | None = None) -> None:
    """Deploy a change set; whether that succeeded, the stack's status says."""
    change_set = find_change_set(backend, change_set_name, stack_name)
    with _alone_at(change_set.stack):
        _execute(aws, backend, change_set)


def _execute(aws: CloudFormation, backend: Backend, change_set: models.ChangeSet) -> None:
    stack = change_set.stack
    if change_set.execution_status != "AVAILABLE":
        sentence = (
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of [{change_set.status}]"
        )
        raise templates.refused(sentence)
    read = checked(aws, change_set.template)
    if change_set.change_set_type == "CREATE":
        values = values_of(stack, read, change_set.parameters, backend.exports)
        stack.parameters = change_set.parameters
        _create(aws, backend, stack, change_set.template, read, values)
    else:
        _check_updatable(stack)
        _update(aws, backend, stack, change_set.template, read, change_set.parameters, change_set.tags)
    vars(stack)["change_set_id"] = change_set.change_set_id
    has_succeeded = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "CREATE_IN_PROGRESS")
    change_set.execution_status = "EXECUTE_COMPLETE" if has_succeeded else "EXECUTE_FAILED"
    for other in [key for key, each in backend.change_sets.items() if each.stack is stack and each is not change_set]:
        del backend.change_sets[other]
