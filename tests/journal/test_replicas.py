"""
Several servers, one state: on a real PostgreSQL.

`make crash-test` has more failovers, and more clients.
"""

import json
import logging
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from types import SimpleNamespace

import psycopg
import pytest

from emulator.front.command_line import main
from emulator.front.forwarding import Forwarding
from emulator.journal.entries import FIRST_CHECK, Row, next_check
from emulator.journal.errors import JournalBroken, NotLeading
from emulator.journal.postgres import PostgresStore
from emulator.testing import HANDSET, lease_number

FAILOVERS = int(os.environ.get("FAILOVERS", "1"))
CLIENTS = int(os.environ.get("FAILOVER_CLIENTS", "10"))
SECONDS_BEFORE = 0.5


def ask(url, path):
    """GET from the control API."""
    with urllib.request.urlopen(f"{url}/_emulator/{path}", timeout=30) as answer:
        return json.load(answer)


def persistence(url):
    return ask(url, "health")["persistence"]


@pytest.fixture
def replica(program, database):
    """Start one more server on the database; gives the process and its address."""
    return lambda *arguments: program("--database", database, *arguments)


def rows(count, after=0, check=FIRST_CHECK):
    """Rows that follow each other."""
    made = []
    for position in range(after + 1, after + count + 1):
        content = b"content %d" % position
        check = next_check(check, position, content)
        made.append(Row(position, content, check))
    return made


class TestStore:
    """What a process may do that leads, and one that does not."""

    def test_one_leads(self, database):
        """Another may lead once the first does no more; each has an epoch of its own."""
        first, second = PostgresStore(database), PostgresStore(database)
        assert first.try_to_lead("first")
        assert not second.try_to_lead("second")
        assert second.leader().address == "first"

        first.close()

        assert second.try_to_lead("second")
        assert second.epoch == 2
        second.close()

    def test_a_fenced_leader_cannot_write(self, database):
        """Neither after its session was ended, nor, if it has one still, after another has led."""
        first, second = PostgresStore(database), PostgresStore(database)
        first.try_to_lead("first")
        first.append(rows(2))
        second.end_silent(second.leader())
        assert wait_until(lambda: second.try_to_lead("second"))

        with pytest.raises(NotLeading):
            first.append(rows(1, after=2))
        second.append(rows(1, after=2))
        with psycopg.connect(database, autocommit=True) as behind:
            behind.execute("UPDATE sms_voice_emulator_leader SET epoch = epoch + 1")
        with pytest.raises(NotLeading):
            second.append(rows(1, after=3))
        assert [row.position for row in second.read(0)] == [1, 2, 3]
        first.close()
        second.close()

    def test_what_is_written_is_heard_of(self, database):
        """A follower is told of new rows at once, and reads the same bytes."""
        leader, follower = PostgresStore(database), PostgresStore(database)
        leader.try_to_lead("leader")
        heard = follower.listen(20.0)
        told = threading.Thread(target=next, args=(heard,))
        told.start()
        time.sleep(0.2)
        leader.append(rows(3))
        told.join(10)

        assert not told.is_alive()
        assert list(follower.read(0)) == rows(3)
        leader.close()
        follower.close()

    def test_a_database_in_use_is_not_cut(self, database, capsys):
        """The command tells to stop the servers first."""
        leader = PostgresStore(database)
        leader.try_to_lead("leader")

        assert main(["journal", "cut", "--database", database, "--after", "0"]) == 1

        assert "stop every server first" in capsys.readouterr().err
        with pytest.raises(JournalBroken):
            PostgresStore(database).cut(0)
        leader.close()


def wait_until(condition, seconds=20.0):
    """Wait for another process, for so long at most; returns whether the condition holds."""
    gives_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > gives_up_at:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="module")
def shared_database(postgres):
    """The database of the pair."""
    return postgres.new_database()


@pytest.fixture(scope="module")
def pair(shared_database, start_program, client_of):
    """Two servers of one state that has a number, each with its process, by address."""
    started = {url: process for process, url in (start_program("--database", shared_database) for _ in range(2))}
    lease_number(client_of(next(iter(started)), attempts=10))
    return started


@pytest.fixture
def roles(pair):
    """The addresses of the one of the pair that leads, and of the other."""
    found = {}

    def settled():
        found.clear()
        found.update({persistence(url)["role"]: url for url in pair})
        return len(found) == 2

    assert wait_until(settled)
    return found["leader"], found["follower"]


