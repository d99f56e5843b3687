"""
Service models, as shipped with the installed botocore, with our overlays merged in.

A client knows exactly what its botocore knows, so that is the model we load; the package contains no copy of AWS's
models.
"""

from __future__ import annotations

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


def _loader() -> Loader:
    return Loader(extra_search_paths=[str(overlays())])


def load_model(service: str) -> ServiceModel:
    """Return the model of a service, by botocore's name for it."""
    return ServiceModel(_loader().load_service_model(service, "service-2"), service_name=service)


def load_paginators(service: str) -> dict[str, dict[str, Any]]:
    """Return the paginator of each operation that has one."""
    try:
        found: dict[str, dict[str, Any]] = _loader().load_service_model(service, "paginators-1")["pagination"]
    except DataNotFoundError:
        return {}
    return found


@cache
def known_regions() -> frozenset[str]:
    """Return the regions of every partition that the installed botocore knows."""
    partitions = _loader().load_data("partitions")["partitions"]
    return frozenset(region for partition in partitions for region in partition["regions"])
