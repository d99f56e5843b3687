"""A PostgreSQL of the tests' own: Debian's package, on a free port, in a temporary folder, under its own user."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

USER = "postgres"


def find_programs():
    """Return the folder of initdb and postgres, or why there is none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))  # noqa: PTH207
    path = found[-1] if found else shutil.which("initdb")
    if path is None:
        return None, "PostgreSQL is not installed: make postgres"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(USER)
        except KeyError:
            return None, f"PostgreSQL does not run as root, and there is no user {USER}"
        if shutil.which("runuser") is None:
            return None, "PostgreSQL does not run as root, and there is no runuser"
    return Path(path).parent, ""


class PostgresServer:
    """A running server; `url` is the address of its database."""

    def __init__(self, programs):
        self._programs = programs
        self._folder = tempfile.mkdtemp(prefix="emulator-postgres-")
        if os.geteuid() == 0:
            shutil.chown(self._folder, USER)
        self._data = f"{self._folder}/data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", self._data, "-U", "emulator", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "emulator", "emulator")
        self._databases = 0

    def start(self):
        """Start it."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder} -c max_connections=50"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self):
        """Stop it, whoever is connected."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def new_database(self):
        """Return the address of an empty database."""
        self._databases += 1
        name = f"world{self._databases}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "emulator", name)
        return f"postgresql://emulator@127.0.0.1:{self.port}/{name}"

    def remove(self):
        """Stop it, and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program, *arguments):
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", USER, "--", *command]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr.decode()}")
