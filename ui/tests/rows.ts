// Owns runs as the overview sends them, for tests: `run("Syncing", {...})` is 12 GiB in 1,024 files.
import type { Progress, Row, StateWord } from "../src/table/types";

export const GIB = 2 ** 30;

/** A run in a state; what matters to a test is given. */
export function run(state: StateWord, changes: Partial<Row> = {}): Row {
  return {
    path: "CONFOCAL_01/PROJ-0001/Runs/Run_2026-11-01T00-01",
    current_state: "sync_verified",
    equipment_id: "CONFOCAL_01",
    project_name: "PROJ-0001",
    run_kind: "experimental",
    file_count: 1024,
    byte_total: 12 * GIB,
    elapsed_seconds_since_last_activity: 180,
    last_activity_at: "2026-11-23T14:00:00Z",
    display_state: state,
    why: "",
    next_step: "",
    needs_attention: false,
    job_id: null,
    progress: null,
    proof_age_seconds: null,
    proven_at: null,
    nas_path: null,
    local_data: true,
    actions: ["log"],
    revision: 1,
    ...changes,
  };
}

/** A run that began at a minute of one day: the higher, the newer. */
export function runAt(minute: number, state: StateWord, changes: Partial<Row> = {}): Row {
  return run(state, { path: `CONFOCAL_01/P/Runs/Run_2026-11-01T00-${String(minute).padStart(2, "0")}`, ...changes });
}

/** Half of 160 GiB copied at 32 MiB/s. */
export function job(changes: Partial<Progress> = {}): Progress {
  return {
    phase: "copying",
    files_done: 4406,
    files_total: 8812,
    bytes_done: 80 * GIB,
    bytes_total: 160 * GIB,
    fraction: 0.5,
    bytes_per_second: 32 * 2 ** 20,
    seconds_left: 3600,
    seconds_since_bytes: 0.5,
    ...changes,
  };
}
