"""
Start servers as processes of their own, without the time that imports take: each is a fork of this program.

A line of JSON on stdin starts one, with `arguments` of the command line, an `environment` in addition to this program's, and
a file for its `output`; its process id comes on stdout.
"""

import json
import os
import signal
import sys

import moto.sns.models
import moto.sqs.models  # noqa: F401
import psycopg  # noqa: F401

from emulator.aws import moto_patches
from emulator.front import forwarding, keeping, server  # noqa: F401
from emulator.front.command_line import main

moto_patches.apply()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    asked = json.loads(line)
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        output = os.open(asked["output"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout.reconfigure(line_buffering=True)
        os.environ.update(asked["environment"])
        os._exit(main(asked["arguments"]))
    sys.stdout.write(f"{pid}\n")
    sys.stdout.flush()
