"""
Functions that are subscribed to topics: moto would run them in containers, here they run like all functions do.

moto's `LambdaBackend.send_sns_message` is extended to pass the message on to whoever receives it, in the calls within
`receiving_texts`; it is not run at once, since a function may call whoever publishes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from emulator.aws.sns_sms_subscriptions import SmsSubscriptions
from emulator.kernel.ports import FunctionCall, FunctionReceiver

_receiver: ContextVar[FunctionReceiver | None] = ContextVar("function_receiver", default=None)


class TopicSubscriptions(SmsSubscriptions):
    """The delivery from topics to phones and functions."""

    function_receiver: FunctionReceiver | None = None
    """Receives what topics send to functions."""

    @contextmanager
    def receiving_texts(self) -> Iterator[None]:
        """While this lasts, what this thread has moto publish reaches the phones and functions of this emulator."""
        # A function that is subscribed was made by an earlier call, which has loaded moto's Lambda.
        models = sys.modules.get("moto.awslambda.models")
        if hasattr(models, "LambdaBackend"):
            _extend(models)
        token = _receiver.set(self.function_receiver)
        try:
            with super().receiving_texts():
                yield
        finally:
            _receiver.reset(token)


def _extend(models: Any) -> None:
    """Extend moto's `LambdaBackend.send_sns_message`, once."""
    motos = models.LambdaBackend.send_sns_message
    if hasattr(motos, "reaches_functions"):
        return

    @wraps(motos)
    def send_sns_message(backend: Any, function_name: str, message: str, *args: Any, **kwargs: Any) -> None:
        receiver = _receiver.get()
        if receiver is None:
            motos(backend, function_name, message, *args, **kwargs)
        else:
            receiver(FunctionCall(backend.account_id, backend.region_name, function_name, message))

    vars(send_sns_message)["reaches_functions"] = True
    models.LambdaBackend.send_sns_message = send_sns_message
