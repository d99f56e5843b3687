"""
How the resources of each type are created, changed and deleted: this emulator's, moto's, and those that moto lacks.

A resource is whatever its driver returns: an object with `physical_resource_id`, which `Ref` gives, and
`get_cfn_attribute`, by which moto resolves Fn::GetAtt.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.moto_api._internal import mock_random

from emulator.aws.cloudformation.driver import Driver, Failed, Place, Properties, sentence_of
from emulator.aws.cloudformation.gaps import GAPS, Gap
from emulator.aws.cloudformation.nested import NestedStackDriver
from emulator.aws.cloudformation.port import CloudFormation
from emulator.kernel.ports import ResourceFailed, ResourceType

STACK_TYPE = "AWS::CloudFormation::Stack"
NOTHING_CREATED = "The emulator has no resources of this type: nothing was created."


# --- This emulator's resources ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Owned:
    """A resource of this emulator, where all of its state is."""

    kind: ResourceType
    place: Place
    physical_resource_id: str

    def get_cfn_attribute(self, name: str) -> Any:
        """Return an attribute as it is now."""
        if name not in self.kind.attributes:
            raise UnformattedGetAttTemplateException
        try:
            return self.kind.attribute(self.place.account, self.place.region, self.physical_resource_id, name)
        except ResourceFailed as error:
            raise Failed(_reason(error)) from error


class OwnDriver(Driver):
    """The driver of one of this emulator's types."""

    def __init__(self, kind: ResourceType) -> None:
        self._kind = kind
        self.attributes = kind.attributes

    def prepare(self, place: Place, properties: Properties) -> dict[str, Any]:
        """Check the properties, and add the stack's tags."""
        desired = self._kind.coerce(properties)
        problems = self._kind.problems(desired)
        if problems:
            sentence = f"Properties validation failed for resource {place.logical_id} with message:"
            raise Failed("\n".join([sentence, *problems]), is_validation=True)
        if self._kind.is_taggable:
            tags = {name: value for name, value in place.tags.items() if self._kind.has_system_tags or name[:4] != "aws:"}
            own = {tag["Key"]: tag["Value"] for tag in desired.get("Tags", ())}
            merged = [{"Key": name, "Value": value} for name, value in (tags | own).items()]
            desired |= {"Tags": merged} if merged else {}
        return desired

    def recreated_for(self, before: Properties, desired: Properties) -> list[str]:
        """Return the properties whose change takes a new resource."""
        return self._kind.recreated_for(before, desired)

    def create(self, place: Place, properties: Properties) -> Owned:
        """Create a resource."""
        try:
            identifier = self._kind.create(place.account, place.region, place.generated_name, properties)
        except ResourceFailed as error:
            raise Failed(_reason(error)) from error
        return Owned(self._kind, place, identifier)

    def update(self, place: Place, resource: Owned, before: Properties, properties: Properties) -> Owned:
        """Change a resource in place."""
        try:
            self._kind.update(place.account, place.region, resource.physical_resource_id, before, properties)
        except ResourceFailed as error:
            raise Failed(_reason(error)) from error
        return resource

    def delete(self, place: Place, resource: Owned, properties: Properties) -> None:
        """Delete a resource."""
        try:
            self._kind.delete(place.account, place.region, resource.physical_resource_id)
        except ResourceFailed as error:
            raise Failed(_reason(error)) from error


def _reason(error: ResourceFailed) -> str:
    details = f"(RequestToken: {mock_random.uuid4()}, HandlerErrorCode: {error.code})"
    return f'Resource handler returned message: "{error.message}" {details}'


# --- moto's resources -------------------------------------------------------------------------------------------------


