"""
Look up the known advisories of the installed distributions, by pip-audit in an environment of its own.

Advisories come from the package index. Where it has none, or cannot be reached, that is said, and is no failure.
"""

from __future__ import annotations

import json
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
        audit += ["--format", "json"]
        for command in (install, audit):
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            said = (ended.stdout + ended.stderr).strip()
            if ended.returncode and any(sign in said for sign in UNREACHABLE):
                print(said[-500:], file=sys.stderr)
                print("Advisories could not be looked up: the package index has none, or cannot be reached.")
                return 0
            if command is install and ended.returncode:
                print(said)
                return 1
    return report(ended.stdout, ended.stderr)


def report(found: str, said: str) -> int:
    """Print what pip-audit has found; returns the exit status: 1 if there are advisories."""
    try:
        distributions = json.loads(found)["dependencies"]
    except ValueError:
        print(said)
        return 1
    left_out = [each["name"] for each in distributions if "skip_reason" in each]
    advisories = [(each, one) for each in distributions for one in each.get("vulns", ())]
    for each, one in advisories:
        fixed = ", ".join(one["fix_versions"]) or "no version"
        print(f"{each['name']} {each['version']}: {one['id']}, mended in {fixed}")
    print(f"{len(distributions) - len(left_out)} distributions audited, {len(advisories)} advisories.")
    if left_out:
        print(f"The package index has nothing to audit {len(left_out)} others by: {', '.join(left_out)}.")
    return int(bool(advisories))


if __name__ == "__main__":
    sys.exit(main())
