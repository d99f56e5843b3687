from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from functools import cache
from pathlib import Path

import botocore
import pytest
from botocore import xform_name

import emulator
from emulator.engine import SERVICES
from emulator.wire.service import Operation, parameters

PACKAGE = Path(emulator.__file__).parent
PROJECT = PACKAGE.parent
HANDLERS_KNOW = [1, 44, 5]
"""The botocore whose models have an operation for every handler."""

BELOW_SERVICES = ("emulator.kernel", "emulator.settings", "emulator.telecom", "emulator.wire", "emulator.messaging")
BELOW_WORLD = (*BELOW_SERVICES, "emulator.faults", "emulator.services", "emulator.reporting")
BELOW_DELIVERIES = (*BELOW_WORLD, "emulator.bounds", "emulator.aws", "emulator.world")
BELOW_ENGINE = (*BELOW_DELIVERIES, "emulator.deliveries", "emulator.hints", "emulator.request_log")
BELOW_CONTROL = (*BELOW_ENGINE, "emulator.engine")
MAY_IMPORT = {
    "emulator": ("emulator.emulator", "emulator.front.mock", "emulator.version"),
    "emulator.__main__": ("emulator.front",),
    "emulator.kernel": (),
    "emulator.settings": ("emulator.kernel",),
    "emulator.access": ("emulator.kernel",),
    "emulator.version": (),
    "emulator.wire": ("emulator.kernel",),
    "emulator.telecom": ("emulator.kernel",),
    "emulator.faults": ("emulator.kernel", "emulator.wire.errors"),
    "emulator.messaging": (
        "emulator.kernel",
        "emulator.settings",
        "emulator.telecom",
        "emulator.wire.context",
        "emulator.wire.errors",
        "emulator.wire.models",
        "emulator.wire.service",
    ),
    "emulator.services": (),
    "emulator.reporting": ("emulator.kernel", "emulator.telecom", "emulator.messaging"),
    "emulator.aws": ("emulator.kernel.ports",),
    "emulator.bounds": BELOW_WORLD,
    "emulator.world": (*BELOW_WORLD, "emulator.bounds"),
    "emulator.hints": (*BELOW_WORLD, "emulator.bounds", "emulator.world", "emulator.request_log"),
    "emulator.assertions": ("emulator.messaging",),
    "emulator.request_log": ("emulator.kernel",),
    "emulator.deliveries": BELOW_DELIVERIES,
    "emulator.engine": BELOW_ENGINE,
    "emulator.control": ("emulator.version", *BELOW_CONTROL),
    "emulator.journal": (*BELOW_ENGINE, "emulator.engine"),
    "emulator.client_decisions": (),
    "emulator.client_reports": ("emulator.assertions", "emulator.control"),
    "emulator.client": (
        *BELOW_CONTROL,
        "emulator.assertions",
        "emulator.client_decisions",
        "emulator.client_reports",
        "emulator.control",
    ),
    "emulator.stack_resources": (*BELOW_CONTROL, "emulator.control"),
    "emulator.emulator": (
        "emulator.access",
        *BELOW_CONTROL,
        "emulator.control",
        "emulator.client",
        "emulator.stack_resources",
    ),
    "emulator.testing": BELOW_SERVICES,
    "emulator.front": (
        "emulator",
        "emulator.access",
        *BELOW_CONTROL,
        "emulator.control",
        "emulator.client",
        "emulator.emulator",
        "emulator.journal",
        "emulator.testing",
    ),
}
"""The layers, and what of ours each may import besides itself; imports for type checking count. A service is a layer."""
WALL_CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}


# --- Reading the sources ----------------------------------------------------------------------------------------------


def module_name(path):
    """The dotted name of a source file."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


class Source:
    """What the tests want to know of a module; its tree has a hundred times as many objects, and is not kept."""

    def __init__(self, path):
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        self.lines = len(text.splitlines())
        self.docstring = ast.get_docstring(tree)
        self.imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
        self.lines_of_functions = [(node.name, node.end_lineno - node.lineno + 1) for node in functions]
        self.attributes = {attribute(node) for node in nodes}


@cache
def source(name):
    """Read a module when the first test of this process asks for it."""
    return Source(SOURCES[name])


@cache
def imports(name):
    """The dotted names that a module imports; `from package import module` names the module."""
    found = set()
    for node in source(name).imports:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        else:
            assert node.level == 0, f"{name} imports relatively"
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(module if module in SOURCES else node.module for module in modules)
    return found


def circles(graph):
    """The circles of a graph: each set of nodes of which every one leads to every other."""
    reached = {name: set() for name in graph}
    for start in graph:
        waiting = list(graph[start])
        while waiting:
            name = waiting.pop()
            if name not in reached[start]:
                reached[start].add(name)
                waiting.extend(graph.get(name, ()))
    return {
        frozenset(other for other in reached[name] if name in reached.get(other, ()))
        for name in graph
        if name in reached[name]
    }


def attribute(node):
    """`("datetime", "now")` for `datetime.now`; None for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    return None


