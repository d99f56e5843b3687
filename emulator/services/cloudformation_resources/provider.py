"""The resource types as CloudFormation uses them: `kernel.ports.ResourceTypes` over the schemas and the handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from emulator.kernel.ports import ResourceFailed
from emulator.services.cloudformation_resources.configurations import (
    ConfigurationSet,
    NotifyConfiguration,
    OptOutList,
    ProtectConfiguration,
    ResourcePolicy,
)
from emulator.services.cloudformation_resources.handler import Api, Handler, NotStabilized, OperationFailed, Properties
from emulator.services.cloudformation_resources.identities import PhoneNumber, Pool, RcsAgent, SenderId
from emulator.services.cloudformation_resources.registrations import (
    Registration,
    RegistrationAttachment,
    VerifiedDestinationNumber,
)
from emulator.services.cloudformation_resources.schemas import schema_of

PREFIX = "AWS::SMSVOICE::"
SERVICE = "PinpointSmsVoiceV2"
HANDLERS: tuple[Handler, ...] = (
    ConfigurationSet(),
    NotifyConfiguration(),
    OptOutList(),
    PhoneNumber(),
    Pool(),
    ProtectConfiguration(),
    RcsAgent(),
    Registration(),
    RegistrationAttachment(),
    ResourcePolicy(),
    SenderId(),
    VerifiedDestinationNumber(),
)
NAME_PROPERTIES = {"ConfigurationSet": "ConfigurationSetName", "OptOutList": "OptOutListName"}
"""The property that CloudFormation fills in with a name of its own."""
NAME_LENGTH_MAX = 64
NAME_SUFFIX_LENGTH = 13
HANDLER_ERRORS = {
    "AccessDeniedException": "AccessDenied",
    "ConflictException": "ResourceConflict",
    "InternalServerException": "ServiceInternalError",
    "ResourceNotFoundException": "NotFound",
    "ServiceQuotaExceededException": "ServiceLimitExceeded",
    "ThrottlingException": "Throttling",
    "ValidationException": "InvalidRequest",
}
"""CloudFormation's code for an error of the API. # unverified: which one these handlers give"""
ALREADY_EXISTS = "RESOURCE_ALREADY_EXISTS"


def _shortened(name: str) -> str:
    """Return a generated name, `STACK-LOGICAL-RANDOM`, of which the random part and what else fits is left."""
    suffix = name[-NAME_SUFFIX_LENGTH:]
    return name[: -len(suffix)][: NAME_LENGTH_MAX - len(suffix)] + suffix


class Type:
    """kernel.ports.ResourceType: one handler with its schema."""

    def __init__(self, handler: Handler, api_of: Callable[[str, str], Api]) -> None:
        self.name = PREFIX + handler.name
        self._handler = handler
        self._schema = schema_of(self.name)
        self._api_of = api_of
        self.attributes = self._schema.attributes
        self.is_taggable: bool = self._schema.tagging["taggable"]
        self.has_system_tags: bool = self._schema.tagging.get("cloudFormationSystemTags", False)

    def coerce(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Return properties with each value as the type that it must have, where it can be converted."""
        return self._schema.coerce(properties)

    def problems(self, properties: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with properties, each as a JSON pointer with a sentence."""
        return self._schema.problems(properties)

    def recreated_for(self, before: Properties, desired: Properties) -> list[str]:
        """Return the properties whose change takes a new resource."""
        generated = NAME_PROPERTIES.get(self._handler.name)
        return [
            name
            for name in self._schema.create_only
            # A name that CloudFormation made stays.
            if before.get(name) != desired.get(name)
            and not (name == generated and before.get(name) is None and desired.get(name) is None)
        ]

    def create(self, account: str, region: str, name: str, desired: Properties) -> str:
        """Create a resource and return its identifier; on an error, nothing is left of it."""
        api, handler = self._api_of(account, region), self._handler
        generated = NAME_PROPERTIES.get(handler.name)
        if generated is not None and desired.get(generated) is None:
            desired = {**desired, generated: _shortened(name)}
        with self._failures(""):
            identifier = handler.create(api, desired)
        try:
            with self._failures(identifier):
                before = {each: desired[each] for each in handler.created if each in desired}
                handler.configure(api, identifier, before, desired)
        except ResourceFailed:
            with suppress(ResourceFailed):
                self.delete(account, region, identifier)
            raise
        return identifier

    def update(self, account: str, region: str, identifier: str, before: Properties, desired: Properties) -> None:
        """Change a resource in place."""
        api, handler = self._api_of(account, region), self._handler
        with self._failures(identifier):
            handler.configure(api, identifier, before, desired)
            if self.is_taggable and handler.value(before, "Tags") != handler.value(desired, "Tags"):
                handler.change_tags(api, identifier, desired.get("Tags") or [])

    def delete(self, account: str, region: str, identifier: str) -> None:
        """Delete a resource; one that is gone already is not an error."""
        with self._failures(identifier):
            try:
                self._handler.delete(self._api_of(account, region), identifier)
            except OperationFailed as error:
                if not error.is_not_found:
                    raise

    def attribute(self, account: str, region: str, identifier: str, name: str) -> Any:
        """Return an attribute as it is now."""
        with self._failures(identifier):
            return self._handler.attribute(self._api_of(account, region), identifier, name)

    @contextmanager
    def _failures(self, identifier: str) -> Iterator[None]:
        """Raise what an operation refuses as CloudFormation's handlers report it."""
        try:
            yield
        except OperationFailed as error:
            code = HANDLER_ERRORS.get(error.code, "GeneralServiceException")
            if error.reason == ALREADY_EXISTS:
                code = "AlreadyExists"
            details = f"(Service: {SERVICE}, Status Code: 400, Request ID: {error.request_id})"
            raise ResourceFailed(code, f"{error.message} {details}") from error
        except NotStabilized as error:
            sentence = f"Resource of type '{self.name}' with identifier '{identifier}' did not stabilize."
            raise ResourceFailed("NotStabilized", sentence) from error


class Types:
    """kernel.ports.ResourceTypes."""

    prefix = PREFIX

    def __init__(self, api_of: Callable[[str, str], Api]) -> None:
        self._types = {each.name: each for each in (Type(handler, api_of) for handler in HANDLERS)}

    def find(self, name: str) -> Type | None:
        """Return a resource type by its full name."""
        return self._types.get(name)
