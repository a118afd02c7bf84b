"""Owns what a target can prove, in words: from what was found out when it was marked."""

from __future__ import annotations

from exlab_wizard.capabilities import Capabilities

CONTENTS = "contents flushed and read back"
NAMES = "names made durable"
NO_REPLACING = "nothing is ever replaced"


def provable(capabilities: object) -> list[str]:
    """The proofs a target offers; `capabilities` as a probe's outcome or a marker has them."""
    found = Capabilities.from_dict(capabilities)
    offered = [(CONTENTS, True), (NAMES, found.directory_fsync), (NO_REPLACING, found.exclusive_publish)]
    return [words for words, holds in offered if holds]
