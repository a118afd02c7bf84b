from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clearing import ClearBench


@pytest.fixture
def bench(tmp_path: Path) -> ClearBench:
    """A run that is verified on the NAS."""
    bench = ClearBench(tmp_path)
    bench.verify()
    return bench
