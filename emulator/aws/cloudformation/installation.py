"""
The places of moto's CloudFormation where our deployment comes in.

Each replacement stands beside the attribute that it replaces, and leaves calls to moto that are not made behind an
emulator.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from typing import Any

from moto.cloudformation import models, responses
from moto.cloudformation.exceptions import ValidationError
from moto.core.responses import ActionResult, EmptyResult

from emulator.aws.cloudformation import backend, templates
from emulator.aws.cloudformation.driver import Failed
from emulator.aws.cloudformation.nested import template_in_s3
from emulator.aws.cloudformation.port import CloudFormation, current
from emulator.aws.cloudformation.rows import GONE, Row, Values, importers, outputs_of, rows_of

Response = responses.CloudFormationResponse
BACKEND_METHODS: tuple[Callable[..., Any], ...] = (
    backend.create_stack,
    backend.update_stack,
    backend.delete_stack,
    backend.create_change_set,
    backend.execute_change_set,
)
"""In place of the methods of CloudFormationBackend of the same names."""


# --- What an action answers -------------------------------------------------------------------------------------------


def describe_stack_resources(aws: CloudFormation, response: Response) -> ActionResult:
    """DescribeStackResources."""
    stack = _stack(response)
    named = response._get_param("LogicalResourceId")
    rows = [_shown(stack, row) for name, row in rows_of(aws, stack).items() if named in (None, name)]
    return ActionResult({"StackResources": rows})


def describe_stack_resource(aws: CloudFormation, response: Response) -> ActionResult:
    """DescribeStackResource."""
    stack = _stack(response)
    name = response._get_param("LogicalResourceId")
    row = rows_of(aws, stack).get(name)
    if row is None:
        raise ValidationError(message=f"Resource {name} does not exist for stack {stack.name}")
    return ActionResult({"StackResourceDetail": _shown(stack, row)})


def list_stack_resources(aws: CloudFormation, response: Response) -> ActionResult:
    """ListStackResources."""
    stack = _stack(response)
    return ActionResult({"StackResourceSummaries": [_shown(stack, row) for row in rows_of(aws, stack).values()]})


def _shown(stack: models.Stack, row: Row) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        "StackId": stack.stack_id,
        "LogicalResourceId": row.logical_id,
        "PhysicalResourceId": row.physical_id,
        "ResourceType": row.place.type_name,
        "ResourceStatus": row.status,
        "ResourceStatusReason": row.reason,
        "Timestamp": row.changed_at,
        "LastUpdatedTimestamp": row.changed_at,
        "Metadata": None,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }


def list_imports(aws: CloudFormation, response: Response) -> ActionResult:
    """ListImports, which moto lacks."""
    name = response._get_param("ExportName")
    found = response.cloudformation_backend
    if name not in found.exports:
        raise ValidationError(message=f"Export '{name}' does not exist")
    users = importers(found, name)
    if not users:
        raise ValidationError(message=f"Export '{name}' is not imported by any stack.")
    return ActionResult({"Imports": users})


def update_termination_protection(aws: CloudFormation, response: Response) -> ActionResult:
    """UpdateTerminationProtection, which moto lacks."""
    stack = _stack(response)
    stack.enable_termination_protection = response._get_bool_param("EnableTerminationProtection", False)
    return ActionResult({"StackId": stack.stack_id})


def describe_change_set(aws: CloudFormation, response: Response) -> ActionResult:
    """DescribeChangeSet."""
    return ActionResult(_change_set(response))


def delete_change_set(aws: CloudFormation, response: Response) -> ActionResult:
    """DeleteChangeSet; one that does not exist is not an error."""
    with suppress(backend.NoChangeSet):
        del response.cloudformation_backend.change_sets[_change_set(response).change_set_id]
    return EmptyResult()


def list_change_sets(aws: CloudFormation, response: Response) -> ActionResult:
    """ListChangeSets, of one stack."""
    stack = _stack(response)
    listed = [each for each in response.cloudformation_backend.change_sets.values() if each.stack is stack]
    return ActionResult({"Summaries": listed})


def _change_set(response: Response) -> models.ChangeSet:
    name, stack_name = response._get_param("ChangeSetName"), response._get_param("StackName")
    return backend.find_change_set(response.cloudformation_backend, name, stack_name)


def template_at(aws: CloudFormation, response: Response, template_url: str) -> str:
    """Return a template in S3, also by a URL of the endpoint of this emulator."""
    return template_in_s3(response.current_account, response.region, template_url)


def _nothing(aws: CloudFormation, response: Response, *arguments: Any) -> None:
    """Skip the comparison of texts: the backend compares what would change."""


def validate_template(aws: CloudFormation, response: Response) -> ActionResult:
    """ValidateTemplate, for which moto needs cfn-lint."""
    template = backend.checked(aws, _template_text(response))
    return ActionResult(_summary(template) | {"DeclaredTransforms": []})


def get_template_summary(aws: CloudFormation, response: Response) -> ActionResult:
    """GetTemplateSummary."""
    template = templates.read(_template_text(response))
    types = list(dict.fromkeys(entry["Type"] for entry in template["Resources"].values()))
    version = template.get("AWSTemplateFormatVersion")
    return ActionResult(_summary(template) | {"ResourceTypes": types, "Version": version})


def _template_text(response: Response) -> str:
    body, url, name = (response._get_param(each) for each in ("TemplateBody", "TemplateURL", "StackName"))
    if name:
        return str(_stack(response).template)
    if url:
        return template_in_s3(response.current_account, response.region, url)
    if not body:
        raise ValidationError(message="Either Template URL or Template Body must be specified.")
    return str(body)


def _summary(template: templates.Template) -> dict[str, Any]:
    capabilities = templates.capabilities(template)
    summary = {
        "Description": template.get("Description", ""),
        "Capabilities": capabilities,
        "Parameters": [
            {
                "ParameterKey": name,
                "ParameterType": each.get("Type"),
                "DefaultValue": None if "Default" not in each else str(each["Default"]),
                "NoEcho": each.get("NoEcho", False),
                "Description": each.get("Description"),
                "ParameterConstraints": {"AllowedValues": [str(value) for value in each.get("AllowedValues", ())]},
            }
            for name, each in (template.get("Parameters") or {}).items()
        ],
    }
    if capabilities:
        summary["CapabilitiesReason"] = f"The following resource(s) require capabilities: {_iam_types(template)}"
    return summary


def _iam_types(template: templates.Template) -> str:
    types = sorted({entry["Type"] for entry in template["Resources"].values() if entry["Type"].startswith(templates.IAM)})
    return f"[{', '.join(types)}]"


def _stack(response: Response) -> models.Stack:
    return response.cloudformation_backend.get_stack(response._get_param("StackName"))


def _options(response: Response) -> backend.Options:
    on_failure = response._get_param("OnFailure") or response._get_param("OnStackFailure") or "ROLLBACK"
    if response._get_bool_param("DisableRollback", False):
        on_failure = "DO_NOTHING"
    is_checked = response._get_action() != "ExecuteChangeSet"
    capabilities = frozenset(response._get_param("Capabilities") or ()) if is_checked else None
    return backend.Options(on_failure, tuple(response._get_param("RetainResources") or ()), capabilities)


def with_options(action: Callable[[Response], ActionResult]) -> Callable[[CloudFormation, Response], ActionResult]:
    """Return an action during which the backend knows what the request says of failures."""

    @wraps(action)
    def act(aws: CloudFormation, response: Response) -> ActionResult:
        token = backend.options.set(_options(response))
        try:
            return action(response)
        finally:
            backend.options.reset(token)

    return act


# --- What moto reads of a stack ---------------------------------------------------------------------------------------


def _outputs(stack: models.Stack) -> list[dict[str, Any]] | None:
    return vars(stack).get("rendered_outputs") or None


def _stack_parameters(stack: models.Stack) -> dict[str, Any]:
    return stack.resource_map.input_parameters


def _stack_resources(stack: models.Stack) -> list[Any]:
    rows: dict[str, Row] = vars(stack)["rows"]
    return [row.resource for row in rows.values() if row.resource is not None and row.status != GONE]


def _mark_creation_complete(stack: models.Stack) -> None:
    """Complete the creation of a stack whose custom resources have answered, and the outputs by what they said."""
    values = stack.resource_map
    assert isinstance(values, Values)
    try:
        vars(stack)["rendered_outputs"] = outputs_of(stack.template_dict, values)
    except Failed:
        vars(stack)["rendered_outputs"] = []
    MOTO_MARK_CREATION_COMPLETE(stack)


MOTO_MARK_CREATION_COMPLETE = models.Stack.mark_creation_complete
STACK_PROPERTIES: dict[str, Callable[[models.Stack], Any]] = {
    "outputs": _outputs,
    "stack_parameters": _stack_parameters,
    "stack_resources": _stack_resources,
}
"""In place of the properties of a stack that we have deployed; moto's own would create what they list."""


