"""Proof of the tests: known bugs on the way to the NAS, planted one at a time, and each is caught."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.planting import Bug, demand_all_pass, demand_caught

pytestmark = pytest.mark.sweep
ENGINE = "tests/world/test_engine_faults.py"
SYNC = "tests/unit/sync/test_sync_task.py"
ORDER = "tests/unit/sync/test_order.py"
COPY = "tests/unit/sync/test_copy.py"
SHARED = "tests/unit/sync/test_shared_flush.py"
REFUSED = "test_when_any_is_refused_all_are_copied_again_and_flushed_one_by_one"
POWER = "tests/world/test_power_loss.py"

BUGS = [
    Bug(
        "directories are not flushed",
        "fsys.py",
        (
            (
                "        try:\n            os.fsync(self.fd)\n        except",
                "        try:\n            pass\n        except",
            ),
        ),
        (f"{SYNC}::test_every_name_is_made_durable_before_the_commit_marker",),
    ),
    Bug(
        "a copy gets its name before it is flushed",
        "sync/engine/copy.py",
        (("        os.fsync(fd)\n", "        pass\n"),),
        (f"{ENGINE}::test_what_was_verified_survives_a_pulled_plug",),
    ),
    Bug(
        "the flush that many files share is left out",
        "sync/engine/flush.py",
        (("    folder.sync_filesystem()\n", ""),),
        (f"{SHARED}::test_the_copies_are_flushed_before_the_first_name_is_given",),
    ),
    Bug(
        "bytes that a shared flush could not write are not asked for",
        "sync/engine/flush.py",
        (("        check_written(fd)\n", ""),),
        (f"{SHARED}::{REFUSED}[file]",),
    ),
    Bug(
        "names that a refused flush was for are trusted",
        "sync/engine/push.py",
        (("            distrust(self._job, self._finisher.unproven)\n", ""),),
        (f"{SHARED}::test_folders_made_before_a_refused_flush_are_made_anew",),
    ),
    Bug(
        "a journal lost in silence is not noticed",
        "sync/engine/sync_task.py",
        (("    job.demand_changes()\n", ""),),
        (
            "tests/world/test_refused_flush.py::test_a_journal_lost_in_silence_is_noticed_before_a_run_counts_as_verified",
        ),
    ),
    Bug(
        "a failed flush is tried again on the same descriptor",
        "sync/engine/copy.py",
        (
            (
                "        os.fsync(fd)\n    except OSError as error:\n        raise _WriteError(error) from error\n",
                "        os.fsync(fd)\n    except OSError:\n        os.fsync(fd)\n",
            ),
        ),
        (f"{COPY}::test_a_failed_write_or_flush_is_copied_afresh_never_flushed_again[fsync]",),
    ),
    Bug(
        "a copy that could not be closed counts",
        "sync/engine/copy.py",
        (
            (
                "        os.close(fd)\n    except OSError as error:\n        raise _WriteError(error) from error\n",
                "        os.close(fd)\n    except OSError:\n        pass\n",
            ),
        ),
        (f"{COPY}::test_a_close_error_counts_like_a_write_error",),
    ),
    Bug(
        "an older version is set aside without being flushed there",
        "sync/engine/publish.py",
        (
            (
                "                    job.sync_folder(kept)\n                    job.sync_folder(folder)\n",
                "                    pass\n",
            ),
        ),
        (ORDER,),
    ),
    Bug(
        "what stood on the NAS already is not flushed",
        "sync/engine/publish.py",
        (("        flush_file(one.item.folder, one.item.name, one.item.source.path)\n", ""),),
        (f"{ORDER}::test_what_is_adopted_is_on_its_medium",),
    ),
    Bug(
        "the records of what is ours are not flushed",
        "sync/engine/records.py",
        (("                os.fsync(file.fileno())\n", ""),),
        (ORDER,),
    ),
    Bug(
        "the list of checksums is not read back",
        "sync/engine/sync_task.py",
        (("    checksums.verify_checksums(job, manifest)\n", ""),),
        (f"{SYNC}::test_a_nas_that_damages_the_list_of_checksums_is_found_out",),
    ),
    Bug(
        "a rename that replaces what is there",
        "fsys.py",
        (("_RENAME_NOREPLACE = 1", "_RENAME_NOREPLACE = 0"),),
        (f"{SYNC}::test_a_name_taken_at_the_last_moment_is_not_ours",),
    ),
    Bug(
        "a write that took only a part is taken for the whole",
        "sync/engine/sparse.py",
        (
            (
                "    done = 0\n    while done < len(chunk):\n        done += os.write(fd, chunk[done:])\n",
                "    os.write(fd, chunk)\n",
            ),
        ),
        (f"{COPY}::test_a_short_write_is_carried_on",),
    ),
    Bug(
        "the copy is read back from memory",
        "sync/engine/verify.py",
        (
            (
                "return drop_cached_pages(self._fd) and not self._still_cached()",
                "return True",
            ),
        ),
        (f"{ENGINE}::test_a_bit_flipped_on_the_medium_is_caught_and_healed",),
    ),
    Bug(
        "verified is told without having verified",
        "sync/engine/sync_task.py",
        (
            (
                "    if result.missing:\n        first",
                "    return []\n    if result.missing:\n        first",
            ),
        ),
        (f"{SYNC}::test_a_nas_that_damages_every_copy_ends_in_hash_mismatch",),
    ),
    Bug(
        "an older version on the NAS is dropped instead of kept",
        "sync/engine/publish.py",
        (
            (
                "                rename_noreplace(folder, name, kept, name)\n",
                "                os.unlink(name, dir_fd=folder.fd)\n",
            ),
        ),
        (f"{SYNC}::test_a_changed_file_replaces_ours_and_the_old_version_is_kept",),
    ),
    Bug(
        "the manifest of a re-opened run shrinks",
        "sync/engine/sync_task.py",
        (("previous.union(data.local)", "Manifest(dict(data.local))"),),
        (f"{SYNC}::test_a_manifest_never_shrinks",),
    ),
    Bug(
        "links are followed on the way down",
        "fsys.py",
        (
            ("os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW |", "os.O_RDONLY | os.O_DIRECTORY |"),
            ("os.O_RDONLY | os.O_NOFOLLOW |", "os.O_RDONLY |"),
        ),
        (f"{SYNC}::test_a_link_or_file_in_a_folders_place_is_a_conflict[link]",),
    ),
    Bug(
        "any directory is taken for the NAS",
        "sync/engine/nas.py",
        (("place.nas_id is not None and marker.nas_id != place.nas_id", "False"),),
        ("tests/unit/clearing/test_refusals.py::test_another_nas",),
    ),
    Bug(
        "a newer attempt does not stop an older one",
        "sync/engine/publish.py",
        (("    job.fence.check()\n", ""),),
        (f"{SYNC}::test_a_newer_token_stops_the_next_rename",),
    ),
    Bug(
        "ingest.json says it before the database has it",
        "station/transitions.py",
        (
            (
                "                yield\n                (self.save if tell",
                "                yield\n                self.write_ingest(run)\n                (self.save if tell",
            ),
        ),
        ("tests/unit/station/test_transitions.py::test_the_database_has_it_before_any_file_says_so",),
    ),
    Bug(
        "a run is complete before it is on the medium of staging",
        "observer/flush.py",
        (("    with staging.open() as root:\n", '    return ""\n    with staging.open() as root:\n'),),
        (f"{POWER}::test_the_plug_of_staging_pulled_once_a_run_is_complete",),
    ),
    Bug(
        "the database is committed without being flushed",
        "station/store.py",
        (('synchronous=FULL")', 'synchronous=NORMAL")'),),
        (f"{POWER}::test_the_plug_pulled_once_the_database_has_acknowledged",),
    ),
]


@pytest.mark.timeout(300)
def test_all_of_them_pass_without_a_bug(tmp_path: Path) -> None:
    demand_all_pass(BUGS, tmp_path)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_is_caught(bug: Bug, tmp_path: Path, figure: Callable[[str], None]) -> None:
    figure(f"planted bug, {bug.name}: caught by {demand_caught(bug, tmp_path)}")
