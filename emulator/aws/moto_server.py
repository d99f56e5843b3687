"""moto as a whole: its server, and its reset."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from emulator.aws.clients import AwsClients
from emulator.aws.moto_patches import fill_gaps
from emulator.aws.sns_sms_subscriptions import SmsSubscriptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class MotoServer(SmsSubscriptions, AwsClients):
    """All AWS services that are not ours."""

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

        def with_phones(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self.receiving_texts():
                return application(environ, start_response)

        return with_phones
