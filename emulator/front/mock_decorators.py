"""`@mock_sms()` on a class of tests, of unittest or of pytest: each test starts with empty state."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

ClassT = TypeVar("ClassT", bound=type)


class Mock(Protocol):
    """What is started before a test and stopped after it."""

    def start(self) -> Any:
        """Start, and return what the tests have as `self.sms`."""
        ...

    def stop(self) -> None:
        """Stop."""
        ...


def decorate_class(tests: ClassT, new_mock: Callable[[], Mock]) -> ClassT:
    """Have a mock around the set-up, each test and the clean-up of a class; the tests have its Emulator as `self.sms`."""
    # Imported here: it takes as long as a tenth of all else, and whoever has such a class has imported it.
    import unittest

    if issubclass(tests, unittest.TestCase):
        _decorate_unittest(tests, new_mock)
    else:
        _decorate_pytest(tests, new_mock)
    return tests


def _decorate_unittest(tests: Any, new_mock: Callable[[], Mock]) -> None:
    set_up = tests.setUp

    @functools.wraps(set_up)
    def start(self: Any) -> None:
        mock = new_mock()
        self.sms = mock.start()
        # Clean-ups run even if the set-up fails, and after tearDown.
        self.addCleanup(mock.stop)
        set_up(self)

    tests.setUp = start


def _decorate_pytest(tests: Any, new_mock: Callable[[], Mock]) -> None:
    set_up, tear_down = getattr(tests, "setup_method", None), getattr(tests, "teardown_method", None)

    def setup_method(self: Any, method: Any) -> None:
        self._sms_mock = new_mock()
        self.sms = self._sms_mock.start()
        try:
            _call(set_up, self, method)
        except BaseException:
            # pytest does not tear down what was not set up.
            self._sms_mock.stop()
            raise

    def teardown_method(self: Any, method: Any) -> None:
        try:
            _call(tear_down, self, method)
        finally:
            self._sms_mock.stop()

    tests.setup_method, tests.teardown_method = setup_method, teardown_method


def _call(function: Any, self: Any, method: Any) -> None:
    """Call a set-up or tear-down as pytest does, with the test's method if it takes it."""
    if function is not None:
        takes_method = len(inspect.signature(function).parameters) > 1
        function(self, method) if takes_method else function(self)
