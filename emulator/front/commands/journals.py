"""`journal` and `replay`: what a server has kept, read without it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulator.front.commands.client import Refused, show_line


def add_to(commands: Any) -> None:
    """Add the commands."""
    journal = commands.add_parser("journal", help="check, export, import or cut the journal of a server")
    parts = journal.add_subparsers(required=True, metavar="check|export|import|cut")
    for name, text, run in (
        ("check", "check every entry and snapshot of a journal", _check),
        ("export", "write a journal to a file, as lines of JSON", _export),
        ("import", "make a journal of such a file", _import),
        ("cut", "delete the entries after a position, where a journal is broken", _cut),
    ):
        command = parts.add_parser(name, help=text)
        command.add_argument("--data-dir", metavar="DIR", type=Path, help="the folder of the journal")
        command.add_argument("--database", metavar="URL", help="the PostgreSQL database of the journal")
        if name in ("export", "import"):
            command.add_argument("file", type=Path)
        if name == "cut":
            command.add_argument("--after", metavar="N", type=int, required=True, help="the last entry that is kept")
        command.set_defaults(run=lambda options, run=run: _with_errors(run, options))
    replay = commands.add_parser(
        "replay", help="repeat an exported journal, and print the answer of each call: the same bytes as it gave"
    )
    replay.add_argument("file", type=Path)
    replay.add_argument("--state", metavar="FILE", type=Path, help="write the state at the end to this file")
    replay.set_defaults(run=lambda options: _with_errors(_replay, options))


def _with_errors(run: Any, options: argparse.Namespace) -> None:
    from emulator.journal.errors import JournalError

    try:
        run(options)
    except JournalError as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{options.file}: not an exported journal: {error}") from error


@contextmanager
def _store(options: argparse.Namespace, *, read_only: bool) -> Iterator[Any]:
    from emulator.front.keeping import open_store

    store = open_store(options.data_dir, options.database, read_only=read_only)
    try:
        yield store
    finally:
        store.close()


def _check(options: argparse.Namespace) -> None:
    from emulator.journal import snapshots
    from emulator.journal.entries import FIRST_CHECK, checked, read_row

    with _store(options, read_only=True) as store:
        infos = store.snapshots()
        for info in infos:
            snapshots.check(store.read_snapshot(info.position), info.digest, f"{store.where}, snapshot {info.position}")
            show_line({"snapshot": info.position, "created": info.created, "version": info.version, "bytes": info.size})
        first, sum_before = (infos[-1].position, bytes.fromhex(infos[-1].check)) if infos else (0, FIRST_CHECK)
        last = first
        for row in checked(store.read(first), first, sum_before, store.where):
            last = read_row(row, store.where).position
        show_line({"entries": last - first, "last": last})


def _export(options: argparse.Namespace) -> None:
    from emulator.journal.files import export

    written = options.file.with_name(f"{options.file.name}.part")
    with _store(options, read_only=True) as store, written.open("w", encoding="utf-8") as file:
        file.writelines(export(store))
    written.replace(options.file)
    print(f"exported to {options.file}; it contains all that was sent, so mind who reads it", file=sys.stderr)


def _import(options: argparse.Namespace) -> None:
    from emulator.journal.files import load

    with options.file.open(encoding="utf-8") as file, _store(options, read_only=False) as store:
        count = load(store, file, str(options.file))
        print(f"imported {count} entries into {store.where}", file=sys.stderr)


def _cut(options: argparse.Namespace) -> None:
    with _store(options, read_only=False) as store:
        infos = store.snapshots()
        if infos and options.after < infos[-1].position:
            position = infos[-1].position
            raise Refused(f"the oldest snapshot is that after entry {position}: nothing before it can be loaded")
        print(f"{store.cut(options.after)} entries were deleted; the last is now {store.last()[0]}", file=sys.stderr)


def _replay(options: argparse.Namespace) -> None:
    from emulator.control.state import state_of
    from emulator.front.commands.acting import write_state
    from emulator.front.keeping import repeat

    with tempfile.TemporaryDirectory() as folder, options.file.open(encoding="utf-8") as file:

        def tell(entry: Any, response: Any) -> None:
            line = {"position": entry.position, "kind": entry.kind}
            if response is not None:
                line |= {"status": response.status, "body": response.body.decode("utf-8", "replace")}
            show_line(line)

        emulator = repeat(Path(folder), file, str(options.file), tell)
        if options.state is not None:
            write_state(options.state, state_of(emulator.engine))
