"""
Service models, as shipped with the installed botocore, with our overlays merged in.

A client knows exactly what its botocore knows, so that is the model we load; the package contains no copy of AWS's
models.
"""

from __future__ import annotations

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
