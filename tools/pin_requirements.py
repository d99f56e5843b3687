"""
Write requirements.txt: the versions and hashes of what the image installs, for Python 3.13 on both of its platforms.

pip chooses the versions that setup.cfg allows; the image then installs these files and no others. Needs a package registry.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = "3.13"
PLATFORMS = ("x86_64", "aarch64")
GLIBC = ("manylinux_2_28_{}", "manylinux_2_17_{}", "manylinux2014_{}")
HEADER = "# Written by tools/pin_requirements.py (make pin): what the image installs, and nothing else.\n"


def wanted() -> list[str]:
    """Return the requirements of the package with PostgreSQL, and what builds it."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    options = config["options"]["install_requires"], config["options.extras_require"]["postgres"]
    return [*(line for each in options for line in each.split("\n")[1:]), "setuptools>=69"]


def resolve(platform: str) -> dict[str, tuple[str, str]]:
    """Return the version and the hash of each distribution, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run"]
        command += ["--ignore-installed", "--only-binary", ":all:", "--target", folder, "--report", str(report)]
        command += ["--python-version", PYTHON, "--implementation", "cp"]
        for tag in GLIBC:
            command += ["--platform", tag.format(platform)]
        subprocess.run([*command, *wanted()], check=True)
        found = json.loads(report.read_text("utf-8"))["install"]
    return {
        each["metadata"]["name"].lower().replace("_", "-").replace(".", "-"): (
            each["metadata"]["version"],
            each["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for each in found
    }


def page() -> str:
    """Return the content of requirements.txt."""
    first, second = (resolve(platform) for platform in PLATFORMS)
    lines = []
    for name in sorted(first):
        version, _ = first[name]
        if second[name][0] != version:
            raise SystemExit(f"{name} has no one version for both platforms: {version}, {second[name][0]}")
        hashes = sorted({first[name][1], second[name][1]})
        lines += [f"{name}=={version} \\", *(f"    --hash=sha256:{each} \\" for each in hashes)]
        lines[-1] = lines[-1].removesuffix(" \\")
    return HEADER + "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(page(), "utf-8")
