"""
Service models, as shipped with the installed botocore, with our overlays merged in.

A client knows exactly what its botocore knows, so that is the model we load; the package contains no copy of AWS's
models.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader
from botocore.model import ServiceModel

from emulator.kernel.dataclass import dataclass

PACKAGE = Path(__file__).resolve().parent.parent


def overlays() -> Path:
    """Return the folder for AWS_DATA_PATH: inside the package when installed, beside it in a checkout."""
    installed = PACKAGE / "botocore_models"
    return installed if installed.is_dir() else PACKAGE.parent / "botocore_models"


OPENERS: dict[str, Any] = {".json": open, ".json.gz": gzip.open}
"""By their extensions: what opens botocore's data files."""


class _FileLoader(JSONFileLoader):
    """botocore's reader of its data files, with a faster parser."""

    def load_file(self, file_path: str) -> Any:
        """Return the data of a file, named without its extension, or None if there is none."""
        for extension, open_file in OPENERS.items():
            if Path(file_path + extension).is_file():
                with open_file(file_path + extension, "rb") as file:
                    return orjson.loads(file.read())
        return None


class _OneService(Loader):
    """A loader of one service's models: botocore's own looks through the folders of all services first."""

    def __init__(self, service: str) -> None:
        super().__init__(extra_search_paths=[str(overlays())], file_loader=_FileLoader())
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
    rows = Loader(file_loader=_FileLoader()).load_data("partitions")["partitions"]
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
    # Read as they stand in the model: a shape object for each of its shapes would take longer than a first answer.
    shapes: dict[str, dict[str, Any]] = model._service_description.get("shapes", {})  # type: ignore[attr-defined]
    return {
        name: shape.get("error", {}).get("httpStatusCode", 500 if shape.get("fault") else 400)
        for name, shape in shapes.items()
        if shape.get("exception")
    }
