"""Owns which exceptions are answers for a person, and how they are told."""

from __future__ import annotations

from typing import Any

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.output import error_document, say_error, show_json
from exlab_wizard.errors import StagingError


class NotConfirmed(Exception):  # noqa: N818 - nothing went wrong, nobody said yes
    """A question that destroys data was answered with no, or by nobody."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def to_dict(self) -> dict[str, Any]:
        """The shape of every error in `--json`."""
        return {"code": "not_confirmed", "message": self.message, "next_step": self.next_step}


def told(error: Exception, as_json: bool) -> Exit | None:
    """Tell `error` on stderr (and as the document on stdout); None when it is not one of ours."""
    document = document_of(error)
    if document is None:
        return None
    if as_json:
        show_json(document)
    return say_error(document)


def document_of(error: Exception) -> dict[str, Any] | None:
    """The error as a document, or None for a defect, which keeps its traceback."""
    from exlab_wizard.client import ConnectionProblem, DataNotHere, WaitFailed

    if isinstance(error, StagingError | ConnectionProblem | DataNotHere | WaitFailed | NotConfirmed):
        return error_document(error)
    return None