def sources_of_chance(node):
    """Return the imported names that make random numbers or ids of the process's own; `Random` itself needs a seed."""
    for alias in node.names:
        module, name = (alias.name, None) if isinstance(node, ast.Import) else (node.module, alias.name)
        if module in ("random", "secrets", "uuid") and name not in ("Random", "UUID"):
            yield module


def is_in(name, package):
    """Return whether the module is the package or lies in it."""
    return name == package or name.startswith(package + ".")


def layer_of(name):
    """The layer that a module belongs to: the longest entry of the table, a service by itself."""
    if is_in(name, "emulator.services") and name != "emulator.services":
        return ".".join(name.split(".")[:3])
    return max((layer for layer in MAY_IMPORT if is_in(name, layer) and layer != "emulator"), key=len, default="emulator")


def allowed(importer, imported):
    """Return whether the layer table lets one module import the other."""
    layer = layer_of(importer)
    if layer_of(imported) == layer:
        return True
    may = MAY_IMPORT.get(layer, BELOW_SERVICES)
    # The package itself is its version, and not all that is in it.
    return any(imported == package or (package != "emulator" and is_in(imported, package)) for package in may)


def handlers():
    """Every handler with its service and operation, as far as the installed botocore knows it."""
    return [
        pytest.param(service, service.handlers[xform_name(name)], name, id=f"{service.name}.{name}")
        for service in SERVICES
        for name, implemented in service.coverage().items()
        if implemented
    ]


# --- Who imports whom -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCES)
def test_a_module_imports_only_what_its_layer_may(name):
    """Every import of ours goes down the layer table."""
    ours = {imported for imported in imports(name) if is_in(imported, "emulator")}

    assert set() == {imported for imported in ours if not allowed(name, imported)}


def test_the_table_would_notice():
    """The layer table refuses what it is there to refuse."""
    assert not allowed("emulator.kernel.clock", "emulator.wire.http")
    assert not allowed("emulator.wire.service", "emulator.telecom.tariff")
    assert not allowed("emulator.messaging.sending.lifecycle", "emulator.services.sms_voice_v2.service")
    assert not allowed("emulator.messaging.sending.lifecycle", "emulator.wire.protocols")
    assert not allowed("emulator.services.social.service", "emulator.services.sms_voice_v2.service")
    assert not allowed("emulator.services.social.service", "emulator.engine")
    assert allowed("emulator.services.social.service", "emulator.messaging.sending.lifecycle")
    assert not allowed("emulator.reporting.records", "emulator.services.sms_voice.state")
    assert not allowed("emulator.aws.functions", "emulator.kernel.clock")
    assert not allowed("emulator.engine", "emulator.control.command")
    assert not allowed("emulator.engine", "emulator.front.server")
    assert not allowed("emulator.control.clock", "emulator.emulator")
    assert not allowed("emulator.control.clock", "emulator.client")


def test_no_circle_of_modules():
    """No module imports, by whatever way, a module that imports it."""
    graph = {name: {found for found in imports(name) if found in SOURCES and found != name} for name in SOURCES}

    assert set() == circles(graph)


def test_a_circle_would_be_noticed():
    """A circle is found wherever it is; a diamond is not a circle."""
    diamond = {"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}

    assert set() == circles(diamond)
    assert {frozenset("bcd")} == circles(diamond | {"b": {"c"}, "c": {"d"}, "d": {"b"}})


@pytest.mark.parametrize("name", [name for name in SOURCES if len(name.split(".")) > 2 and ".services." in name])
def test_no_service_imports_another(name):
    """A service knows the messaging system, and no other API."""
    own = ".".join(name.split(".")[:3])

    assert set() == {found for found in imports(name) if is_in(found, "emulator.services") and not is_in(found, own)}


def lengths():
    """Each module and each function with its number of lines."""
    for name in SOURCES:
        yield name, source(name).lines, 450
        for function, lines in source(name).lines_of_functions:
            yield f"{name}.{function}", lines, 60


def test_a_module_and_a_function_can_be_read_in_one_sitting():
    """No module has more than 450 lines, no function more than 60."""
    assert {} == {name: lines for name, lines, most in lengths() if lines > most}


def test_every_module_has_a_layer():
    """Each module lies in a layer of the table, a service's in its own."""
    lost = {name for name in SOURCES if layer_of(name) == "emulator" and name != "emulator"}

    assert set() == lost


def test_only_aws_names_moto():
    """No module but the adapters imports moto."""
    users = {name for name in SOURCES if any(is_in(found, "moto") for found in imports(name))}

    assert users
    assert set() == {name for name in users if not is_in(name, "emulator.aws")}


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("phonenumbers", ["emulator.telecom"]),
        ("jsonschema", ["emulator.wire"]),
        ("werkzeug", ["emulator.wire", "emulator.front"]),
        ("flask", ["emulator.front"]),
        ("uvicorn", ["emulator.front"]),
        ("pytest", ["emulator.front.pytest_plugin"]),
        ("boto3", ["emulator.aws", "emulator.testing", "emulator.front"]),
        ("mcp", ["emulator.front.mcp_server"]),
        ("shtab", ["emulator.front.commands.tools"]),
        ("msgspec", ["emulator.control.openapi", "emulator.journal.entries"]),
        ("psycopg", ["emulator.journal.postgres"]),
    ],
)
def test_a_library_is_known_in_its_place_only(library, places):
    """Each third-party library is imported by one layer, or two at most."""
    users = {name for name in SOURCES if any(is_in(found, library) for found in imports(name))}

    assert users
    assert set() == {name for name in users if not any(is_in(name, place) for place in places)}


