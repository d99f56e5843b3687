"""Configuration files, in TOML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def load(path: str | Path) -> dict[str, Any]:
    """
    Return the content of a configuration file.

    Raises:
        ValueError: the file cannot be read, or is not TOML.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        config: dict[str, Any] = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(error.strerror if isinstance(error, OSError) else f"invalid TOML: {error}") from error
    return config
