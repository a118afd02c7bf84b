"""Owns doing one thing to several runs: each gets its answer or its error, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.failures import document_of
from exlab_wizard.cli.output import say_error, show, show_json


@dataclass
class Answer:
    """What happened to one run: the document for `--json`, and the sentence for a person."""

    document: dict[str, Any]
    sentence: str
    exit_code: Exit = Exit.OK


@dataclass
class Batch:
    """The results so far; `exit_code` is that of the first run that did not go well."""

    as_json: bool
    results: list[dict[str, Any]] = field(default_factory=list)
    exit_code: Exit = Exit.OK

    def run(self, runs: Iterable[str], action: Callable[[str], Answer]) -> Exit:
        """Do `action` to each run, print each sentence as it comes, and at the end the one document."""
        try:
            for run in runs:
                self._one(run, action)
        finally:
            if self.as_json:
                show_json({"results": self.results})
        return self.exit_code

    def _one(self, run: str, action: Callable[[str], Answer]) -> None:
        try:
            answer = action(run)
        except Exception as error:  # noqa: BLE001 - raised again below unless it is an answer for a person
            self._failed(run, error)
        else:
            self._note(answer.exit_code)
            self.results.append({"run": run, "ok": answer.exit_code is Exit.OK, **answer.document})
            if answer.sentence and not self.as_json:
                show(answer.sentence)

    def _failed(self, run: str, error: Exception) -> None:
        """A refusal belongs to this run; a server that is gone, or a defect, ends the whole command."""
        document = document_of(error)
        if document is None:
            raise error
        self.results.append({"run": run, "ok": False, "error": document})
        self._note(say_error(document))

    def _note(self, code: Exit) -> None:
        if self.exit_code is Exit.OK:
            self.exit_code = code
