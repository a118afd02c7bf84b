"""Owns the choice among servers: each candidate is asked what it is, and the best one is taken, saying why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from exlab_wizard import units
from exlab_wizard.api.models import Health
from exlab_wizard.client.connection import Connection, ConnectionProblem, ProblemCode
from exlab_wizard.client.discovery import (
    ServerAddress,
    environment_address,
    given_address,
    kernel_address,
    running_addresses,
)
from exlab_wizard.errors import Code, StagingError

PROBE_SECONDS = 5.0
_OFF = frozenset({Code.ORCHESTRATOR_DISABLED, Code.CONFIG_INVALID})


class Rank(IntEnum):
    """How good a server is to talk to; lower is better."""

    LEADS = 0
    SERVES = 1
    NOT_NOW = 2
    OFF = 3


@dataclass(frozen=True)
class Candidate:
    """One server that has the extension; `own` is the one this kernel runs under."""

    address: ServerAddress
    rank: Rank
    own: bool = False


def find(url: str | None, token: str | None, timeout: float) -> tuple[Connection, str]:
    """An open connection and how it was found.

    A server that somebody named (argument, then environment) is taken as it is, if it answers; otherwise this
    kernel's own server comes first, unless another one leads a station and it does not even serve one.
    """
    named = given_address(url, token) if url else environment_address()
    if named is not None:
        address = _with_token(named, token)
        _probe(address, timeout)
        return Connection(address, timeout), address.source
    return _among_running(token, timeout)


def _with_token(address: ServerAddress, token: str | None) -> ServerAddress:
    return replace(address, token=token) if token else address


def rank(connection: Connection) -> Rank:
    """What the server is; raises `ConnectionProblem` when it is not one of ours or does not let us in."""
    try:
        return Rank.LEADS if connection.get(Health, "health").leader.leads else Rank.SERVES
    except StagingError as refused:
        if refused.code is Code.FORBIDDEN:
            raise
        return Rank.OFF if refused.code in _OFF else Rank.NOT_NOW


def _among_running(token: str | None, timeout: float) -> tuple[Connection, str]:
    own = kernel_address()
    others = [address for address in running_addresses() if own is None or address.url != own.url]
    candidates: list[Candidate] = []
    problems: list[ConnectionProblem | StagingError] = []
    for found in [own, *others] if own else others:
        address = _with_token(found, token)
        try:
            candidates.append(Candidate(address, _probe(address, min(timeout, PROBE_SECONDS)), found is own))
        except (ConnectionProblem, StagingError) as problem:
            problems.append(problem)
    if not candidates:
        raise _nothing(problems)
    best = pick(candidates)
    return Connection(best.address, timeout), explain(best, candidates)


def _probe(address: ServerAddress, timeout: float) -> Rank:
    connection = Connection(address, timeout)
    try:
        return rank(connection)
    finally:
        connection.close()


def pick(candidates: list[Candidate]) -> Candidate:
    """This kernel's own server if it serves a station; else the best rank, the server started last first."""
    mine = next((candidate for candidate in candidates if candidate.own and candidate.rank <= Rank.SERVES), None)
    return mine or min(candidates, key=lambda candidate: candidate.rank)


def explain(best: Candidate, candidates: list[Candidate]) -> str:
    """How the server was found, in words for a person."""
    if len(candidates) == 1:
        return best.address.source
    others = ", ".join(candidate.address.url for candidate in candidates if candidate is not best)
    why = {Rank.LEADS: "it leads the station", Rank.SERVES: "it serves the station"}.get(best.rank, "the latest")
    return f"{best.address.source}, one of {units.count(len(candidates), 'server')}: {why}; not {others}"


def _nothing(problems: list[ConnectionProblem | StagingError]) -> ConnectionProblem | StagingError:
    """Nothing to talk to: the one reason there is, or all of them."""
    if len(problems) == 1:
        return problems[0]
    step = (
        "Start one (`jupyter lab`, or `exlab-wizard demo` to try it), or say where it is: "
        "connect(url=..., token=...), --url and --token, or $EXLAB_WIZARD_URL and $EXLAB_WIZARD_TOKEN."
    )
    message = "No Jupyter server of yours is running here."
    if problems:
        seen = " ".join(problem.message for problem in problems)
        message = f"None of {len(problems)} running Jupyter servers can be used. {seen}"
    return ConnectionProblem(ProblemCode.NO_SERVER, message, step)
