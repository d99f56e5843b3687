"""List the licence of every installed dependency, from its own metadata."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions


def licence_of(distribution: Distribution) -> str:
    """Return the licence that a distribution names: by expression, by classifier, or in words."""
    metadata = distribution.metadata
    classifiers = [each for each in metadata.get_all("Classifier") or () if each.startswith("License ::")]
    named = metadata.get("License-Expression") or ", ".join(each.rpartition(" :: ")[2] for each in classifiers)
    return named or (metadata.get("License") or "unknown").splitlines()[0]


def main() -> None:
    """Print a line for each distribution."""
    found = {each.metadata["Name"]: (each.version, licence_of(each)) for each in distributions()}
    for name, (version, licence) in sorted(found.items(), key=lambda item: item[0].lower()):
        print(f"{name:32} {version:16} {licence}")


if __name__ == "__main__":
    main()
