"""The files for containers: linted, and held to the schema of compose files, since the suite has no engine to run them."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from emulator.front.command_line import parser

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")


def test_dockerfile_is_linted():
    """Hadolint finds nothing, not even what it only informs of."""
    hadolint = shutil.which("hadolint", path=sysconfig.get_path("scripts"))
    if hadolint is None:
        pytest.skip("hadolint is not there: pip install '.[dev]'")

    done = subprocess.run([hadolint, "--no-color", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stdout)


def test_compose_file_fits_its_schema():
    """The compose file, with its commented application too, is valid."""
    specification = pytest.importorskip("compose_spec")
    with_application = re.sub(r"^  # (?=  |\w+:$)", "  ", COMPOSE, flags=re.MULTILINE)

    for text in (COMPOSE, with_application):
        specification.PyCompose.from_yaml(text).validate()
    assert {"sms"} == set(yaml.safe_load(COMPOSE)["services"])
    assert {"sms", "app"} == set(yaml.safe_load(with_application)["services"])


def test_containers_start_with_valid_options():
    """What the image and the compose file start are commands of the program."""
    options = parser().parse_args(yaml.safe_load(COMPOSE)["services"]["sms"]["command"])

    assert ["sms"] == options.hosts
    assert "serve" == parser().parse_args(["serve"]).command


def test_everything_that_is_copied_is_in_the_context():
    """What the Dockerfile copies exists, and .dockerignore lets it through."""
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    let_through = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    for name in " ".join(copied).split():
        assert (ROOT / name).exists()
        assert f"!{name}" in let_through