def test_a_follower_answers_reads_and_passes_the_rest_on(roles, client_of):
    """Whichever server a client asks, it sees what it has done; the embedded AWS is one too."""
    leader, follower = roles
    queue = client_of(follower, "sqs").create_queue(QueueName="queue")["QueueUrl"]
    for url in (leader, follower):
        client_of(url).send_text_message(DestinationPhoneNumber=HANDSET, MessageBody=f"by {url}")
    client_of(leader, "sqs").send_message(QueueUrl=queue, MessageBody="hello")

    bodies = [message["body"] for message in ask(follower, "messages")["messages"]]
    assert [f"by {leader}", f"by {follower}"] == bodies[-2:]
    assert client_of(follower, "sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"
    assert persistence(leader)["leader"] == persistence(follower)["leader"] == leader
    with urllib.request.urlopen(f"{follower}/_emulator/metrics") as answer:
        assert b"sms_voice_emulator_journal_leads 0\n" in answer.read()
    head = ["POST /bucket HTTP/1.1", f"Host: {follower.removeprefix('http://')}", f"Content-Length: {10**10}", "", ""]
    with socket.create_connection(follower.removeprefix("http://").split(":")) as connection:
        connection.sendall("\r\n".join(head).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_the_page_of_a_follower_changes_something(roles):
    """What its own guard has let through, the leader takes; a page of another origin is refused by either."""
    leader, follower = roles

    def change(origin):
        headers = {"Content-Type": "application/json", "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        url = f"{follower}/_emulator/handsets/{HANDSET.replace('+', '%2B')}"
        request = urllib.request.Request(url, b'{"delay_seconds": 1}', headers, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    assert [200, 403, 403] == [change(origin)[0] for origin in (follower, leader, "http://evil.example")]


def test_the_leader_is_killed_under_load(replica, client_of, caplog):
    """A follower leads, all that was acknowledged is there once, and clients see retryable errors only."""
    caplog.set_level(logging.INFO)
    servers = [replica(), replica()]
    lease_number(client_of(servers[0][1]))
    accepted, odd, stop = [], [], threading.Event()

    def send(number):
        clients = {}
        for index in range(1_000_000):
            if stop.is_set():
                return
            # Behind one address, a proxy would choose in turn.
            url = servers[(number + index) % 2][1]
            if url not in clients:
                clients[url] = client_of(url)
            try:
                text = f"{number} {index}"
                answer = clients[url].send_text_message(DestinationPhoneNumber=HANDSET, MessageBody=text)
                accepted.append(answer["MessageId"])
            except clients[url].exceptions.ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 503:
                    odd.append(error)
            except Exception:
                # The connection to a process that was killed: SDKs try that again too.
                time.sleep(0.01)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    took = []
    for _ in range(FAILOVERS):
        time.sleep(SECONDS_BEFORE)
        leads = [persistence(url)["role"] == "leader" for _, url in servers].index(True)
        process, _ = servers[leads]
        other = servers[1 - leads][1]
        process.kill()
        began = time.monotonic()
        assert wait_until(lambda url=other: persistence(url)["role"] == "leader")
        took.append(time.monotonic() - began)
        servers[leads] = replica()
    stop.set()
    for thread in threads:
        thread.join()

    for _, url in servers:
        counted = Counter(message["message_id"] for message in ask(url, "messages?limit=1000000")["messages"])
        assert set(accepted) - set(counted) == set()
        assert set(counted.values()) == {1}
    assert odd == []
    assert len(accepted) > FAILOVERS * CLIENTS
    logging.getLogger(__name__).info("%d accepted; failover in %s s", len(accepted), [round(each, 2) for each in took])


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be stopped there")
def test_a_leader_that_hangs_is_replaced(pair, roles, client_of):
    """Its session is ended; when it goes on, it follows, and has what was done without it."""
    old, new = roles
    process = pair[old]
    process.send_signal(signal.SIGSTOP)
    try:
        client_of(new, attempts=10).send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="without it")
        assert persistence(new)["role"] == "leader"
    finally:
        process.send_signal(signal.SIGCONT)

    assert wait_until(lambda: persistence(old)["role"] == "follower")
    assert [message["body"] for message in ask(old, "messages")["messages"]][-1] == "without it"


def test_a_read_waits_though_its_connection_was_lost(database):
    """A follower's connection that the database has ended is made anew, rather than old messages shown."""
    store, waited_for = PostgresStore(database), []
    store.try_to_lead("leader")
    store.append(rows(3))
    session = store.leader().session
    with psycopg.connect(database, autocommit=True) as behind:
        behind.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            (session,),
        )
    replica = SimpleNamespace(wait_for=lambda position, _: waited_for.append(position))

    Forwarding(None, None, None, replica, store).wait_for_last()

    assert waited_for == [3]
    store.close()


def test_a_database_that_goes_away_acknowledges_nothing(postgres, roles, client_of):
    """Meanwhile there are 503; the servers go on by themselves when the database is back."""
    url, _ = roles
    postgres.stop()
    try:
        with pytest.raises(client_of(url).exceptions.ClientError, match=r"Service Unavailable|ServiceUnavailable"):
            client_of(url).send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="lost")
    finally:
        postgres.start()

    client_of(url, attempts=10).send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="kept")
    assert [message["body"] for message in ask(url, "messages")["messages"]][-1] == "kept"


def test_an_unreachable_database_is_said_at_the_start(capsys):
    """With its reason, and no traceback."""
    assert main(["serve", "--port", "0", "--database", "postgresql://nobody@127.0.0.1:1/none"]) == 1
    assert "the database cannot be used: " in capsys.readouterr().err
