from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.station.forwarding import RequestServer, ask_leader
from exlab_wizard.station.store import Store
from tests.support.pieces import open_store
from tests.support.waiting import wait_for

LOG = logging.getLogger("test.forwarding")


class Leader:
    """A leading server's end: polls as its clerk does, answers with `handle`, and remembers what it did."""

    def __init__(self, store: Store) -> None:
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.handle: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda verb, args: {"verb": verb, **args}
        self.server = RequestServer(store, self._handle, LOG)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def _handle(self, verb: str, args: dict[str, Any]) -> dict[str, Any]:
        self.done.append((verb, args))
        return self.handle(verb, args)

    def _poll(self) -> None:
        while not self._stop.wait(0.002):
            self.server.poll()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.idle()

    def idle(self) -> None:
        """Wait until every request taken has been dealt with."""
        threads = self.server._threads
        wait_for(lambda: threads._idle._value == threads._started, 20, "the threads are idle")


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One database as the leader and as another server hold it."""
    one, other = open_store(tmp_path), open_store(tmp_path)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def leader(stores: tuple[Store, Store]) -> Iterator[Leader]:
    made = Leader(stores[0])
    yield made
    made.stop()


def ask(stores: tuple[Store, Store], verb: str = "detail", timeout: float = 20, **args: Any) -> dict[str, Any]:
    return ask_leader(stores[1], verb, args, timeout, threading.Event())


def test_a_request_is_answered(stores: tuple[Store, Store], leader: Leader) -> None:
    leader.start()
    assert ask(stores, "clear", run="Ünïcode/…", by="kim") == {"verb": "clear", "run": "Ünïcode/…", "by": "kim"}


def test_a_refusal_arrives_as_it_was_raised(stores: tuple[Store, Store], leader: Leader) -> None:
    def refuse(verb: str, args: dict[str, Any]) -> dict[str, Any]:
        raise StagingError(Code.RUN_NOT_COMPLETE, "The flag has not arrived.", missing="flag", run_path="a")

    leader.handle = refuse
    leader.start()
    with pytest.raises(StagingError, match=r"The flag has not arrived\.") as caught:
        ask(stores)
    assert caught.value.code is Code.RUN_NOT_COMPLETE
    assert caught.value.details == {"missing": "flag", "run_path": "a"}


def test_a_fault_is_logged_there_and_said_here(
    stores: tuple[Store, Store], leader: Leader, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(verb: str, args: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError("secret detail")

    leader.handle = fail
    leader.start()
    with pytest.raises(StagingError, match="its log says which") as caught:
        ask(stores, "accept_nas")
    assert caught.value.status == 503
    assert "secret" not in caught.value.message
    assert "a forwarded accept_nas failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_without_a_leader_the_asker_gives_up_and_takes_its_request_back(stores: tuple[Store, Store]) -> None:
    started = time.monotonic()
    with pytest.raises(StagingError, match="did not answer in time") as caught:
        ask(stores, timeout=0.2)
    assert 0.15 < time.monotonic() - started < 10
    assert caught.value.code is Code.STATION_STARTING
    assert stores[0].rows("SELECT * FROM requests") == [], "a later leader must not clear what nobody waits for"


def test_a_server_that_stops_does_not_wait_for_the_leader(stores: tuple[Store, Store]) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StagingError):
        ask_leader(stores[1], "detail", {}, 60, stop)


def test_nothing_is_done_twice(stores: tuple[Store, Store], leader: Leader) -> None:
    """A clearing or an override must happen once, however polling and answering fall together."""
    leader.start()
    for number in range(25):
        ask(stores, "clear", number=number)
    assert [args["number"] for _, args in leader.done] == [*range(25)]


def test_a_request_that_ends_while_being_looked_up_is_not_done_again(
    stores: tuple[Store, Store], leader: Leader, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores[1].execute("INSERT INTO requests VALUES ('one', 'clear', '{}', ?, NULL)", (time.time(),))
    leader.server.poll()
    real = stores[0].rows

    def rows(sql: str, args: Any = ()) -> Any:
        """What the poll reads just before the answer is written."""
        found = real("SELECT * FROM requests") if sql.endswith("answer IS NULL") else real(sql, args)
        wait_for(lambda: real("SELECT 1 FROM requests WHERE answer IS NOT NULL"), 10, "the answer")
        return found

    monkeypatch.setattr(stores[0], "rows", rows)
    leader.server.poll()
    monkeypatch.undo()
    leader.server.poll()
    leader.idle()
    assert len(leader.done) == 1
    assert leader.server._taken == set()


def test_a_slow_request_holds_up_no_other(stores: tuple[Store, Store], leader: Leader) -> None:
    release = threading.Event()

    def handle(verb: str, args: dict[str, Any]) -> dict[str, Any]:
        if verb == "clear":
            assert release.wait(20)
        return {"verb": verb}

    leader.handle = handle
    leader.start()
    answers: list[dict[str, Any]] = []
    slow = threading.Thread(target=lambda: answers.append(ask(stores, "clear")))
    slow.start()
    wait_for(lambda: leader.done, 10, "the clearing has begun")
    assert ask(stores, "detail") == {"verb": "detail"}
    assert answers == []
    release.set()
    slow.join()
    assert answers == [{"verb": "clear"}]


def test_requests_of_a_time_before_the_leader_are_not_done(stores: tuple[Store, Store], leader: Leader) -> None:
    stores[1].execute("INSERT INTO requests VALUES ('stale', 'clear', '{}', ?, NULL)", (time.time() - 61,))
    stores[1].execute("INSERT INTO requests VALUES ('ancient', 'clear', '{}', ?, '{}')", (time.time() - 601,))
    leader.server.poll()
    leader.idle()
    assert leader.done == []
    (row,) = stores[0].rows("SELECT id, answer FROM requests")
    assert row["id"] == "stale"
    assert "it was not begun" in json.loads(row["answer"])["error"]["message"], "whoever still waits is told"


def test_closing_waits_for_nobody(stores: tuple[Store, Store], leader: Leader) -> None:
    release = threading.Event()
    leader.handle = lambda verb, args: {"done": release.wait(20)}
    stores[1].execute("INSERT INTO requests VALUES ('one', 'clear', '{}', ?, NULL)", (time.time(),))
    leader.server.poll()
    started = time.monotonic()
    leader.server.close()
    assert time.monotonic() - started < 5
    release.set()


def test_a_request_under_way_for_long_is_neither_forgotten_nor_done_again(
    stores: tuple[Store, Store], leader: Leader
) -> None:
    release = threading.Event()
    leader.handle = lambda verb, args: {"done": release.wait(20)}
    stores[1].execute("INSERT INTO requests VALUES ('one', 'clear', '{}', ?, NULL)", (time.time(),))
    leader.server.poll()
    stores[1].execute("UPDATE requests SET created = ?", (time.time() - 3600,))
    leader.server.poll()
    leader.server.poll()
    release.set()
    leader.idle()
    leader.server.poll()
    (row,) = stores[0].rows("SELECT answer FROM requests")
    assert json.loads(row["answer"]) == {"result": {"done": True}}, "there is time to fetch the answer"
    assert len(leader.done) == 1


def test_a_request_that_is_gone_is_not_waited_for(stores: tuple[Store, Store]) -> None:
    def forget() -> None:
        wait_for(lambda: stores[0].rows("SELECT * FROM requests"), 10, "the request")
        stores[0].execute("DELETE FROM requests")

    thread = threading.Thread(target=forget)
    thread.start()
    with pytest.raises(StagingError, match="taken away") as caught:
        ask(stores, "clear", timeout=60)
    thread.join()
    assert caught.value.code is Code.STATION_STARTING


def test_a_database_that_fails_is_a_refusal(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.close()
    with pytest.raises(StagingError, match="cannot be used") as caught:
        ask_leader(store, "clear", {}, 5, threading.Event())
    assert caught.value.code is Code.STATION_STARTING


HUNG = """
import logging, sys, threading, time
from pathlib import Path
from exlab_wizard.station.forwarding import RequestServer
from tests.support.pieces import open_store
store, begun = open_store(Path(sys.argv[1])), threading.Event()
store.execute("INSERT INTO requests VALUES ('one', 'clear', '{}', ?, NULL)", (time.time(),))
server = RequestServer(store, lambda verb, args: (begun.set(), threading.Event().wait()), logging.getLogger())
server.poll()
assert begun.wait(20)
server.close()
print("end of the program", flush=True)
"""


def test_a_request_under_way_does_not_keep_the_process_alive(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", HUNG, str(tmp_path)], capture_output=True, timeout=60, check=True)
    assert b"end of the program" in done.stdout
