"""
A journal as a file: a snapshot and the entries after it, a line of JSON each, to be repeated elsewhere.

The first line says what the file is; then the snapshot's bytes in base64, a part a line; then the entries.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from hashlib import blake2b
from typing import Any, get_type_hints

from emulator.journal.entries import Row, checked, next_check, read_line, read_row
from emulator.journal.errors import JournalError
from emulator.journal.journal import Store
from emulator.journal.snapshots import SnapshotInfo
from emulator.kernel.typecheck import check_of

FORMAT = "sms-voice-emulator journal 1"


def export(store: Store) -> Iterator[str]:
    """
    Yield the lines of a journal: its oldest snapshot, and every entry after it.

    Raises:
        JournalError: the store lacks a snapshot, or is broken.
    """
    infos = store.snapshots()
    if not infos:
        raise JournalError(f"{store.where} has no snapshot yet")
    info = infos[-1]
    yield _line({"format": FORMAT, "snapshot": asdict(info)})
    for part in store.read_snapshot(info.position):
        yield _line({"part": b64encode(part).decode()})
    for row in checked(store.read(info.position), info.position, bytes.fromhex(info.check), store.where):
        yield _line(read_row(row, store.where).line())


def load(store: Store, lines: Iterable[str], name: str) -> int:
    """
    Put an exported journal into a store that is empty. Returns how many entries it has.

    Raises:
        JournalError: the store is not empty, or the lines are not what `export` yields.
    """
    if store.snapshots() or store.last()[0]:
        raise JournalError(f"{store.where} is not empty: import into a folder of its own")
    numbered = ((number, _read(line, name, number)) for number, line in enumerate(lines, 1) if line.strip())
    _, head = next(numbered, (1, {}))
    if head.get("format") != FORMAT:
        raise JournalError(f"{name} is not an exported journal: its first line must have the format {FORMAT!r}")
    info = _snapshot_info(head.get("snapshot"), name)
    rest: list[tuple[int, dict[str, Any]]] = []
    summed = blake2b(digest_size=16)

    def parts() -> Iterator[bytes]:
        for number, line in numbered:
            if "part" not in line:
                rest.append((number, line))
                return
            try:
                part = b64decode(line["part"], validate=True)
            except (TypeError, ValueError) as error:
                raise JournalError(f"{name}, line {number}: this part of the snapshot is not base64") from error
            summed.update(part)
            yield part

    store.write_snapshot(info.position, parts())
    if summed.hexdigest() != info.digest:
        raise JournalError(f"{name}: the snapshot is damaged: its digest does not match")
    store.complete_snapshot(info)
    position, check, rows = info.position, bytes.fromhex(info.check), []
    for number, line in (*rest, *numbered):
        try:
            content = read_line(line).content()
        except ValueError as error:
            raise JournalError(f"{name}, line {number} is not an entry of a journal: {error}") from error
        position += 1
        if line["position"] != position:
            raise JournalError(f"{name}, line {number}: entry {position} is missing")
        check = next_check(check, position, content)
        rows.append(Row(position, content, check))
    store.append(rows)
    return len(rows)


def _snapshot_info(found: Any, name: str) -> SnapshotInfo:
    hints = get_type_hints(SnapshotInfo)
    try:
        info = SnapshotInfo(**found)
        bytes.fromhex(info.check)
        wrong = [field for field, hint in hints.items() if not check_of(hint)(getattr(info, field))]
    except (TypeError, ValueError) as error:
        raise JournalError(f"{name}, line 1: what it says of the snapshot cannot be read: {error}") from error
    if wrong:
        raise JournalError(f"{name}, line 1: what it says of the snapshot cannot be read: {', '.join(wrong)}")
    return info


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"


def _read(line: str, name: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise JournalError(f"{name}, line {number}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise JournalError(f"{name}, line {number}: not an object")
    return found
