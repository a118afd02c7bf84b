// @ts-check
// Owns the shapes the panel's modules share; only JSDoc, mirroring exlab_wizard/api/models.py.

/**
 * @typedef {"Receiving"|"Waiting"|"Syncing"|"Verifying"|"Stalled"|"Blocked"|"Failed"|"Verified"|"Paused"|
 *   "Clearing"|"Restoring"|"Cleared"} StateWord
 */

/**
 * @typedef {object} Progress
 * @property {"queued"|"copying"|"verifying"|"clearing"|"restoring"} phase
 * @property {number} files_done
 * @property {number} files_total
 * @property {number} bytes_done
 * @property {number} bytes_total
 * @property {number} fraction share of the whole job, 0 to below 1
 * @property {number|null} bytes_per_second
 * @property {number|null} seconds_left
 * @property {number|null} seconds_since_bytes
 */

/**
 * One run of `GET /staging/overview`.
 * @typedef {object} Row
 * @property {string} path run path, the identity
 * @property {string} current_state
 * @property {string} equipment_id
 * @property {string} project_name
 * @property {"experimental"|"test"} run_kind
 * @property {number} file_count
 * @property {number} byte_total
 * @property {number} elapsed_seconds_since_last_activity
 * @property {string} last_activity_at ISO 8601, UTC
 * @property {StateWord} display_state
 * @property {string} why
 * @property {string} next_step
 * @property {boolean} needs_attention
 * @property {string|null} job_id
 * @property {Progress|null} progress
 * @property {number|null} proof_age_seconds
 * @property {string|null} proven_at
 * @property {string|null} nas_path
 * @property {boolean} local_data
 * @property {string[]} actions
 * @property {number} revision
 */

/**
 * What an overview says beside its rows.
 * @typedef {object} Station
 * @property {string} label
 * @property {string} staging_root
 * @property {{total: number, free: number}|null} disk bytes
 * @property {{mode: "events"|"polling", detail: string, rescan_seconds: number}} watcher
 * @property {{leads: boolean, host: string, pid: number|null, config_mismatch: boolean, message: string}} leader
 * @property {{nas_root: string, state: "ok"|"unavailable"|"unknown"|"full", why: string, since: string|null}[]} targets
 * @property {{path: string, bytes: number, reason: string, remedy: string}[]} unrecognised
 * @property {string} at ISO 8601, UTC: when the server answered
 */

/** @typedef {Station & {revision: number, since: number|null, runs: Row[], removed: string[]}} Overview */

/** @typedef {{run_path: string, log_path: string, lines: string[]}} LogAnswer */

/**
 * What the table needs from the outside; `serverApi` is the real one.
 * @typedef {object} Api
 * @property {(since: number|null) => Promise<Overview>} overview
 * @property {(run: string, evenIfIncomplete: boolean) => Promise<{state: "queued"|"blocked", job_id: string|null}>} forceSync
 * @property {(run: string) => Promise<{files_freed: number, bytes_freed: number}>} clear
 * @property {(run: string) => Promise<{acknowledged: boolean}>} acknowledge
 * @property {(run: string) => Promise<LogAnswer>} log
 * @property {(onHint: () => void) => () => void} listen calls back when the server hints at a change; returns the stop
 */

/** @typedef {{station: Station, rows: Row[]}} Snapshot the last table, for where no server answers */

/**
 * What a person did to a row, and what came of it, until the row itself tells.
 * @typedef {object} Note
 * @property {string} text
 * @property {"busy"|"done"|"error"} tone
 * @property {StateWord} state the row's state when the note was made
 */

export {};
