"""
Templates: reading, checking, and the order of their resources.

A template is brought into one form first: Fn::GetAtt as a list of two, Fn::Sub as a Fn::Join of its parts. Then whatever
a value refers to can be seen, and moto resolves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any

import yaml
from moto.cloudformation.exceptions import ValidationError

PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in ("AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
)
IAM = "AWS::IAM::"
IAM_NAMES = frozenset({"GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName"})
"""The properties that give a resource of IAM a name of one's own."""
PLACEHOLDER = re.compile(r"\$\{([^${}]*)\}")
LITERAL = "!"
LISTS = ("CommaDelimitedList", "List<")
Template = dict[str, Any]
Attributes = Callable[[str], Container[str] | None]
"""Returns what Fn::GetAtt can return for a resource type; None if that is not known."""


def refused(sentence: str) -> ValidationError:
    """Return CloudFormation's ValidationError."""
    return ValidationError(message=sentence)


# --- Reading ----------------------------------------------------------------------------------------------------------


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML with CloudFormation's short forms; times stay text."""


def _short_form(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _short_form)
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Template:
    """
    Return a template in its one form.

    Raises:
        ValidationError: it is not JSON or YAML, or has no resources.
    """
    template = _parse(text)
    if not isinstance(template, dict):
        raise refused("Template format error: unsupported structure.")
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise refused("Template format error: At least one Resources member must be defined.")
    for logical_id, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise refused(
                f"Template format error: [/Resources/{logical_id}] Every Resources object must contain a Type member."
            )
        resource["Properties"] = resource.get("Properties") or {}
    for section in [name for name, value in template.items() if value is None]:
        raise refused(f"[/{section}] 'null' values are not allowed in templates")
    normal: Template = _normalized(template)
    return normal


