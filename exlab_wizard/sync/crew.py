"""Owns the worker processes and what each is doing: lanes, so that neither copies nor readings hold up the others."""

from __future__ import annotations

import queue
import time
from collections import deque
from dataclasses import dataclass, field

from exlab_wizard.sync.outbox import Pending
from exlab_wizard.sync.process import Inbox, Message, WorkerProcess
from exlab_wizard.sync.tasks import Outcome, Progress, Task

SERVICE_LIMIT = 8
QUICK_ERRANDS = 2
_PATIENCE_SECONDS = 1.0  # an errand that takes longer is not waited for: the next one gets a worker of its own
CLEAR_SLOTS = 2  # each reads a whole copy first: more of them would only be slower together


class CrewInbox(queue.Queue[Message]):
    """What the workers say, in turn. How far a task is goes unheard once its good end is there, which says it all:

    taking it in costs the sync thread as much as a commit.
    """

    def _put(self, item: Message) -> None:
        if item is not None and isinstance(item[1], Outcome) and item[1].error is None:
            self.queue = deque(one for one in self.queue if not _is_progress_of(item[0], one))
        super()._put(item)


def _is_progress_of(worker: WorkerProcess, message: Message) -> bool:
    return message is not None and message[0] is worker and isinstance(message[1], Progress)


@dataclass(slots=True)
class Assignment:
    """One task under way. Times are monotonic seconds; `deadline` is None where only silence counts."""

    worker: WorkerProcess
    task: Task
    nas_root: str
    lane: str
    started: float
    heard: float
    deadline: float | None = None
    pending: Pending | None = None  # the outbox entry it sends
    suspected: bool = False  # silent, and its target is being probed
    published: int = 0  # bytes of it that the record of activity has
    stopping: bool = False  # told to stop because its run is paused: the process ends with the task


@dataclass(slots=True)
class Crew:
    """Workers by lane. `sync_slots` copies at once; errands (probe, publish), clearings and readings have their own."""

    sync_slots: int
    inbox: Inbox = field(default_factory=CrewInbox)
    at_work: list[Assignment] = field(default_factory=list)
    _idle: list[WorkerProcess] = field(default_factory=list)
    _abandoned: list[tuple[str, WorkerProcess]] = field(default_factory=list)

    def free_slots(self) -> int:
        """Sync jobs that may still start."""
        return self.sync_slots - sum(one.lane == "sync" for one in self.at_work)

    def may_take(self, nas_root: str, targets: int) -> bool:
        """Whether a job for this target may start: no target may take the last free slot while there are others."""
        free = self.free_slots()
        if free <= 0:
            return False
        others_at_work = any(one.lane == "sync" and one.nas_root != nas_root for one in self.at_work)
        mine_at_work = any(one.lane == "sync" and one.nas_root == nas_root for one in self.at_work)
        return free > 1 or targets == 1 or self.sync_slots == 1 or others_at_work or not mine_at_work

    def may_verify(self, for_a_person: bool) -> bool:
        """Whether a verification may start: the station's own one at a time, and a person's beside it."""
        return sum(one.lane == "verify" for one in self.at_work) < (2 if for_a_person else 1)

    def may_clear(self) -> bool:
        """Whether a clearing may start."""
        return sum(one.lane == "clear" for one in self.at_work) < CLEAR_SLOTS

    def errands_full(self) -> bool:
        """Whether no further errand may start now: the quick ones take turns, and no process is started for each."""
        begun = sorted(one.started for one in self.at_work if one.lane == "service")
        if len(begun) < QUICK_ERRANDS:
            return False
        return len(begun) >= SERVICE_LIMIT or time.monotonic() - begun[-QUICK_ERRANDS] < _PATIENCE_SECONDS

    def on_run(self, run_path: str) -> bool:
        """Whether anybody is on this run."""
        return any(one.task.run_path == run_path for one in self.at_work)

    def start(
        self, task: Task, nas_root: str, lane: str, limit_seconds: float | None = None, pending: Pending | None = None
    ) -> Assignment:
        """Give a task to an idle worker, or to a new one."""
        worker = self._idle.pop() if self._idle else WorkerProcess(self.inbox)
        now = time.monotonic()
        deadline = None if limit_seconds is None else now + limit_seconds
        assignment = Assignment(worker, task, nas_root, lane, now, now, deadline, pending)
        self.at_work.append(assignment)
        worker.send(task)
        return assignment

    def of(self, worker: WorkerProcess) -> Assignment | None:
        """What this worker is doing."""
        return next((one for one in self.at_work if one.worker is worker), None)

    def stop_task(self, assignment: Assignment) -> None:
        """Have one task end at its next safe point; its worker process goes with it."""
        assignment.stopping = True
        assignment.worker.ask_to_stop()

    def done(self, assignment: Assignment) -> None:
        """The task has ended; its worker waits for the next, unless it was told to stop."""
        self.at_work.remove(assignment)
        if assignment.stopping:
            return
        if len(self._idle) <= self.sync_slots + 1:
            self._idle.append(assignment.worker)
        else:
            assignment.worker.ask_to_stop()

    def ended(self, worker: WorkerProcess) -> Assignment | None:
        """A worker process is gone; what it was doing, if anything."""
        if worker in self._idle:
            self._idle.remove(worker)
        assignment = self.of(worker)
        if assignment is not None:
            self.at_work.remove(assignment)
        return assignment

    def abandon(self, assignment: Assignment) -> None:
        """Give up on a worker that hangs."""
        if assignment in self.at_work:
            self.at_work.remove(assignment)
        assignment.worker.abandon()
        self._abandoned.append((assignment.nas_root, assignment.worker))

    def stuck(self, nas_root: str) -> int:
        """How many abandoned workers still hang in the kernel on this target: killed, and not ended."""
        self._abandoned = [(root, worker) for root, worker in self._abandoned if worker.alive]
        return sum(root == nas_root for root, _ in self._abandoned)

    def stop(self, seconds: float) -> list[int]:
        """End everybody within `seconds`; the pids of those that would not (stuck in the kernel)."""
        workers = [one.worker for one in self.at_work] + self._idle
        for worker in workers:
            worker.ask_to_stop()
        deadline = time.monotonic() + seconds * 0.6
        stubborn = [worker for worker in workers if not worker.wait(max(0.0, deadline - time.monotonic()))]
        for worker in stubborn:
            worker.abandon()
        deadline = time.monotonic() + seconds * 0.4
        return [worker.pid for worker in stubborn if not worker.wait(max(0.0, deadline - time.monotonic()))]
