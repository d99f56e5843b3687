"""What the image installs: by version and hash, everything that setup.cfg needs, and listed in a bill of materials."""

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))


def test_every_requirement_is_pinned_to_an_allowed_version():
    """requirements.txt agrees with setup.cfg; `make pin` writes it."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    wanted = [Requirement(line) for line in config["options"]["install_requires"].split("\n") if line]
    for requirement in wanted:
        if requirement.marker is None or requirement.marker.evaluate({"python_version": "3.13"}):
            assert requirement.specifier.contains(PINNED[requirement.name.lower()]), requirement


def test_everything_is_pinned_by_hash():
    """No line is without a hash, and none comes from elsewhere than the package index."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z])", text.partition("\n")[2].strip())

    assert len(PINNED) == len(entries) > 20
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9-]+==\S+ \\\n(    --hash=sha256:[0-9a-f]{64}( \\\n)?)+", entry), entry


def test_the_image_installs_nothing_else():
    """The Dockerfile installs by hash, without building, and the package itself without the index."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    installs = [line for line in lines if "pip install" in line]

    assert 2 == len(installs)
    assert all(option in installs[0] for option in ("--require-hashes", "--only-binary :all:", "-r requirements.txt"))
    assert all(option in installs[1] for option in ("--no-deps", "--no-index", "--no-build-isolation"))
    assert any("sbom.json" in line for line in lines)


def test_the_bill_of_materials_lists_what_is_installed():
    """Every distribution with its version and licence, as CycloneDX has it."""
    command = [sys.executable, "tools/sbom.py"]
    bill = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)

    listed = {each["name"].lower(): each for each in bill["components"]}
    assert {each.metadata["Name"].lower() for each in distributions()} == set(listed)
    assert ("CycloneDX", "library") == (bill["bomFormat"], listed["boto3"]["type"])
    assert "Apache" in listed["boto3"]["licenses"][0]["license"]["name"]
    assert listed["boto3"]["purl"] == f"pkg:pypi/boto3@{listed['boto3']['version']}"


def test_an_audit_says_what_it_could_not_look_up(capsys):
    """An advisory fails it; what the index knows nothing of is named, and not taken for sound."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import audit
    finally:
        sys.path.remove(str(ROOT / "tools"))
    found = [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]
    assert 0 == audit.report(json.dumps({"dependencies": found}), "")
    assert (
        "1 distributions audited, 0 advisories.\nThe package index has nothing to audit 1 others by: b."
        in capsys.readouterr().out
    )

    found[0]["vulns"] = [{"id": "PYSEC-1", "fix_versions": ["2"]}]
    assert 1 == audit.report(json.dumps({"dependencies": found}), "")
    assert "a 1: PYSEC-1, mended in 2" in capsys.readouterr().out
