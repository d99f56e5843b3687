"""The folder: what is wrong with it is said, with what to do, and never mended silently."""

import json
import os
import shutil
import sqlite3
import urllib.error
import urllib.request

import pytest

from emulator.front.command_line import main
from emulator.journal.errors import JournalBroken, JournalError
from emulator.journal.sqlite import SqliteStore
from emulator.testing import HANDSET, lease_number

NOBODY = 65534


@pytest.fixture
def kept(emulate, tmp_path):
    """A folder with a snapshot and ten entries after it; gives the folder."""
    emulator, keeper = emulate()
    for delay in range(10):
        emulator.handset(HANDSET).behave(delay=delay)
    emulate.crash(keeper)
    return tmp_path / "data"


def change(folder, statement, *values):
    """Change the database of a folder behind the server's back."""
    with sqlite3.connect(folder / "journal.sqlite3") as database:
        database.execute(statement, values)
    database.close()


class TestDamage:
    """A journal that is not what was written."""

    @pytest.mark.parametrize(
        ("statement", "entry"),
        [
            ("UPDATE entry SET content = zeroblob(20) WHERE position = 4", 4),
            ("DELETE FROM entry WHERE position = 6", 6),
            ("UPDATE entry SET position = 100 WHERE position = 10", 10),
        ],
    )
    def test_a_broken_entry_is_named(self, emulate, kept, statement, entry):
        """The server does not start; it names the file, the entry, and the two ways on. Nothing is changed."""
        change(kept, statement)

        with pytest.raises(JournalBroken) as raised:
            emulate()
        assert f"{kept / 'journal.sqlite3'}, entry {entry}: " in str(raised.value)
        assert "restore the journal from a backup" in str(raised.value)
        assert f"journal cut --after {entry - 1}" in str(raised.value)

    def test_what_is_before_it_can_be_kept(self, emulate, kept, capsys):
        """By `journal cut`; the next start has the state before the broken entry."""
        change(kept, "DELETE FROM entry WHERE position = 6")

        assert main(["journal", "cut", "--data-dir", str(kept), "--after", "5"]) == 0

        assert "4 entries were deleted; the last is now 5" in capsys.readouterr().err
        emulator, _ = emulate()
        assert emulator.world.handsets[HANDSET].delay.total_seconds() == 4

    def test_a_file_that_is_no_database_is_refused(self, emulate, kept):
        """Its first bytes say so; it is left as it is."""
        (kept / "journal.sqlite3").write_bytes(b"x" * 5000)

        with pytest.raises(JournalBroken, match="SQLite cannot read it"):
            emulate()
        assert (kept / "journal.sqlite3").read_bytes() == b"x" * 5000

    def test_without_any_good_snapshot_it_does_not_begin_anew(self, emulate, kept):
        """Damaged snapshots are no reason to start with an empty state."""
        change(kept, "UPDATE snapshot SET digest = 'x'")

        with pytest.raises(JournalBroken, match="none of its snapshots can be read"):
            emulate()

    def test_a_newer_file_is_refused(self, emulate, kept):
        """An older program leaves it alone."""
        change(kept, "PRAGMA user_version = 99")

        with pytest.raises(JournalError, match="written by a newer program"):
            emulate()


def test_a_torn_tail_is_cut_off_and_said(emulate, tmp_path, caplog):
    """A write that was cut off is left out, with what came before it kept; the log says how many bytes."""
    emulator, keeper = emulate()
    for delay in range(10):
        emulator.handset(HANDSET).behave(delay=delay)
        keeper.journal.wait()
    torn = tmp_path / "torn"
    shutil.copytree(tmp_path / "data", torn)
    log = torn / "journal.sqlite3-wal"
    size = log.stat().st_size
    os.truncate(log, size - 1000)

    emulator, _ = emulate("torn")

    assert emulator.world.handsets[HANDSET].delay.total_seconds() == 8
    assert "which were never acknowledged, are cut off" in caplog.text


def test_a_folder_has_one_server(emulate, kept):
    """The second is refused, and told which process has it."""
    emulate()

    with pytest.raises(JournalError, match=rf"is in use by another server \(process {os.getpid()}\)"):
        emulate()


