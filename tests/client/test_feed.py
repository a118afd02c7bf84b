"""Following the overview: what changed, what went, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exlab_wizard.api.models import Overview
from exlab_wizard.client.connection import ConnectionProblem, ProblemCode
from exlab_wizard.client.feed import Feed, passes
from exlab_wizard.errors import Code, StagingError
from tests.client.rows import NOW, OTHER, RUN, SINGLE, overview, row


class Answers:
    """Overviews in turn, and what was asked."""

    def __init__(self, *answers: Overview) -> None:
        self.answers, self.asked = list(answers), list[int | None]()

    def __call__(self, since: int | None) -> Overview:
        self.asked.append(since)
        return self.answers.pop(0)


def paths(feed: Feed) -> list[str]:
    assert feed.overview is not None
    return [found.path for found in feed.overview.runs]


def test_changes_are_laid_over_the_whole_the_latest_first() -> None:
    late = row(SINGLE, last_activity_at=NOW)
    answers = Answers(overview(row(RUN), row(OTHER)), overview(late, revision=2, since=1))
    feed = Feed(answers)
    assert [found.path for found in feed.refresh()] == [RUN, OTHER]
    assert [found.path for found in feed.refresh()] == [SINGLE]
    assert paths(feed) == [SINGLE, RUN, OTHER]
    assert answers.asked == [None, 1]


def test_a_run_that_moves_goes_to_the_top() -> None:
    moved = row(OTHER, last_activity_at=NOW + timedelta(seconds=1), why="New files.")
    feed = Feed(Answers(overview(row(RUN), row(OTHER)), overview(moved, revision=2, since=1)))
    feed.refresh()
    assert feed.refresh() == [moved]
    assert paths(feed) == [OTHER, RUN]


def test_removed_runs_go() -> None:
    feed = Feed(Answers(overview(row(RUN), row(OTHER)), overview(revision=2, since=1, removed=[RUN])))
    feed.refresh()
    assert feed.refresh() == [] and paths(feed) == [OTHER]
    assert feed.row(RUN) is None and feed.row(OTHER) is not None


def test_a_whole_answer_replaces_everything() -> None:
    feed = Feed(Answers(overview(row(RUN), revision=7), overview(row(OTHER), revision=9)))
    feed.refresh()
    feed.refresh()
    assert paths(feed) == [OTHER]


def test_growing_older_is_no_change() -> None:
    older = row(RUN, elapsed_seconds_since_last_activity=9999.0)
    feed = Feed(Answers(overview(row(RUN)), overview(older, revision=2)))
    feed.refresh()
    assert feed.refresh() == []


def test_a_server_that_counts_anew_is_asked_for_everything() -> None:
    answers = Answers(overview(row(RUN), revision=90), overview(revision=3, since=90), overview(row(RUN), revision=3))
    feed = Feed(answers)
    feed.refresh()
    assert feed.refresh() == [] and paths(feed) == [RUN]
    assert answers.asked == [None, 90, None]


def test_after_a_pause_everything_is_asked_for() -> None:
    answers = Answers(overview(row(RUN)), overview(row(RUN)))
    feed = Feed(answers)
    feed.refresh()
    feed.forget()
    feed.refresh()
    assert answers.asked == [None, None]


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (ConnectionProblem(ProblemCode.NO_ANSWER, "", ""), True),
        (StagingError(Code.STATION_STARTING, ""), True),
        (ConnectionProblem(ProblemCode.TOKEN_REFUSED, "", ""), False),
        (StagingError(Code.STAGING_UNAVAILABLE, ""), False),
    ],
)
def test_only_what_a_restart_looks_like_passes(error: ConnectionProblem | StagingError, wanted: bool) -> None:
    assert passes(error) is wanted
