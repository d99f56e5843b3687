"""Whose stacks are deployed: the resource types of an emulator, and a client of each API."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import cached_property

from emulator.aws.clients import AwsClients
from emulator.kernel.ports import ResourceTypes


class CloudFormation(AwsClients):
    """The embedded AWS, as the deployment of a stack uses it."""

    new_resource_types: Callable[[], ResourceTypes] | None = None
    """Makes the resource types that are not moto's, when a stack is first deployed."""

    @cached_property
    def resource_types(self) -> ResourceTypes | None:
        """The resource types that are not moto's."""
        return None if self.new_resource_types is None else self.new_resource_types()


current: ContextVar[CloudFormation | None] = ContextVar("cloudformation", default=None)
"""Whose call this thread answers."""
