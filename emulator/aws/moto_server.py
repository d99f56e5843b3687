"""moto as a whole: its server, and its reset."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.aws import calls_out
from emulator.aws.calls_out import guarded_by
from emulator.aws.cloudformation import DeployedStacks
from emulator.aws.lambdas import Lambda
from emulator.aws.moto_patches import fill_gaps
from emulator.aws.sns_lambda_subscriptions import TopicSubscriptions
from emulator.aws.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication


class MotoServer(TopicSubscriptions, DeployedStacks, Lambda, Webhooks):
    """All AWS services that are not ours."""

    @contextmanager
    def calling_moto(self, service: str = "") -> Iterator[None]:
        """
        While this lasts, a call that this thread has moto answer can reach this emulator; `service` is the one called.

        It calls nothing else but what webhooks may call.
        """
        with self.receiving_texts(), self.providing_resources(service), guarded_by(self):
            yield

    def reset(self) -> None:
        """Empty every service of moto; another endpoint is left alone."""
        # Without this import there is nothing to empty, and it takes longer than most tests.
        if self.endpoint_url is None and "moto.core.models" in sys.modules:
            from moto.moto_api._internal.models import moto_api_backend

            moto_api_backend.reset()

    def wsgi(self) -> WSGIApplication:
        """Return moto's own server, for all that is not ours; NotImplementedError is what it raises for what it lacks."""
        # moto's server reads credentials of the environment when it calls itself.
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
        from emulator.aws import moto_patches

        moto_patches.apply()
        calls_out.apply()
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        fill_gaps()

        class Dispatcher(DomainDispatcherApplication):
            """moto's own, except that an unknown service is an error with a name."""

            def get_backend_for_host(self, host: str | None) -> object:
                if host is not None and "amazonaws.com" in host:
                    known = (pattern.match(f"http://{host}") for _, pattern in self.backend_url_patterns)
                    if not any(known):
                        raise NotImplementedError(f"moto has no service at {host}")
                return super().get_backend_for_host(host)

        application: WSGIApplication = Dispatcher(create_backend_app)
        return application
