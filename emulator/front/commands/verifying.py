"""`verify`: compare the emulator with a real account."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from emulator.front.commands.client import Refused


def add_to(commands: Any) -> None:
    """Add the command."""
    verify = commands.add_parser("verify", help="compare the emulator with a real account, by requests that change nothing")
    verify.add_argument("--profile", required=True, help="the profile of the account in your AWS configuration")
    verify.add_argument("--region", required=True, help="the region to ask")
    verify.add_argument("--endpoint-url", help="ask another emulator instead of AWS")
    verify.add_argument("--allow-cost", action="store_true", help="send messages to AWS's simulator numbers too")
    verify.add_argument(
        "--output", type=Path, default=Path("verify"), metavar="DIR", help="for report and recordings (default: verify)"
    )
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    import boto3
    from botocore.exceptions import BotoCoreError

    from emulator.front import verify

    try:
        session = boto3.session.Session(profile_name=options.profile, region_name=options.region)
        client = session.client(  # type: ignore[call-overload]
            verify.API, endpoint_url=options.endpoint_url, config=verify.UNCHECKED
        )
        report, differing = verify.verify(client, options.output, allow_cost=options.allow_cost)
    except verify.NothingAnswered as error:
        raise Refused(f"no probe was answered: {error}") from error
    except (BotoCoreError, ValueError) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"cannot write to {options.output}: {error.strerror}") from error
    print(report)
    return int(differing > 0)
