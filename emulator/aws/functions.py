"""Lambda functions without containers: a Python handler runs in a process of its own, with the function's environment."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from typing import Any

SECONDS_MAX = 60
RUNNER = """
import importlib, json, sys
module, _, handler = sys.argv[1].rpartition(".")
sys.path.insert(0, ".")
event = json.load(sys.stdin)
getattr(importlib.import_module(module.replace("/", ".")), handler)(event, None)
"""


class FunctionFailed(Exception):
    """The function cannot run here, or its handler has raised."""


def sns_event(message: str) -> dict[str, Any]:
    """The event that SNS invokes a function with."""
    sns: dict[str, Any] = {"Type": "Notification", "Message": message, "Subject": None, "MessageAttributes": {}}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns}]}


def run(configuration: dict[str, Any], code: bytes, event: dict[str, Any]) -> None:
    """
    Run a function's handler with an event.

    Raises:
        FunctionFailed: it is not in Python, it took too long, or its handler has raised; with what it printed.
    """
    if not configuration.get("Runtime", "").startswith("python"):
        raise FunctionFailed(f"{configuration.get('Runtime')} functions need a container; the payload is kept")
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
        variables = configuration.get("Environment", {}).get("Variables", {})
        command = [sys.executable, "-c", RUNNER, configuration["Handler"]]
        seconds = min(configuration.get("Timeout", SECONDS_MAX), SECONDS_MAX)
        try:
            subprocess.run(
                command,
                cwd=folder,
                input=json.dumps(event),
                env=os.environ | variables,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise FunctionFailed(error.stderr.strip()[-2000:]) from error
        except subprocess.TimeoutExpired as error:
            raise FunctionFailed(f"Task timed out after {seconds} seconds") from error
