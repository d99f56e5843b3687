"""What a driver does: it creates, changes and deletes the resources of one type."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

Properties = Mapping[str, Any]


class Failed(Exception):
    """A resource could not be created, changed or deleted; `is_validation` if its properties are not valid."""

    def __init__(self, reason: str, *, is_validation: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_validation = is_validation


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource stands: its account, region and stack, and its name there."""

    account: str
    region: str
    stack_id: str
    logical_id: str
    type_name: str
    generated_name: str
    tags: Mapping[str, str]
    """The stack's tags, and those that CloudFormation adds."""


class Driver(ABC):
    """The driver of one resource type."""

    attributes: Container[str] | None = None
    """What Fn::GetAtt can return; None if that is not known."""
    note: str | None = None
    """What the event of a creation says."""

    def prepare(self, place: Place, properties: Properties) -> dict[str, Any]:
        """Return properties as they will be given to the resource; raises Failed if they are not valid."""
        return dict(properties)

    @abstractmethod
    def recreated_for(self, before: Properties, desired: Properties) -> list[str] | None:
        """Return the properties whose change takes a new resource; None if the driver decides that while it updates."""

    @abstractmethod
    def create(self, place: Place, properties: Properties) -> Any:
        """Create a resource; raises Failed."""

    @abstractmethod
    def update(self, place: Place, resource: Any, before: Properties, properties: Properties) -> Any:
        """Change a resource, and return it or the one that took its place; raises Failed."""

    @abstractmethod
    def delete(self, place: Place, resource: Any, properties: Properties) -> None:
        """Delete a resource; raises Failed."""


def sentence_of(error: BaseException) -> str:
    """Return what an error of moto says, without the markup that some of them have."""
    return str(getattr(error, "message", None) or getattr(error, "description", None) or f"{type(error).__name__}: {error}")
