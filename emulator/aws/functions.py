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


def variables_of(configuration: dict[str, Any], endpoint_url: str | None) -> dict[str, str]:
    """What a function finds in its environment: what Lambda puts there, the endpoint that it runs at, its own variables."""
    region = configuration["FunctionArn"].split(":")[3]
    given = {
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
    own: dict[str, str] = configuration.get("Environment", {}).get("Variables", {})
    return given | ({"AWS_ENDPOINT_URL": endpoint_url} if endpoint_url else {}) | own


def run(configuration: dict[str, Any], code: bytes, event: dict[str, Any], endpoint_url: str | None = None) -> None:
    """
    Run a function's handler with an event; the AWS clients in it find the endpoint.

    Raises:
        FunctionFailed: it is not in Python, it took too long, or its handler has raised; with what it printed.
    """
    if not configuration.get("Runtime", "").startswith("python"):
        raise FunctionFailed(f"{configuration.get('Runtime')} functions need a container; the payload is kept")
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
        command = [sys.executable, "-c", RUNNER, configuration["Handler"]]
        seconds = min(configuration.get("Timeout", SECONDS_MAX), SECONDS_MAX)
        try:
            subprocess.run(
                command,
                cwd=folder,
                input=json.dumps(event),
                env=os.environ | variables_of(configuration, endpoint_url),
                capture_output=True,
                text=True,
                timeout=seconds,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise FunctionFailed(error.stderr.strip()[-2000:]) from error
        except subprocess.TimeoutExpired as error:
            raise FunctionFailed(f"Task timed out after {seconds} seconds") from error
