"""Print a software bill of materials of the installed distributions, in CycloneDX's JSON; the image has it as a file."""

from __future__ import annotations

import argparse
import json
from importlib.metadata import Distribution, distributions
from typing import Any

from licences import licence_of

SPECIFICATION = "1.5"


def component(distribution: Distribution) -> dict[str, Any]:
    """Return the entry of a distribution."""
    name, version = distribution.metadata["Name"], distribution.version
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
        "licenses": [{"license": {"name": licence_of(distribution)}}],
    }


def bill(path: str | None = None) -> dict[str, Any]:
    """Return the bill of what is installed in a folder, or in this environment."""
    found = distributions(path=[path]) if path else distributions()
    by_name = {each.metadata["Name"].lower(): component(each) for each in found}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "components": [by_name[name] for name in sorted(by_name)],
    }


def main() -> None:
    """Read the options, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", help="the folder in which the distributions are installed")
    print(json.dumps(bill(parser.parse_args().path), indent=2))


if __name__ == "__main__":
    main()
