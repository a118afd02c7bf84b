"""Owns leaving out a check of IRIs that nothing here uses: compiling its grammar is half of each server's start.

First on the path of every process the tests start (`tests/conftest.py`); `jsonschema` does without it.
"""

raise ImportError("left out in tests")
