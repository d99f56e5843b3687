"""docs/architecture.md: its table of layers is the one that is enforced."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
ROW = re.compile(r"^\| `([\w/<>]+)`[^|]*\| (.*) \|$", re.MULTILINE)


def enforced():
    """The layer table of test_structure.py, without the package's name."""
    spec = importlib.util.spec_from_file_location("structure", ROOT / "tests" / "test_structure.py")
    structure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(structure)
    table = structure.MAY_IMPORT | {"emulator.services": structure.BELOW_SERVICES}
    return {
        layer.removeprefix("emulator."): {name.removeprefix("emulator.") for name in may if name != "emulator"}
        for layer, may in table.items()
        if layer not in ("emulator", "emulator.__main__", "emulator.front")
    }


def test_layers_are_those_that_are_enforced():
    """Each layer may import what its row says, no more and no less."""
    table = PAGE.read_text("utf-8").partition("| layer | may import |")[2].partition("\n\n")[0]
    named = {}
    for layer, cell in ROW.findall(table):
        may = set(re.findall(r"`([\w.]+)`", cell))
        base = re.match(r"what `(\w+)` may", cell)
        named[layer.partition("/")[0]] = may | (named[base[1]] if base else set())
    assert set() == named.pop("front")  # everything

    assert enforced() == named
