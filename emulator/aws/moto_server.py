"""moto as a whole: its server, and its reset."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from emulator.aws.clients import AwsClients
from emulator.aws.moto_gaps import fill_gaps
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
        """Moto's own server, for all that is not ours."""
        # moto's server reads credentials of the environment when it calls itself.
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
        from emulator.aws import moto_patches

        moto_patches.apply()
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        fill_gaps()
        application: WSGIApplication = DomainDispatcherApplication(create_backend_app)

        def with_phones(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self.receiving_texts():
                return application(environ, start_response)

        return with_phones