def _parse(text: str) -> Any:
    is_json = text.lstrip().startswith("{")
    try:
        if is_json:
            return json.loads(text)
        return yaml.load(text, Loader=Loader)
    except json.JSONDecodeError as error:
        place = f"(line {error.lineno}, column {error.colno})"
        raise refused(f"Template format error: JSON not well-formed. {place}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"(line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise refused(f"Template format error: YAML not well-formed. {place}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise refused("Template format error: YAML not well-formed.") from error


def _normalized(value: Any) -> Any:
    if isinstance(value, list):
        return [_normalized(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        if "Fn::GetAtt" in value:
            return {"Fn::GetAtt": _attribute(value["Fn::GetAtt"])}
        if "Fn::Sub" in value:
            return _join(value["Fn::Sub"])
    return {name: _normalized(each) for name, each in value.items()}


def _attribute(value: Any) -> list[str]:
    parts = value.split(".") if isinstance(value, str) else [str(part) for part in value]
    if len(parts) < 2:
        raise refused(f"Template error: every Fn::GetAtt object requires two non-empty parameters, not {value}")
    return [parts[0], ".".join(parts[1:])]


def _join(value: Any) -> Any:
    """Return the Fn::Join of a Fn::Sub."""
    text, values = (value, {}) if isinstance(value, str) else (value[0], value[1])
    parts: list[Any] = []
    end = 0
    for found in PLACEHOLDER.finditer(text):
        name = found[1].strip()
        parts.append(text[end : found.start()])
        end = found.end()
        if name.startswith(LITERAL):
            parts.append(f"${{{name[1:]}}}")
        elif name in values:
            parts.append(_normalized(values[name]))
        elif "." in name:
            parts.append({"Fn::GetAtt": _attribute(name)})
        else:
            parts.append({"Ref": name})
    parts.append(text[end:])
    kept = [part for part in parts if part != ""]
    return "".join(kept) if all(isinstance(part, str) for part in kept) else {"Fn::Join": ["", kept]}


# --- What a value refers to -------------------------------------------------------------------------------------------


def references(value: Any) -> Iterator[tuple[str, str | None]]:
    """Yield what a part of a template refers to: names, each with the attribute of a Fn::GetAtt or None."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "Ref" and isinstance(each, str):
                yield each, None
            elif name == "Fn::GetAtt":
                resource, attribute = _attribute(each)
                yield resource, attribute
            else:
                yield from references(each)


def imports(value: Any) -> Iterator[Any]:
    """Yield the names of exports that a part of a template imports, unresolved."""
    if isinstance(value, list):
        for each in value:
            yield from imports(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "Fn::ImportValue":
                yield each
            else:
                yield from imports(each)


def dependencies(template: Template) -> dict[str, list[str]]:
    """Return, for each resource, those that it depends on."""
    resources = template["Resources"]
    found = {}
    for logical_id, resource in resources.items():
        named = resource.get("DependsOn", [])
        names = [
            *([named] if isinstance(named, str) else named),
            *(name for name, _ in references(resource.get("Properties"))),
        ]
        found[logical_id] = [name for name in dict.fromkeys(names) if name in resources and name != logical_id]
    return found


def in_order(template: Template) -> list[str]:
    """
    Return the resources, each after those that it depends on.

    Raises:
        ValidationError: they depend on each other in a circle.
    """
    waiting = dependencies(template)
    order: list[str] = []
    while waiting:
        ready = [name for name, needed in waiting.items() if not any(each in waiting for each in needed)]
        if not ready:
            raise refused(f"Circular dependency between resources: [{', '.join(waiting)}]")
        order += ready
        for name in ready:
            del waiting[name]
    return order


# --- Checks -----------------------------------------------------------------------------------------------------------


def check(template: Template, unknown_types: Iterable[str], attributes: Attributes) -> None:
    """
    Check what CloudFormation checks before it deploys anything.

    Raises:
        ValidationError: a type does not exist, or something is referred to that does not.
    """
    unknown = sorted(set(unknown_types))
    if unknown:
        raise refused(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    _check_conditions(template)
    for section in ("Resources", "Outputs"):
        entries = template.get(section) or {}
        missing = [name for entry in entries.values() for name in _missing(template, entry, attributes)]
        if missing:
            names = ", ".join(dict.fromkeys(missing))
            sentence = f"Unresolved resource dependencies [{names}] in the {section} block of the template"
            raise refused(f"Template format error: {sentence}")
    in_order(template)


def _missing(template: Template, entry: Any, attributes: Attributes) -> Iterator[str]:
    resources = template["Resources"]
    parameters = template.get("Parameters") or {}
    named = entry.get("DependsOn", [])
    for name in [named] if isinstance(named, str) else named:
        if name not in resources:
            yield name
    for name, attribute in references({key: value for key, value in entry.items() if key != "Metadata"}):
        if name not in resources and (attribute or (name not in parameters and name not in PSEUDO_PARAMETERS)):
            yield name
        elif attribute is not None:
            known = attributes(resources[name]["Type"])
            if known is not None and attribute not in known:
                raise refused(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt")


def _check_conditions(template: Template) -> None:
    conditions = template.get("Conditions") or {}
    for section in ("Resources", "Outputs"):
        for name, entry in (template.get(section) or {}).items():
            condition = entry.get("Condition") if isinstance(entry, dict) else None
            if isinstance(condition, str) and condition not in conditions:
                raise refused(f"Template format error: Unresolved condition {condition} in {section} {name}")


def capabilities(template: Template) -> list[str]:
    """Return the capability that a template requires, in a list that is empty if it requires none."""
    iam = [entry for entry in template["Resources"].values() if entry["Type"].startswith(IAM)]
    if not iam:
        return []
    is_named = any(IAM_NAMES & entry["Properties"].keys() for entry in iam)
    return ["CAPABILITY_NAMED_IAM" if is_named else "CAPABILITY_IAM"]


def check_parameters(template: Template, given: Mapping[str, Any]) -> None:
    """
    Check the values of parameters.

    Raises:
        ValidationError: one is unknown, missing, or not allowed.
    """
    declared = template.get("Parameters") or {}
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise refused(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, each in declared.items() if "Default" not in each and given.get(name) is None]
    if missing:
        raise refused(f"Parameters: [{', '.join(missing)}] must have values")
    for name, each in declared.items():
        value = str(given.get(name, each.get("Default")))
        values = value.split(",") if str(each.get("Type", "")).startswith(LISTS) else [value]
        allowed = [str(option) for option in each.get("AllowedValues", ())]
        if allowed and any(option.strip() not in allowed for option in values):
            raise refused(f"Parameter '{name}' must be one of AllowedValues")
        if "AllowedPattern" in each and not re.fullmatch(each["AllowedPattern"], value):
            raise refused(
                f"Parameter {name} failed to satisfy constraint: Parameter value must match pattern {each['AllowedPattern']}"
            )
