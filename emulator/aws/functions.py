"""
Lambda functions without containers: a Python handler runs in a process of its own.

It has the environment that Lambda gives and nothing of this process's own but PATH, credentials of the emulator and its
endpoint, and limits of time, memory and disk. It is not a sandbox: it can read what this user can read.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from typing import IO, Any

SECONDS_DEFAULT, SECONDS_MAX = 3, 60
"""Lambda's default timeout, and the longest that is waited for."""
INIT_SECONDS_MAX = 10
"""How long the import of the handler may take, which the timeout does not count. Source: Lambda's execution environment"""
MEMORY_MIB_DEFAULT = 128
OVERHEAD_MIB = 384
"""Memory that Python and boto3 may use in addition to the function's own."""
CODE_BYTES_MAX = 250 * 1024 * 1024
"""Of a deployment package, unzipped. Source: Lambda quotas"""
FILE_BYTES_MAX = 512 * 1024 * 1024
"""Of a file that the function writes; Lambda gives /tmp as much."""
ERROR_BYTES = 2000
"""How much of what the function printed last an error repeats."""
HOST_VARIABLES = ("PATH", "SYSTEMROOT")
NOWHERE = "http://127.0.0.1:9"
"""The endpoint of a function without a server: nothing answers there, and nothing reaches AWS."""
RUNNER = """
import importlib, json, os, sys
try:
    import resource
except ImportError:
    resource = None
if resource is not None:
    seconds, memory, size = (int(each) for each in sys.argv[2:5])
    for name, most in (("CPU", seconds), ("DATA", memory), ("FSIZE", size), ("CORE", 0)):
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (most, most))
module, _, handler = sys.argv[1].rpartition(".")
sys.path.insert(0, ".")
event = json.load(sys.stdin)
output = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
handler = getattr(importlib.import_module(module.replace("/", ".")), handler)
os.write(output, b"1")
os.close(output)
handler(event, None)
"""
"""Writes a byte when the handler has been imported; what the function itself prints is dropped."""


class FunctionFailed(Exception):
    """The function cannot run here, or its handler has raised."""


def sns_event(message: str) -> dict[str, Any]:
    """Return the event with which SNS invokes a function."""
    sns: dict[str, Any] = {"Type": "Notification", "Message": message, "Subject": None, "MessageAttributes": {}}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns}]}


def variables_of(configuration: dict[str, Any], endpoint_url: str | None) -> dict[str, str]:
    """Return the environment of a function: what Lambda puts there, the emulator's endpoint, and its own variables."""
    region, account = configuration["FunctionArn"].split(":")[3:5]
    host = {name: os.environ[name] for name in HOST_VARIABLES if name in os.environ}
    given = {
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint_url or NOWHERE,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.get("MemorySize", MEMORY_MIB_DEFAULT)),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": configuration["Handler"],
    }
    own: dict[str, str] = configuration.get("Environment", {}).get("Variables", {})
    return host | given | own


def run(configuration: dict[str, Any], code: bytes, event: dict[str, Any], endpoint_url: str | None = None) -> None:
    """
    Run a function's handler with an event; AWS clients in it find the endpoint.

    Raises:
        FunctionFailed: it is not in Python, it took too long, or its handler raised; with the end of what it printed.
    """
    if not configuration.get("Runtime", "").startswith("python"):
        raise FunctionFailed(f"{configuration.get('Runtime')} functions need a container; the payload is kept")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, tempfile.TemporaryFile() as printed:
        _unzip(code, folder)
        seconds = min(configuration.get("Timeout", SECONDS_DEFAULT), SECONDS_MAX)
        memory = (configuration.get("MemorySize", MEMORY_MIB_DEFAULT) + OVERHEAD_MIB) * 1024 * 1024
        limits = (str(INIT_SECONDS_MAX + seconds + 1), str(memory), str(FILE_BYTES_MAX))
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps(event).encode())
            stdin.seek(0)
            # No pipe is read to its end: whatever the function starts may hold one open for ever.
            process = subprocess.Popen(
                [sys.executable, "-c", RUNNER, configuration["Handler"], *limits],
                cwd=folder,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=printed,
                env=variables_of(configuration, endpoint_url) | {"LAMBDA_TASK_ROOT": folder, "HOME": folder},
                start_new_session=True,
            )
        try:
            _wait_for_import(process)
            status = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise FunctionFailed(f"Task timed out after {seconds} seconds") from error
        finally:
            _end(process)
        if status != 0:
            raise FunctionFailed(_tail(printed) or f"the process ended with status {status}")


def _wait_for_import(process: subprocess.Popen[bytes]) -> None:
    """Wait until the handler is imported, or the process has ended."""
    assert process.stdout is not None
    reading = threading.Thread(target=process.stdout.read, args=(1,), name="emulator-function", daemon=True)
    reading.start()
    reading.join(INIT_SECONDS_MAX)
    if reading.is_alive():
        raise FunctionFailed(f"its module was not imported within {INIT_SECONDS_MAX} seconds")


def _unzip(code: bytes, folder: str) -> None:
    try:
        package = zipfile.ZipFile(io.BytesIO(code))
        if sum(file.file_size for file in package.infolist()) > CODE_BYTES_MAX:
            raise FunctionFailed(f"the unzipped code is larger than {CODE_BYTES_MAX} bytes")
        package.extractall(folder)
    except zipfile.BadZipFile as error:
        raise FunctionFailed(f"the code cannot be unzipped: {error}") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the function and all that it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _tail(printed: IO[bytes]) -> str:
    size = printed.seek(0, os.SEEK_END)
    printed.seek(max(0, size - ERROR_BYTES))
    return printed.read().decode("utf-8", "replace").strip()
