"""
What every resource handler has in common.

A handler creates a resource by the API's Create operation, and then brings it to its properties by the operations that an
update uses too. It compares with the properties that the resource was given before rather than with the resource: a
number that has joined a pool shows the pool's settings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, ClassVar, Protocol

Properties = Mapping[str, Any]
Row = dict[str, Any]
"""A resource as a Describe operation lists it."""
Tags = list[dict[str, str]]


class OperationFailed(Exception):
    """
    An operation was refused.

    Attributes:
        code: the error's code.
        message: its message.
        reason: its Reason; empty if it has none.
        request_id: the request's id.
    """

    def __init__(self, code: str, message: str, reason: str = "", request_id: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.reason = reason
        self.request_id = request_id

    @property
    def is_not_found(self) -> bool:
        """True if the resource does not exist."""
        return self.code == "ResourceNotFoundException"


class NotStabilized(Exception):
    """A resource did not reach its status in time."""


class Api(Protocol):
    """The API as a handler calls it, for one account and region."""

    def call(self, operation: str, /, **members: Any) -> dict[str, Any]:
        """
        Call an operation with its members by their names on the wire, and return its answer.

        Raises:
            OperationFailed: it was refused.
        """
        ...

    def wait(self, is_done: Callable[[], bool]) -> bool:
        """Let time pass until a resource has its status; return False if it does not get there."""
        ...


class Handler(ABC):
    """
    The handler of one resource type.

    Attributes:
        name: the last part of the type's name.
        describe: the operation that lists a resource, its member for the identifiers, and its answer's member for rows.
        arn: the row's member with the ARN.
        attributes: by the name for Fn::GetAtt, the row's member.
        created: the properties that `create` sets.
        defaults: the value that a property has when it is left out.
    """

    name: ClassVar[str]
    describe: ClassVar[tuple[str, str, str]]
    arn: ClassVar[str]
    attributes: ClassVar[Mapping[str, str]]
    created: ClassVar[tuple[str, ...]] = ("Tags",)
    defaults: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def create(self, api: Api, desired: Properties) -> str:
        """Create a resource with the properties `created`, and return its identifier."""

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """Change a resource from one set of properties to another, except for its tags."""
        return

    @abstractmethod
    def delete(self, api: Api, identifier: str) -> None:
        """Delete a resource."""

    def row(self, api: Api, identifier: str) -> Row:
        """Return a resource as its Describe operation lists it."""
        operation, ids, rows = self.describe
        row: Row = api.call(operation, **{ids: [identifier]})[rows][0]
        return row

    def attribute(self, api: Api, identifier: str, name: str) -> Any:
        """Return what Fn::GetAtt gives; None if the resource has no such attribute now."""
        value: Any = self.row(api, identifier)
        for member in self.attributes[name].split("."):
            value = (value or {}).get(member)
        return iso(value) if name == "CreatedTimestamp" else value

    def change_tags(self, api: Api, identifier: str, desired: Tags) -> None:
        """Give a resource exactly these tags."""
        arn = self.row(api, identifier)[self.arn]
        has = {tag["Key"]: tag["Value"] for tag in api.call("ListTagsForResource", ResourceArn=arn)["Tags"]}
        wanted = {tag["Key"]: tag["Value"] for tag in desired}
        removed = [key for key in has if key not in wanted]
        if removed:
            api.call("UntagResource", ResourceArn=arn, TagKeys=removed)
        changed = [{"Key": key, "Value": value} for key, value in wanted.items() if has.get(key) != value]
        if changed:
            api.call("TagResource", ResourceArn=arn, Tags=changed)

    def changes(self, before: Properties, desired: Properties, *names: str) -> dict[str, Any]:
        """Return those of the properties that differ, with their new values; one that was left out has its default."""
        return {name: self.value(desired, name) for name in names if self.value(before, name) != self.value(desired, name)}

    def value(self, properties: Properties, name: str) -> Any:
        """Return the value of a property, or its default."""
        value = properties.get(name)
        return self.defaults.get(name) if value is None else value

    def wait_for(self, api: Api, identifier: str, **members: Any) -> None:
        """
        Wait until a resource's row has these members.

        Raises:
            NotStabilized: it does not come to that.
        """

        def is_done() -> bool:
            row = self.row(api, identifier)
            return all(row.get(name) == value for name, value in members.items())

        if not api.wait(is_done):
            raise NotStabilized

    def wait_until_gone(self, api: Api, identifier: str) -> None:
        """
        Wait until a resource is no longer listed.

        Raises:
            NotStabilized: it stays.
        """

        def is_done() -> bool:
            try:
                self.row(api, identifier)
            except OperationFailed as error:
                if error.is_not_found:
                    return True
                raise
            return False

        if not api.wait(is_done):
            raise NotStabilized


def given(properties: Properties, *names: str) -> dict[str, Any]:
    """Return those of the properties that are there, as members of a request."""
    return {name: properties[name] for name in names if properties.get(name) not in (None, [])}


def iso(epoch_seconds: Any) -> str | None:
    """Return a time of an answer as text."""
    if epoch_seconds is None:
        return None
    return datetime.fromtimestamp(epoch_seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
