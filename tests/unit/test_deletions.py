"""Every call in the package that can delete, rename or overwrite has its reason; one function unlinks data."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import exlab_wizard
from exlab_wizard.clearing import proof, unlink

PACKAGE = Path(exlab_wizard.__file__).parent
ALWAYS = {
    "unlink", "rmdir", "removedirs", "renames", "rmtree", "truncate", "ftruncate", "rename_noreplace", "_renameat2",
    "write_text", "write_bytes", "write_atomic",
}  # fmt: skip
OF_OS = {"remove", "rename", "replace", "link", "symlink", "move", "sendfile", "copy_file_range"}
COPIERS = {"copy", "copy2", "copyfile", "copytree"}
READING = {"_DIR_FLAGS", "_FILE_FLAGS"}
DATA = "unlinks data, each file proven, under a ClearProof"
KNOWN = {
    # data
    "clearing/unlink.py:unlink_proven": DATA,
    "clearing/unlink.py:_Unlinker._take_and_unlink": DATA,
    "clearing/unlink.py:remove_folders": "emptied folders in the holding folder; rmdir keeps what is not empty",
    "clearing/moving.py:move_in": "into the holding folder, never over a name",
    "clearing/putback.py:give": "out of the holding folder, never over a name",
    "clearing/putback.py:_give_beside": "the same, beside a name that is taken",
    "clearing/putback.py:_merge_folder": "an emptied folder",
    "sync/engine/publish.py:_publish": "a flushed copy gets its name on the NAS, never over one",
    "sync/engine/publish.py:set_aside": "a version of ours on the NAS moves to superseded",
    "sync/engine/reinstate.py:_put_back": "a verified version moves back from superseded, never over a name",
    "restoring/publish.py:publish": "a proven restored file gets its name in staging, never over one",
    "fsys.py:move_aside": "into a folder of ours, never onto a name that is taken",
    "fsys.py:rename_noreplace": "the exclusive rename itself; by link and unlink of the old name where there is none",
    # temporaries of ours, by the names only we give
    "sync/engine/copy.py:remove": "a copy that failed, or was refused, in incoming",
    "sync/engine/job.py:sweep_incoming": "temporaries in incoming",
    "sync/engine/job.py:drop_incoming": "incoming, when empty",
    "sync/engine/control.py:sweep_temporaries": "what a killed attempt left half-written",
    "sync/engine/control.py:sweep_restoring": "folders of a restore given up",
    "sync/engine/control.py:drop_temporary": "a temporary",
    "sync/engine/sparse.py:end_sparse": "the length of a new temporary that ends in a hole",
    "fsys.py:Dir.write_atomic": "a control file of ours is replaced as a whole",
    "fsys.py:Dir.replace": "its stale temporaries; a control file of ours",
    "fsys.py:Dir.create_file": "O_EXCL: a new file only",
    "markers.py:_place": "a new marker, never over one; its temporary",
    "sync/engine/claim.py:_publish_claim": "a new claim, never over one; its temporary",
    "sync/engine/checksums.py:publish_checksums": "the list of what is verified gets its name, never over one",
    "capabilities.py:_probe_folder": "the probe's own folder",
    "capabilities.py:_empty": "the probe's own files",
    "capabilities.py:_publishes_exclusively": "the probe's own files",
    # control files and state of ours
    "clearing/holding.py:Holding.begin": "the mark in the holding folder",
    "clearing/holding.py:Holding.give_up": "the mark in the holding folder",
    "clearing/holding.py:Holding.forget": "the mark in the holding folder",
    "clearing/holding.py:Holding.discard": "the holding folder's own names, once it holds no data",
    "clearing/ledger.py:_opened": "appending to the ledger",
    "clearing/ledger.py:locked": "the ledger's lock file",
    "clearing/ledger.py:_set_aside": "the ledger's torn last line, kept aside first",
    "clearing/ledger.py:_write": "a line that was not written whole is taken back",
    "clearing/reserve.py:Reserve.ensure": "the reserved space in the state directory",
    "clearing/reserve.py:Reserve.release": "the reserved space in the state directory",
    "clearing/set_aside.py:begin_anew": "a new ledger, the old one kept before",
    "clearing/set_aside.py:keep_nas_ledger": "a damaged ledger gets a name beside",
    "clearing/set_aside.py:_keep": "a damaged ledger gets a name beside",
    "listing/index.py:_connect": "the listing, which is a cache",
    "restoring/restore.py:_bring_control": "checksums and creation.json of a restored run",
    "restoring/site.py:open_site": "ingest.json of a run whose folder is made anew",
    "runs/control.py:set_damaged_aside": "a torn ingest.json gets a name beside",
    "runs/wizard_log.py:_opened": "appending to the run's log",
    "station/activity.py:ActivityRecord.save": "the record of the last day, replaced as a whole",
    "station/identity.py:demand_same_station": "which station the state directory belongs to",
    "station/database.py:_set_aside": "a damaged database gets a name beside",
    "station/leadership.py:LeaderLock.try_acquire": "the leader's lock file",
    "station/transitions.py:Transitions.write_ingest": "ingest.json",
    "station/transitions.py:Transitions.write_first_ingest.write": "ingest.json of a new run",
    "station/transitions.py:Transitions.tell_creation.mirror": "creation.json, unknown fields kept",
    "sync/engine/checksums.py:keep_locally": "the list of what is verified, in staging",
    "sync/engine/publish_task.py:run_publish": "known control files on the NAS",
    "sync/fence.py:issue_token": "the run's token in the state directory",
    "sync/fence.py:RunLock.__enter__": "the run's lock file in the state directory",
    "sync/engine/records.py:RunRecords.append": "appending to the records",
    "sync/engine/records.py:_replace": "records or the kept manifest in the state directory; their stale temporary",
    "sync/engine/records.py:sweep_records": "their temporaries, which a killed attempt left",
    "sync/engine/doubts.py:Doubts.over": "the note of a flush that was under way, in the state directory",
    # files that are not below staging or NAS
    "api/openapi.py:": "writes the OpenAPI document into the package, when run by hand",
    "cli/main.py:_silence_stdout": "standard output goes to nowhere",
    "cli/setup.py:_write_new": "a new configuration, never over one",
}


def calls() -> Iterator[tuple[str, str]]:
    """`module:function` and the text of every call that can take something away."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("demo/"):
            yield from _calls(ast.parse(path.read_text()), name, [])


