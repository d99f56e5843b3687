"""
Service models, as shipped with the installed botocore, with our overlays merged in.

A client knows exactly what its botocore knows, so that is the model we load; the package contains no copy of AWS's
models.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader
from botocore.model import ServiceModel

PACKAGE = Path(__file__).resolve().parent.parent


def overlays() -> Path:
    """Return the folder for AWS_DATA_PATH: inside the package when installed, beside it in a checkout."""
    installed = PACKAGE / "botocore_models"
    return installed if installed.is_dir() else PACKAGE.parent / "botocore_models"


class _OneService(Loader):
    """A loader of one service's models: botocore's own looks through the folders of all services first."""

    def __init__(self, service: str) -> None:
        super().__init__(extra_search_paths=[str(overlays())])
        self._service = service

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the service."""
        return [self._service]


NO_OPERATIONS = {"metadata": {"protocol": "rest-json", "apiVersion": ""}, "operations": {}, "shapes": {}}


def has_model(service: str) -> bool:
    """Return whether the installed botocore, or an overlay, knows a service; reads no model."""
    try:
        return bool(_OneService(service).list_api_versions(service, "service-2"))
    except DataNotFoundError:
        return False


def load_model(service: str) -> ServiceModel:
    """Return the model of a service, by botocore's name for it; an older botocore may not know the service at all."""
    try:
        found: Any = _OneService(service).load_service_model(service, "service-2")
    except DataNotFoundError:
        found = NO_OPERATIONS
    return ServiceModel(found, service_name=service)


def load_paginators(service: str) -> dict[str, dict[str, Any]]:
    """Return the paginator of each operation that has one."""
    try:
        found: dict[str, dict[str, Any]] = _OneService(service).load_service_model(service, "paginators-1")["pagination"]
    except DataNotFoundError:
        return {}
    return found


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of AWS: its name in ARNs, and the end of its host names."""

    name: str
    dns_suffix: str


@cache
def known_regions() -> dict[str, Partition]:
    """Return the partition of each region that botocore's endpoint data knows."""
    rows = Loader().load_data("partitions")["partitions"]
    return {region: Partition(row["id"], row["outputs"]["dnsSuffix"]) for row in rows for region in row["regions"]}


def partition_of(region: str) -> Partition:
    """
    Return the partition of a region.

    Raises:
        KeyError: If no partition has such a region.
    """
    return known_regions()[region]


def error_statuses(model: ServiceModel) -> dict[str, int]:
    """Return the HTTP status of each modelled error."""
    statuses = {}
    for shape in model.error_shapes:
        error = shape.metadata.get("error", {})
        # botocore keeps `fault` out of the metadata.
        is_fault = shape._shape_model.get("fault", False)  # type: ignore[attr-defined]
        statuses[shape.name] = error.get("httpStatusCode", 500 if is_fault else 400)
    return statuses
