"""Waiting for a run, decided over scripted overviews on a clock of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from exlab_wizard.api.models import DisplayState, Overview, OverviewRow
from exlab_wizard.client.connection import ConnectionProblem, ProblemCode
from exlab_wizard.client.waiting import POLL_SECONDS, SERVER_AWAY_SECONDS, Wait, WaitFailed, WaitTimeout
from exlab_wizard.errors import Code, StagingError
from tests.client.rows import OTHER, RUN, overview, row

AWAY = ConnectionProblem(ProblemCode.NO_ANSWER, "No answer.", "Wait.")


class Script:
    """Answers in turn (the last one for ever), and a clock that only sleeping moves."""

    def __init__(self, *answers: Overview | Exception) -> None:
        self.answers, self.asked, self.now = list(answers), list[int | None](), 0.0

    def fetch(self, since: int | None) -> Overview:
        self.asked.append(since)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def wait(self, until: str = "sync_verified", **more: Any) -> OverviewRow:
        return Wait(self.fetch, RUN, until, clock=lambda: self.now, sleep=self.sleep, **more).result()


def at(state: str, display: DisplayState = DisplayState.SYNCING, revision: int = 1, **changes: Any) -> Overview:
    return overview(row(current_state=state, display_state=display, **changes), revision=revision)


def since(number: int, *rows: OverviewRow, revision: int, removed: Iterator[str] | tuple[str, ...] = ()) -> Overview:
    return overview(*rows, revision=revision, since=number, removed=list(removed))


def test_it_returns_when_the_state_is_reached() -> None:
    script = Script(at("sync_queued"), since(1, row(current_state="sync_verified"), revision=2))
    assert script.wait().current_state == "sync_verified"
    assert script.asked == [None, 1]
    assert script.now == POLL_SECONDS


@pytest.mark.parametrize("until", ["complete", "sync_queued", "sync_verified", "cleared"])
def test_a_state_further_on_counts(until: str) -> None:
    assert Script(at("cleared", DisplayState.CLEARED)).wait(until).current_state == "cleared"


def test_an_answer_without_the_run_means_nothing_changed() -> None:
    script = Script(at("complete"), since(1, revision=3), since(3, row(current_state="cleared"), revision=4))
    assert script.wait("cleared").current_state == "cleared"
    assert script.asked == [None, 1, 3]


def test_each_change_is_reported_once() -> None:
    seen: list[str] = []
    moving = row(current_state="sync_queued", display_state=DisplayState.VERIFYING)
    older = moving.model_copy(update={"elapsed_seconds_since_last_activity": 9.0})
    same, done = since(2, older, revision=3), at("sync_verified", revision=4)
    script = Script(at("complete"), since(1, moving, revision=2), same, done)
    script.wait(on_update=lambda found: seen.append(found.display_state))
    assert seen == ["Syncing", "Verifying", "Syncing"]


@pytest.mark.parametrize(
    ("display", "code"), [(DisplayState.BLOCKED, "run_blocked"), (DisplayState.FAILED, "run_failed")]
)
def test_a_run_that_needs_a_person_ends_the_wait(display: DisplayState, code: str) -> None:
    script = Script(at("complete", display, why="A name has <placeholder>.", next_step="Rename it."))
    with pytest.raises(WaitFailed) as caught:
        script.wait()
    assert caught.value.code == code
    assert caught.value.row is not None and caught.value.row.path == RUN
    assert "A name has <placeholder>." in str(caught.value) and caught.value.next_step == "Rename it."
    assert 1.0 <= script.now <= 2.0, "a state seen only just after a request does not count yet"


def test_a_failure_from_before_the_request_is_not_taken_for_its_answer() -> None:
    queued = since(1, row(current_state="sync_queued", display_state=DisplayState.WAITING), revision=2)
    script = Script(at("sync_queued", DisplayState.FAILED), queued, at("sync_verified", revision=3))
    assert script.wait().current_state == "sync_verified"


def test_two_failures_with_a_new_start_between_are_counted_apart() -> None:
    failed = [at("sync_queued", DisplayState.FAILED, revision=1)]
    going = [at("sync_queued", revision=1)] * 4
    script = Script(*failed, *going, *failed, at("sync_verified", revision=1))
    assert script.wait().current_state == "sync_verified"


@pytest.mark.parametrize("display", [DisplayState.PAUSED, DisplayState.STALLED, DisplayState.RECEIVING])
def test_what_passes_by_itself_is_waited_for(display: DisplayState) -> None:
    assert Script(*[at("staging", display)] * 99, at("sync_verified")).wait().current_state == "sync_verified"


def test_a_timeout_says_where_the_run_is() -> None:
    script = Script(at("sync_queued", DisplayState.PAUSED, why="NAS not reachable since 14:02."))
    with pytest.raises(WaitTimeout, match="NAS not reachable since 14:02") as caught:
        script.wait(timeout=60)
    assert isinstance(caught.value, TimeoutError) and caught.value.code == "wait_timeout"
    assert 60 <= script.now <= 61


@pytest.mark.parametrize("second", [overview(revision=2), since(1, revision=2, removed=(RUN,))])
def test_a_run_that_is_gone_ends_the_wait(second: Overview) -> None:
    with pytest.raises(WaitFailed) as caught:
        Script(at("complete"), second).wait()
    assert caught.value.code == "run_gone"


def test_a_run_that_never_was_is_not_found() -> None:
    with pytest.raises(StagingError) as caught:
        Script(overview(row(OTHER))).wait()
    assert caught.value.code is Code.RUN_NOT_FOUND


@pytest.mark.parametrize("away", [AWAY, StagingError(Code.STATION_STARTING, "Starting.")])
def test_a_restart_of_the_server_is_sat_out(away: Exception) -> None:
    script = Script(at("sync_queued", revision=90), away, away, at("sync_verified", revision=3))
    assert script.wait().current_state == "sync_verified"
    assert script.asked == [None, 90, None, None], "after a pause everything is asked for"


def test_a_server_that_counts_anew_is_asked_for_everything() -> None:
    script = Script(at("sync_queued", revision=90), since(90, revision=2), at("sync_verified", revision=2))
    assert script.wait().current_state == "sync_verified"
    assert script.asked == [None, 90, None]


def test_a_server_that_stays_away_ends_the_wait() -> None:
    script = Script(at("sync_queued"), AWAY)
    with pytest.raises(ConnectionProblem):
        script.wait()
    assert SERVER_AWAY_SECONDS <= script.now <= SERVER_AWAY_SECONDS + 2


@pytest.mark.parametrize(
    "refusal",
    [ConnectionProblem(ProblemCode.TOKEN_REFUSED, "No.", ""), StagingError(Code.ORCHESTRATOR_DISABLED, "Off.")],
)
def test_a_refusal_does_not_pass(refusal: Exception) -> None:
    script = Script(at("sync_queued"), refusal)
    with pytest.raises(type(refusal)):
        script.wait()
    assert script.now <= 1, "at once"


def test_until_must_be_a_lifecycle_state() -> None:
    with pytest.raises(ValueError, match="sync_verified"):
        Script(at("complete")).wait("Verified")


def test_errors_have_the_shape_of_the_wire() -> None:
    error = WaitFailed("run_failed", "It failed.", "Look.", row())
    assert {"code", "message", "next_step", "run"} == set(error.to_dict())
    callback: Callable[..., Any] = WaitTimeout("wait_timeout", "Late.", "", None).to_dict
    assert callback()["run"] is None