@pytest.mark.parametrize("way", ["option", "variable", "file"])
def test_the_folder_can_be_named_in_each_way(program, client_of, tmp_path, way):
    """By --data-dir, by its variable, and in the configuration file: what was acknowledged is there after a kill."""
    folder = tmp_path / "kept"
    (tmp_path / "emulator.toml").write_text(f'data_dir = "{folder.as_posix()}"\n', "utf-8")
    arguments = {"option": ["--data-dir", folder], "variable": [], "file": ["--config", tmp_path / "emulator.toml"]}[way]
    environment = {"SMS_VOICE_EMULATOR_DATA_DIR": str(folder)} if way == "variable" else {}
    process, url = program(*arguments, **environment)
    number = lease_number(client_of(url))["PhoneNumber"]
    process.kill()

    _, url = program(*arguments, **environment)

    assert [number] == [each["PhoneNumber"] for each in client_of(url).describe_phone_numbers()["PhoneNumbers"]]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_read_only_folder_is_refused(kept):
    """Before anything is served."""
    os.seteuid(NOBODY)
    try:
        with pytest.raises(JournalError, match=r"cannot write in .*: Permission denied; choose another --data-dir"):
            SqliteStore(kept)
    finally:
        os.seteuid(0)


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(emulate, serve, client_of, held):
    """What cannot be written gets a 503, which SDKs try again; once there is room, the server goes on by itself."""
    emulator, keeper = emulate()
    server = serve(emulator)
    sms = client_of(server.endpoint_url)
    lease_number(sms)
    store = keeper.store
    with store._lock:
        pages = store._execute("PRAGMA page_count").fetchone()[0]
        store._execute(f"PRAGMA max_page_count = {pages}")
    sent, refused = [], None
    while refused is None:
        try:
            sent.append(sms.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="x" * 1000)["MessageId"])
        except sms.exceptions.ClientError as error:
            refused = error.response
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert refused["Error"]["Code"] == "ServiceUnavailableException"
    assert "full" in refused["Error"]["Message"]
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(f"{server.endpoint_url}/_emulator/messages")
    assert "full" in json.load(raised.value)["error"]
    assert json.load(urllib.request.urlopen(f"{server.endpoint_url}/_emulator/health"))["status"] == "ok"

    with store._lock:
        store._execute(f"PRAGMA max_page_count = {pages + 10_000}")
    sent.append(
        client_of(server.endpoint_url, attempts=10).send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="again")[
            "MessageId"
        ]
    )
    server.close()
    before = held(emulator)
    emulate.crash(keeper)

    restarted, _ = emulate()

    assert before == held(restarted)
    assert set(sent) <= {message.message_id for message in restarted.inbox.messages()}


class TestFiles:
    """`journal export` and `import`, and `replay`."""

    def test_a_journal_is_repeated_elsewhere(self, emulate, serve, client_of, tmp_path, capsys):
        """The same answers and the same state, from a file of JSON lines."""
        emulator, keeper = emulate()
        sms = client_of(serve(emulator).endpoint_url)
        lease_number(sms)
        message_id = sms.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="hello")["MessageId"]
        keeper.journal.wait()
        saved, file = emulator.state(), str(tmp_path / "journal.jsonl")
        keeper.journal.wait()

        assert main(["journal", "export", "--data-dir", str(tmp_path / "data"), file]) == 0
        assert main(["journal", "import", "--data-dir", str(tmp_path / "copy"), file]) == 0
        assert main(["journal", "check", "--data-dir", str(tmp_path / "copy")]) == 0
        capsys.readouterr()
        assert main(["replay", file, "--state", str(tmp_path / "state.json")]) == 0

        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert message_id in {json.loads(each["body"]).get("MessageId") for each in answers if each["kind"] == "request"}
        assert saved == json.loads((tmp_path / "state.json").read_text())
        copied, _ = emulate("copy")
        assert saved == copied.state()

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("hello", "line 1: not JSON"),
            ("{}", "its first line must have the format"),
            ("[]", "line 1: not an object"),
        ],
    )
    def test_another_file_is_refused(self, tmp_path, capsys, content, problem):
        """With its name, the line, and what is wrong."""
        file = tmp_path / "other"
        file.write_text(content)

        assert main(["replay", str(file)]) == 1

        assert problem in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("number", "change", "problem"),
        [
            (1, lambda line: line | {"snapshot": None}, "line 1: what it says of the snapshot cannot be read"),
            (1, lambda line: line | {"snapshot": {**line["snapshot"], "position": "x"}}, "cannot be read: position"),
            (1, lambda line: line | {"snapshot": {**line["snapshot"], "check": "zz"}}, "line 1: what it says"),
            (2, lambda line: {"part": 5}, "line 2: this part of the snapshot is not base64"),
            (2, lambda line: {"part": "%"}, "line 2: this part of the snapshot is not base64"),
            (3, lambda line: {"kind": "time"}, "line 3 is not an entry of a journal"),
            (3, lambda line: {**line, "entry": [{"a": 1}, 2, 3, 4, 5]}, "line 3 is not an entry of a journal"),
        ],
    )
    def test_a_malformed_line_is_refused(self, kept, tmp_path, capsys, number, change, problem):
        """With its number, and no traceback."""
        file = tmp_path / "journal.jsonl"
        main(["journal", "export", "--data-dir", str(kept), str(file)])
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        lines[number - 1] = change(lines[number - 1])
        file.write_text("\n".join(map(json.dumps, lines)))
        capsys.readouterr()

        assert main(["replay", str(file)]) == 1

        assert problem in capsys.readouterr().err

    def test_an_edited_line_shows(self, kept, tmp_path, capsys):
        """An answer that an entry does not give is found out."""
        file = tmp_path / "journal.jsonl"
        main(["journal", "export", "--data-dir", str(kept), str(file)])
        lines = file.read_text().splitlines()
        file.write_text("\n".join([*lines[:-1], lines[-1].replace('"behave', '"x').replace("change_handset", "no_such")]))
        capsys.readouterr()

        assert main(["replay", str(file)]) == 1

        assert "entry 10" in capsys.readouterr().err

    def test_without_a_journal_there_is_a_sentence(self, tmp_path, capsys):
        """An empty folder has no journal."""
        assert main(["journal", "check", "--data-dir", str(tmp_path)]) == 1
        assert "no journal in" in capsys.readouterr().err
        assert main(["journal", "check"]) == 1
        assert "name the journal, by either --data-dir or --database" in capsys.readouterr().err