def test_only_the_engine_reads_the_wall_clock():
    """`datetime.now` and its like are named in engine.py alone."""
    readers = {name for name in SOURCES if source(name).attributes & WALL_CLOCKS}

    assert {"emulator.engine"} == readers


def test_chance_comes_from_seeds_alone():
    """Nothing draws from the process's own random numbers or makes UUIDs of its own."""
    culprits = {
        name
        for name in SOURCES
        for node in source(name).imports
        if set(sources_of_chance(node)) and name != "emulator.kernel.seeds"
    }

    assert set() == culprits


@pytest.mark.parametrize("name", [name for name in SOURCES if ".operations." in name])
def test_no_operations_module_imports_another(name):
    """Code that two families of operations share lies beside them in a module with an underscore, not in one of them."""
    assert set() == {imported for imported in imports(name) if ".operations" in imported and "._" not in imported}


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("emulator.messaging.state.")])
def test_state_imports_no_behaviour(name):
    """State is the ground: of the messaging system it imports only other state, and errors."""
    ours = {found for found in imports(name) if is_in(found, "emulator.messaging")}

    assert {"emulator.messaging.channels", "emulator.messaging.errors"} >= {
        found for found in ours if not is_in(found, "emulator.messaging.state")
    }


# --- Handlers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("service", "handler", "wire_name"), handlers())
def test_a_handler_takes_what_the_model_says(service, handler, wire_name):
    """A handler's parameters are the request's members but for the framework's: the required ones without a default."""
    operation: Operation = service.find(wire_name)
    shape = operation.model.input_shape
    members = {name: name in shape.required_members for name in shape.members} if shape else {}
    wanted = {xform_name(name): required for name, required in members.items() if name not in operation.framework_members}
    found = parameters(handler)

    assert wanted == {name: parameter.default is inspect.Parameter.empty for name, parameter in found.items()}
    assert {inspect.Parameter.KEYWORD_ONLY} >= {parameter.kind for parameter in found.values()}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_has_handlers_for_its_own_operations_only(service):
    """Every handler has the name of an operation of the model, if that is not older than the handlers."""
    if [int(part) for part in botocore.__version__.split(".")] < HANDLERS_KNOW:
        pytest.skip("this botocore lacks some of the operations")

    assert set() == set(service.handlers) - {xform_name(name) for name in service.model.operation_names}


# --- The package ------------------------------------------------------------------------------------------------------


def test_every_module_says_what_it_is():
    """Every module opens with a docstring."""
    assert set() == {name for name in SOURCES if not source(name).docstring}


def test_every_public_name_is_there():
    """The package offers exactly the names that it lists."""
    assert all(getattr(emulator, name) is not None for name in emulator.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        importlib.import_module("emulator").no_such_name  # noqa: B018


def modules_after(statement):
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_loads_nothing():
    """`import emulator` costs next to nothing: it loads no library, and of ours only the package itself."""
    heavy = {"botocore", "boto3", "flask", "moto", "werkzeug", "phonenumbers", "jsonschema", "uvicorn", "asyncio", "json"}

    assert set() == heavy & modules_after("import emulator")


def test_the_pytest_plugin_loads_nothing():
    """The plugin, which pytest loads in every run, loads no more than pytest does."""
    heavy = {"botocore", "boto3", "flask", "moto", "werkzeug", "phonenumbers", "jsonschema", "uvicorn"}

    assert set() == heavy & modules_after("import emulator.front.pytest_plugin")


@pytest.mark.parametrize(
    "statement", ["from emulator import mock_sms", "from emulator import mock_sms; mock_sms().__enter__()"]
)
def test_the_mock_loads_neither_moto_nor_a_server(statement):
    """The mock works without moto, a web framework or the schema library until one of them is needed."""
    assert set() == {"moto", "flask", "uvicorn", "jsonschema", "werkzeug", "pytest"} & modules_after(statement)


def test_the_server_loads_neither_moto_nor_flask():
    """A server is ready before moto and Flask are loaded."""
    code = "from emulator.front.server import Server; from emulator import Emulator; Server(Emulator()).start().close()"

    assert set() == {"moto", "flask", "jsonschema"} & modules_after(code)