class MotoDriver(Driver):
    """The driver of one of moto's types, which knows neither what its properties must be nor which are create-only."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def recreated_for(self, before: Properties, desired: Properties) -> None:
        """Leave the decision to `update`."""
        return

    def create(self, place: Place, properties: Properties) -> Any:
        """Create a resource."""
        names = {"LogicalId": place.logical_id, "StackId": place.stack_id, "ResourceType": place.type_name}
        arguments = (self._name(place, properties), _resource_json(place, properties), place.account, place.region)
        try:
            resource = self._model.create_from_cloudformation_json(*arguments, **names)
        except Exception as error:
            raise Failed(sentence_of(error)) from error
        return self._named(place, resource)

    def update(self, place: Place, resource: Any, before: Properties, properties: Properties) -> Any:
        """Change a resource, as far as moto can."""
        update = self._model.update_from_cloudformation_json
        if hasattr(update, "__isabstractmethod__"):
            return resource
        try:
            changed = update(
                original_resource=resource,
                new_resource_name=self._name(place, properties),
                cloudformation_json=_resource_json(place, properties),
                account_id=place.account,
                region_name=place.region,
            )
        except Exception as error:
            raise Failed(sentence_of(error)) from error
        return self._named(place, changed)

    def delete(self, place: Place, resource: Any, properties: Properties) -> None:
        """Delete a resource."""
        try:
            try:
                resource.delete(place.account, place.region)
            except (TypeError, AttributeError):
                delete = self._model.delete_from_cloudformation_json
                if not hasattr(delete, "__isabstractmethod__"):
                    name = getattr(resource, "physical_resource_id", None)
                    delete(name, _resource_json(place, properties), place.account, place.region)
        except Exception as error:
            raise Failed(sentence_of(error)) from error

    def _name(self, place: Place, properties: Properties) -> str:
        name = self._model.cloudformation_name_type()
        return str(properties[name]) if name and name in properties else place.generated_name

    @staticmethod
    def _named(place: Place, resource: Any) -> Any:
        resource.cf_resource_type = place.type_name
        resource.logical_resource_id = place.logical_id
        return resource


def _resource_json(place: Place, properties: Properties) -> dict[str, Any]:
    # moto changes what it is given.
    return {"Type": place.type_name, "Properties": copy.deepcopy(dict(properties))}


# --- Resources that moto lacks ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Simple:
    """A resource that is known by its physical id and attributes."""

    physical_resource_id: str
    values: Mapping[str, Any]

    def get_cfn_attribute(self, name: str) -> Any:
        """Return an attribute."""
        if name not in self.values:
            raise UnformattedGetAttTemplateException
        return self.values[name]


class GapDriver(Driver):
    """The driver of a type that moto lacks, though it has the API."""

    def __init__(self, aws: CloudFormation, gap: Gap) -> None:
        self._aws = aws
        self._gap = gap
        self.attributes = gap.attributes

    def prepare(self, place: Place, properties: Properties) -> dict[str, Any]:
        """Check that what is required is there."""
        missing = [f"#: required key [{name}] not found" for name in self._gap.required if name not in properties]
        if missing:
            sentence = f"Properties validation failed for resource {place.logical_id} with message:"
            raise Failed("\n".join([sentence, *missing]), is_validation=True)
        return dict(properties)

    def recreated_for(self, before: Properties, desired: Properties) -> list[str]:
        """Return the properties whose change takes a new resource."""
        return [name for name in self._gap.create_only if before.get(name) != desired.get(name)]

    def create(self, place: Place, properties: Properties) -> Simple:
        """Create a resource."""
        with _Refusals():
            return Simple(*self._gap.create(self._client(place), place.generated_name, properties))

    def update(self, place: Place, resource: Simple, before: Properties, properties: Properties) -> Simple:
        """Change a resource in place."""
        with _Refusals():
            self._gap.update(self._client(place), resource.physical_resource_id, before, properties)
        return resource

    def delete(self, place: Place, resource: Simple, properties: Properties) -> None:
        """Delete a resource."""
        with _Refusals():
            self._gap.delete(self._client(place), resource.physical_resource_id, properties)

    def _client(self, place: Place) -> Any:
        return self._aws.client(self._gap.service, place.account, place.region)


class _Refusals:
    """Raises a ClientError within its block as Failed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError | BotoCoreError):
            raise Failed(str(error)) from error


class NoDriver(Driver):
    """The driver of a type of which nothing is created, though its name can be used."""

    def __init__(self, note: str | None) -> None:
        self.note = note

    def recreated_for(self, before: Properties, desired: Properties) -> list[str]:
        """Return nothing."""
        return []

    def create(self, place: Place, properties: Properties) -> Simple:
        """Return a name."""
        return Simple(place.generated_name, {})

    def update(self, place: Place, resource: Simple, before: Properties, properties: Properties) -> Simple:
        """Return the same name."""
        return resource

    def delete(self, place: Place, resource: Simple, properties: Properties) -> None:
        """Do nothing."""


# --- Which driver -----------------------------------------------------------------------------------------------------


def is_unknown(aws: CloudFormation, type_name: str) -> bool:
    """Return whether a type would be this emulator's, but does not exist."""
    types = aws.resource_types
    return types is not None and type_name.startswith(types.prefix) and types.find(type_name) is None


def driver_of(aws: CloudFormation, type_name: str) -> Driver:
    """Return the driver of a type."""
    own = aws.resource_types.find(type_name) if aws.resource_types is not None else None
    if own is not None:
        return OwnDriver(own)
    if type_name == STACK_TYPE:
        return NestedStackDriver()
    if type_name in GAPS:
        return GapDriver(aws, GAPS[type_name])
    if type_name in parsing.NULL_MODELS or type_name == "AWS::CDK::Metadata":
        return NoDriver(None)
    if type_name.startswith("Custom::") or type_name in parsing.get_model_map():
        return MotoDriver(parsing.resource_class_from_type(type_name))
    return NoDriver(NOTHING_CREATED)
