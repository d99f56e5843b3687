"""
CloudFormation: moto's, with a deployment of our own beneath it, and with the resource types of this emulator.

moto reads requests, keeps stacks and resolves functions; `stacks` creates, updates and deletes what is in them, rolls
back what fails, and records the events. It stands in for moto's own deployment in calls that are made within
`providing_resources`, and only there. What is here, and `port`, can be imported without importing moto.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.aws.cloudformation.port import CloudFormation, current

SERVICE = "cloudformation"


class DeployedStacks(CloudFormation):
    """The embedded CloudFormation."""

    @contextmanager
    def providing_resources(self, service: str) -> Iterator[None]:
        """While this lasts, stacks that this thread has moto deploy are deployed by us; `service` is the one called."""
        is_used = service == SERVICE or "moto.cloudformation.models" in sys.modules
        if self.new_resource_types is None or not is_used:
            yield
            return
        from emulator.aws.cloudformation import installation

        installation.install()
        token = current.set(self)
        try:
            yield
        finally:
            current.reset(token)
