"""Proof of the tests: known bugs where local data are deleted, planted one at a time, and each is caught."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.planting import Bug, demand_all_pass, demand_caught

pytestmark = pytest.mark.sweep
CLEAR = "tests/unit/clearing/test_clear.py"
ORDER = "tests/unit/clearing/test_order.py"
RECOVER = "tests/unit/clearing/test_recover.py"
REFUSALS = "tests/unit/clearing/test_refusals.py"

BUGS = [
    Bug(
        "the holding folder is deleted as a tree",
        "clearing/unlink.py",
        (
            (
                "        unlinker = _Unlinker(",
                "        __import__('shutil').rmtree(os.readlink(f'/proc/self/fd/{data.fd}'))\n"
                "        freed.files, freed.bytes = len(held), sum(identity.size for identity in held.values())\n"
                "        return\n"
                "        unlinker = _Unlinker(",
            ),
        ),
        (f"{CLEAR}::test_a_file_changed_in_the_holding_folder_is_kept",),
    ),
    Bug(
        "files are deleted by their path",
        "clearing/unlink.py",
        (
            (
                "            folder, name = self._folders.of(path)\n            fd = folder.open_file(name)\n",
                "            os.unlink(os.readlink(f'/proc/self/fd/{self._folders._root.fd}') + '/' + path)\n"
                "            return True\n",
            ),
        ),
        (f"{CLEAR}::test_a_symlink_swapped_in_for_a_folder_is_not_followed",),
    ),
    Bug(
        "links are followed below the run",
        "clearing/beneath.py",
        (
            ("_FLAGS, 0, _NO_XDEV | _NO_SYMLINKS | _BENEATH)", "_FLAGS, 0, 0)"),
            ("os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW |", "os.O_RDONLY | os.O_DIRECTORY |"),
        ),
        (f"{CLEAR}::test_a_proven_folder_moved_out_of_the_run_and_linked_back_is_not_followed",),
    ),
    Bug(
        "a file is not looked at again before it is unlinked",
        "clearing/unlink.py",
        (
            (
                "            if identity_of(os.fstat(fd)) != self._twins.get(expected.inode, expected):\n"
                "                return False\n",
                "",
            ),
        ),
        (f"{CLEAR}::test_a_file_changed_in_the_holding_folder_is_kept",),
    ),
    Bug(
        "the name that is unlinked may be another file by now",
        "clearing/unlink.py",
        (("not os.path.samestat(self._taken.stat(number), info)", "False"),),
        (f"{CLEAR}::test_a_file_swapped_for_another_at_the_last_instant_survives",),
    ),
    Bug(
        "it is enough that the NAS has the names",
        "clearing/checks.py",
        (
            ('"" if info.st_size == size else', '"" if True else'),
            ("if not one.equal:", "if False:"),
        ),
        (f"{REFUSALS}::test_a_file_shorter_on_the_nas",),
    ),
    Bug(
        "the NAS copy is not read back before clearing",
        "clearing/checks.py",
        (("if not one.equal:", "if False:"),),
        ("tests/unit/clearing/test_reread.py::test_a_flipped_byte_of_any_file_refuses_naming_it",),
    ),
    Bug(
        "it is enough that the manifest has the local name",
        "clearing/checks.py",
        (
            (
                "    if known is None or known.size != identity.size:\n        return False\n",
                "    return known is not None\n",
            ),
        ),
        (f"{REFUSALS}::test_a_changed_file",),
    ),
    Bug(
        "ingest.json is not asked before clearing",
        "clearing/proof.py",
        (
            (
                "    demand_verified(local.control, local.path)\n"
                "    manifest = demand_manifest(local.state, local.path, task.manifest_digest)\n",
                "    manifest = demand_manifest(local.state, local.path, task.manifest_digest)\n",
            ),
        ),
        (f"{REFUSALS}::test_any_other_state", f"{REFUSALS}::test_a_torn_ingest"),
    ),
    Bug(
        "a proof is good for ever",
        "clearing/proof.py",
        (("return time.monotonic() < self.valid_until", "return True"),),
        ("tests/unit/clearing/test_pieces.py::test_a_proof_is_of_one_run_and_manifest_and_expires",),
    ),
    Bug(
        "a verification is good for ever",
        "clearing/checks.py",
        (
            ("    if age < timedelta(0):", "    if False:"),
            ("    if age > timedelta(hours=reverify_after_hours):", "    if False:"),
        ),
        (f"{REFUSALS}::test_an_old_or_future_proof",),
    ),
    Bug(
        "the receipt is written after the deletion",
        "clearing/clear.py",
        (
            (
                "planned = write_both(self.local, self.nas, self._receipt(Event.CLEAR_INTENDED, proof))",
                "planned = self._receipt(Event.CLEAR_INTENDED, proof)",
            ),
            (
                "            remove_folders(holding, folders)\n",
                "            remove_folders(holding, folders)\n"
                "            write_both(self.local, self.nas, self._receipt(Event.CLEAR_INTENDED, proof))\n",
            ),
        ),
        (f"{CLEAR}::test_the_receipt_is_in_both_ledgers_before_the_first_name_moves",),
    ),
    Bug(
        "receipts are not flushed",
        "clearing/ledger.py",
        (
            (
                '        _write_all(fd, b"".join(line + b"\\n" for line in lines))\n        os.fsync(fd)\n',
                '        _write_all(fd, b"".join(line + b"\\n" for line in lines))\n',
            ),
        ),
        (ORDER,),
    ),
    Bug(
        "files are unlinked before it is durable where they were moved",
        "clearing/moving.py",
        (("        data.sync()\n    run.sync()\n", ""),),
        (ORDER,),
    ),
    Bug(
        "what is put back is not flushed",
        "clearing/putback.py",
        (("    target.sync()\n    source.sync()\n", ""),),
        (ORDER,),
    ),
    Bug(
        "a writer that comes at the last instant is not noticed",
        "clearing/unlink.py",
        (("if not self._writers.still_held(fd):", "if False:"),),
        (f"{CLEAR}::test_a_writer_that_knocks_at_the_last_instant_keeps_the_file",),
    ),
    Bug(
        "a clearing cut short is finished without reading the NAS copy",
        "clearing/proof.py",
        (
            (
                "demand_nas_contents(nas.run, {path: manifest.files[path] for path in found.files}, meter)",
                '""',
            ),
        ),
        (f"{RECOVER}::test_a_nas_copy_that_is_not_whole_any_more[rotten]",),
    ),
    Bug(
        "a clearing cut short is finished against a damaged ledger",
        "clearing/recover.py",
        (("        demand_whole_ledgers(self._local, nas)\n", ""),),
        (f"{RECOVER}::test_a_nas_copy_that_is_not_whole_any_more[ledger]",),
    ),
    Bug(
        "a late file goes with the others",
        "clearing/ending.py",
        (
            (
                "    beside = _put_back_late(local.run, holding)\n",
                "    __import__('shutil').rmtree(f'/proc/self/fd/{holding.folder.fd}/data', True)\n    beside = []\n",
            ),
        ),
        (f"{CLEAR}::test_a_late_file_after_the_first_unlink_is_put_back",),
    ),
    Bug(
        "what is put back replaces what is there",
        "clearing/putback.py",
        (
            (
                "rename_noreplace(source, name, target, wanted)\n",
                "__import__('os').rename(name, wanted, src_dir_fd=source.fd, dst_dir_fd=target.fd)\n",
            ),
        ),
        (f"{CLEAR}::test_a_late_file_keeps_both_when_its_name_is_taken",),
    ),
    Bug(
        "the audit does not compare the ledgers",
        "audit/examine.py",
        (
            (
                "        for one in contradictions(facts.station, facts.nas.receipts, self.book.now.origin):\n",
                "        for one in ():\n",
            ),
        ),
        ("tests/audit/test_tampering.py::test_a_ledger_rewritten_with_every_hash_right_is_flagged[station]",),
    ),
]


@pytest.mark.timeout(300)
def test_all_of_them_pass_without_a_bug(tmp_path: Path) -> None:
    demand_all_pass(BUGS, tmp_path)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_is_caught(bug: Bug, tmp_path: Path, figure: Callable[[str], None]) -> None:
    figure(f"planted bug, {bug.name}: caught by {demand_caught(bug, tmp_path)}")
