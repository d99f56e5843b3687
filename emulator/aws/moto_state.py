"""
moto's state: calls that can be made again with the same outcome, and all that moto holds as bytes.

moto draws every id from one source and reads the time in one function. Within `repeatable` both follow what is given, so
that the same call on the same state answers the same. What a call would do outside of moto (run a function, post to a
subscriber) is left out when it is made again.
"""

from __future__ import annotations

import io
import logging
import pickle
import re
import sys
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from importlib import import_module
from tempfile import SpooledTemporaryFile
from types import CodeType, FunctionType
from typing import Any

from emulator.aws import calls_out
from emulator.aws.calls_out import guarded_by
from emulator.aws.clients import AwsClients
from emulator.aws.repeating import moment, posts, repeating

log = logging.getLogger("emulator")

LOCKS = {type(threading.Lock()): threading.Lock, type(threading.RLock()): threading.RLock}
TRUSTED = (
    "moto",
    "emulator.aws",
    "botocore",
    "collections",
    "datetime",
    "decimal",
    "enum",
    "ipaddress",
    "joserfc",
    "pathlib",
    "py_partiql_parser",
    "requests.structures",
    "uuid",
    "werkzeug",
    "zoneinfo",
)
"""The packages whose types a saved state may name."""
BUILTINS = frozenset({"set", "frozenset", "bytearray", "complex", "object", "list", "dict", "int", "float", "str"})


class MotoState(AwsClients):
    """moto's state as a whole."""

    @contextmanager
    def posting_later(self, later: list[Callable[[], None]]) -> Iterator[None]:
        """While this lasts, put what this thread has moto post to subscribers by HTTP into the list."""
        token = posts.set(later)
        try:
            yield
        finally:
            posts.reset(token)

    @contextmanager
    def repeatable(self, seed: str, at: datetime, *, again: bool = False) -> Iterator[None]:
        """
        Make what this thread has moto do depend on nothing else.

        Args:
            seed: determines the ids.
            at: the time.
            again: it was done before.
        """
        from moto.moto_api._internal import mock_random

        _patch_time()
        calls_out.apply()
        mock_random.seed(seed)
        tokens = moment.set(at.replace(tzinfo=None)), repeating.set(again)
        try:
            with guarded_by(calls_out.Nothing()) if again else nullcontext():
                yield
        finally:
            moment.reset(tokens[0])
            repeating.reset(tokens[1])

    def save_state(self) -> dict[str, bytes]:
        """Return what each service of moto holds, by its name; a service that cannot be saved is logged and left out."""
        saved = {}
        for accounts in _backends().values():
            held = {account: dict(regions) for account, regions in accounts.items()}
            buffer = io.BytesIO()
            try:
                _Pickler(buffer, 5).dump(held)
            except (pickle.PicklingError, TypeError, AttributeError, ValueError) as error:
                log.warning("What the embedded %s holds is not kept: %s", accounts.service_name, error)
                continue
            saved[f"{accounts.backend.__module__}:{accounts.service_name}"] = buffer.getvalue()
        return saved

    def load_state(self, saved: Mapping[str, bytes]) -> None:
        """
        Replace all that moto holds.

        Raises:
            ValueError: it was saved by a version of moto that differs too much; the message names the service.
        """
        self.forget_state()
        if not saved:
            return
        from emulator.aws import moto_patches

        moto_patches.apply()
        for name, content in saved.items():
            module, _, service = name.partition(":")
            try:
                import_module(module)
                held = _Unpickler(io.BytesIO(content)).load()
                from moto.backends import get_backend

                accounts: Any = get_backend(service)  # type: ignore[call-overload]
            except (pickle.UnpicklingError, ImportError, AttributeError, TypeError, LookupError, EOFError) as error:
                raise ValueError(f"what the embedded {service} held cannot be read by this moto: {error}") from error
            for account, regions in held.items():
                for region, backend in regions.items():
                    dict.__setitem__(accounts[account], region, backend)

    def forget_state(self) -> None:
        """Empty every service of moto."""
        if "moto.core.models" in sys.modules:
            from moto.moto_api._internal.models import moto_api_backend

            moto_api_backend.reset()

    def has_alarms(self) -> bool:
        """Return whether there is any alarm, which may change its state as time passes."""
        accounts = getattr(sys.modules.get("moto.cloudwatch.models"), "cloudwatch_backends", None) or {}
        return any(backend.alarms for regions in list(accounts.values()) for backend in list(regions.values()))


def _backends() -> dict[str, Any]:
    base = sys.modules.get("moto.core.base_backend")
    found = [] if base is None else [each for each in base.BackendDict._instances if each]
    return {each.service_name: each for each in sorted(found, key=lambda each: each.service_name)}


