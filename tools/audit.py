"""
Look up the known advisories of the installed distributions, by pip-audit in an environment of its own.

Advisories come from the package index. Where it has none, or cannot be reached, that is said, and is no failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

UNREACHABLE = ("ConnectionError", "Max retries", "timed out", "404 Client Error", "403 Client Error", "ServiceError")
"""What pip-audit, or pip, says where the index has no advisories, or cannot be reached."""


def main() -> int:
    """Audit the environment of the interpreter that is named; return the exit status."""
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    path = subprocess.run([sys.argv[1], "-c", question], check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "Scripts" if os.name == "nt" else "bin", "python"))
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"]
        audit = [python, "-m", "pip_audit", "--path", path, "--skip-editable", "--progress-spinner", "off"]
        for command in (install, audit):
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            said = (ended.stdout + ended.stderr).strip()
            if ended.returncode and any(sign in said for sign in UNREACHABLE):
                print(said[-500:], file=sys.stderr)
                print("Advisories could not be looked up: the package index has none, or cannot be reached.")
                return 0
            if ended.returncode:
                print(said)
                return 1
    print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
