"""Owns what a target can prove, in words: from what was found out when it was marked, and by a reading now."""

from __future__ import annotations

from collections.abc import Mapping

from exlab_wizard.capabilities import Capabilities
from exlab_wizard.sync.engine.verify import Reading

CONTENTS = "contents flushed and read back"
NAMES = "names made durable"
NO_REPLACING = "nothing is ever replaced"


def provable(probed: Mapping[str, object]) -> list[str]:
    """The proofs a target offers, from the data of a probe's outcome."""
    found = Capabilities.from_dict(probed.get("capabilities"))
    offered = [
        (CONTENTS, probed.get("reading") != Reading.WARM),
        (NAMES, found.directory_fsync),
        (NO_REPLACING, found.exclusive_publish),
    ]
    return [words for words, holds in offered if holds]