def _patch_time() -> None:
    """Have moto read the time here. Its modules hold the function itself, so that only its code can be replaced."""
    from moto.core import utils

    if "emulator_moment" in vars(utils):
        return
    read = FunctionType(utils.utcnow.__code__, vars(utils))
    vars(utils)["emulator_moment"] = lambda: moment.get() or read()
    utils.utcnow.__code__ = (lambda: emulator_moment()).__code__  # type: ignore[name-defined]  # noqa: F821


# --- Pickles ----------------------------------------------------------------------------------------------------------


def _private_key(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem, None)


def _public_key(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return load_pem_public_key(pem)


def _file(content: bytes, position: int) -> Any:
    file = SpooledTemporaryFile()  # noqa: SIM115
    file.write(content)
    file.seek(position)
    return file


def _lock(is_recursive: bool) -> Any:
    return threading.RLock() if is_recursive else threading.Lock()


def _condition(lock: Any) -> threading.Condition:
    return threading.Condition(lock)


def _dict(kind: Any, factory: Any) -> Any:
    """Return a dict with default values, of a type with a constructor of its own."""
    made = kind.__new__(kind)
    made.default_factory = factory
    return made


def _pattern(text: str | bytes, flags: int) -> Any:
    return re.compile(text, flags)


def _local_function(module: str, path: str, line: int) -> FunctionType:
    """Return a function without free variables that another one defines."""
    outer, _, _ = path.partition(".<locals>")
    if not module.startswith("moto."):
        raise pickle.UnpicklingError(f"{module} is not a module of moto")
    found: Any = import_module(module)
    for name in outer.split("."):
        found = getattr(found, name)
    wanted = path.rpartition(".")[2]
    for code in found.__code__.co_consts:
        if isinstance(code, CodeType) and code.co_name == wanted and code.co_firstlineno == line:
            return FunctionType(code, vars(sys.modules[module]))
    raise pickle.UnpicklingError(f"{module} has no {path}")


OWN = {
    function.__name__: function
    for function in (_private_key, _public_key, _file, _lock, _condition, _dict, _pattern, _local_function)
}


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind in LOCKS:
            return _lock, (LOCKS[kind] is threading.RLock,)
        if kind is threading.Condition:
            return _condition, (value._lock,)
        if kind is SpooledTemporaryFile:
            position = value.tell()
            value.seek(0)
            content = value.read()
            value.seek(position)
            return _file, (content, position)
        if isinstance(value, defaultdict) and kind is not defaultdict:
            return _dict, (kind, value.default_factory), vars(value), None, iter(list(value.items()))
        if kind is re.Pattern:
            return _pattern, (value.pattern, value.flags)
        if kind is weakref.WeakValueDictionary:
            return kind, (), None, None, iter(list(value.items()))
        if isinstance(value, FunctionType) and "<locals>" in value.__qualname__ and not value.__closure__:
            return _local_function, (value.__module__, value.__qualname__, value.__code__.co_firstlineno)
        if isinstance(value, type | FunctionType) and value not in OWN.values():
            # A pickle may call whatever it names, so it may name types only.
            if isinstance(value, FunctionType) or not _is_expected(value.__module__, value.__qualname__):
                raise pickle.PicklingError(f"{value.__module__}.{value.__qualname__} is not expected in its state")
            return NotImplemented
        if hasattr(value, "private_bytes"):
            return _private_key, (_pem(value.private_bytes, private=True),)
        if hasattr(value, "public_bytes") and hasattr(value, "verify"):
            return _public_key, (_pem(value.public_bytes, private=False),)
        return NotImplemented


def _pem(to_bytes: Callable[..., bytes], *, private: bool) -> bytes:
    from cryptography.hazmat.primitives import serialization as way

    if private:
        return to_bytes(way.Encoding.PEM, way.PrivateFormat.PKCS8, way.NoEncryption())
    return to_bytes(way.Encoding.PEM, way.PublicFormat.SubjectPublicKeyInfo)


def _is_expected(module: str, name: str) -> bool:
    if module == "builtins":
        return name in BUILTINS
    if (module, name) == ("weakref", "WeakValueDictionary"):
        return True
    return any(module == package or module.startswith(f"{package}.") for package in TRUSTED)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == __name__ and name in OWN:
            return OWN[name]
        # By a dotted name one could reach what a module has imported, so the type itself is looked at too.
        found = super().find_class(module, name) if _is_expected(module, name) else None
        if not isinstance(found, type) or not _is_expected(found.__module__, name):
            raise pickle.UnpicklingError(f"{module}.{name} is not expected in a saved state")
        return found