# --- Installation -----------------------------------------------------------------------------------------------------


def _behind_an_emulator(owner: Any, name: str, ours: Callable[..., Any]) -> None:
    """Replace a method by a function that takes the embedded CloudFormation first; without one, moto's stays."""
    motos = getattr(owner, name, None)

    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        aws = current.get()
        if aws is not None:
            return ours(aws, self, *arguments, **named)
        if motos is None:
            raise NotImplementedError(f"moto has no {name}")
        return motos(self, *arguments, **named)

    call.__name__ = name
    _replace(owner, name, call)


def _replace(owner: Any, name: str, ours: Any) -> None:
    setattr(owner, name, ours)


def _of_our_stacks(name: str, ours: Callable[[models.Stack], Any]) -> None:
    """Replace a property of the stacks that we have deployed."""
    motos: Any = vars(models.Stack)[name]
    _replace(models.Stack, name, property(lambda stack: ours(stack) if "rows" in vars(stack) else motos.fget(stack)))


@cache
def install() -> None:
    """Put the replacements in place, for as long as the process lasts."""
    for method in BACKEND_METHODS:
        _behind_an_emulator(models.CloudFormationBackend, method.__name__, method)
    for action in (
        describe_stack_resource,
        describe_stack_resources,
        list_stack_resources,
        list_imports,
        validate_template,
        get_template_summary,
        update_termination_protection,
        describe_change_set,
        delete_change_set,
        list_change_sets,
    ):
        _behind_an_emulator(Response, action.__name__, action)
    _behind_an_emulator(Response, "_get_stack_from_s3_url", template_at)
    _behind_an_emulator(Response, "_validate_different_update", _nothing)
    for name in ("create_stack", "update_stack", "delete_stack", "create_change_set", "execute_change_set"):
        _behind_an_emulator(Response, name, with_options(getattr(Response, name)))
    for name, read in STACK_PROPERTIES.items():
        _of_our_stacks(name, read)
    _replace(models.Stack, "mark_creation_complete", _complete)


def _complete(stack: models.Stack) -> None:
    (_mark_creation_complete if "rows" in vars(stack) else MOTO_MARK_CREATION_COMPLETE)(stack)