def _calls(node: ast.AST, module: str, scope: list[str]) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if isinstance(child, ast.Call) and takes_away(child):
            yield f"{module}:{'.'.join(scope)}", ast.unparse(child)
        yield from _calls(child, module, [*scope, child.name] if named else scope)


def takes_away(call: ast.Call) -> bool:
    function = call.func
    owner = ast.unparse(function.value) if isinstance(function, ast.Attribute) else ""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "open":
        return _opens_for_writing(call, owner)
    if name == "replace" and owner:  # of a path (one argument), of a control file (`CREATION_NAME, ...`); not of text
        constant = call.args and isinstance(call.args[0], ast.Name) and call.args[0].id.isupper()
        return owner == "os" or (len(call.args) == 1 and not call.keywords) or bool(constant)
    if name == "rename":
        return True
    return name in ALWAYS or (owner in ("os", "shutil") and name in OF_OS | COPIERS)


def _opens_for_writing(call: ast.Call, owner: str) -> bool:
    if owner == "os":
        used = {node.id for node in ast.walk(call.args[1]) if isinstance(node, ast.Name)}
        bits = {node.attr for node in ast.walk(call.args[1]) if isinstance(node, ast.Attribute)}
        return bool(bits & {"O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"} or used - READING - {"os"})
    modes = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    modes += [word.value.value for word in call.keywords if word.arg == "mode" and isinstance(word.value, ast.Constant)]
    return any(set(mode) <= set("rwxabt+") and set(mode) & set("wxa+") for mode in modes)


def test_every_call_that_takes_something_away_has_a_reason() -> None:
    found = dict(calls())
    unknown = [f"{where}: {text}" for where, text in calls() if where not in KNOWN]
    assert not unknown, (
        "These calls can delete, rename or overwrite a file, and nobody said why that loses nothing. If it is right, "
        "add it to KNOWN with its reason:\n" + "\n".join(unknown)
    )
    assert not KNOWN.keys() - found.keys(), f"no longer there: {sorted(KNOWN.keys() - found.keys())}"


def test_data_are_unlinked_by_one_function_under_a_proof() -> None:
    assert {where for where, why in KNOWN.items() if why == DATA} == {
        "clearing/unlink.py:unlink_proven",
        "clearing/unlink.py:_Unlinker._take_and_unlink",
    }
    first, *_ = inspect.signature(unlink.unlink_proven, eval_str=True).parameters.values()
    assert first.annotation is proof.ClearProof
    makers = [
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if "_Unlinker(" in path.read_text()
    ]
    assert makers == ["clearing/unlink.py"], "somebody else makes an unlinker"


def test_the_search_sees_what_it_must() -> None:
    seen = [
        "os.unlink(a)",
        "path.unlink()",
        "os.replace(a, b)",
        "path.replace(b)",
        "shutil.rmtree(a)",
        "os.rename(a, b)",
    ]
    seen += ["open(a, 'w')", "path.open('r+b')", "os.open(a, os.O_RDWR)", "os.open(a, flags)", "path.write_bytes(b'')"]
    seen += ["os.remove(a)", "os.truncate(a, 0)", "shutil.move(a, b)", "control.replace(INGEST_NAME, data)"]
    unseen = [
        "text.replace('a', 'b')",
        "replace(task, a=1)",
        "open(a, 'rb')",
        "os.open(a, _FILE_FLAGS)",
        "at.replace(hour=1)",
    ]
    for text, expected in [*((one, True) for one in seen), *((one, False) for one in unseen)]:
        call = ast.parse(text, mode="eval").body
        assert isinstance(call, ast.Call) and takes_away(call) is expected, text
