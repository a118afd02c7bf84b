// Owns the shapes the table's modules share, mirroring exlab_wizard/api/models.py.

import type { Act } from "./acts";
import type { Pauses, RunApi } from "./records";
import type { Activity } from "./activity";

export type StateWord =
  | "Receiving"
  | "Waiting"
  | "Syncing"
  | "Verifying"
  | "Stalled"
  | "Blocked"
  | "Failed"
  | "Verified"
  | "Paused"
  | "Clearing"
  | "Restoring"
  | "Cleared";

export interface Progress {
  phase: "queued" | "copying" | "verifying" | "clearing" | "restoring";
  files_done: number;
  files_total: number;
  bytes_done: number;
  bytes_total: number;
  /** share of the whole job, 0 to below 1 */
  fraction: number;
  bytes_per_second: number | null;
  seconds_left: number | null;
  seconds_since_bytes: number | null;
}

/** One run of `GET /staging/overview`. */
export interface Row {
  /** run path, the identity */
  path: string;
  current_state: string;
  equipment_id: string;
  project_name: string;
  run_kind: "experimental" | "test";
  file_count: number;
  byte_total: number;
  elapsed_seconds_since_last_activity: number;
  /** ISO 8601, UTC */
  last_activity_at: string;
  display_state: StateWord;
  why: string;
  next_step: string;
  needs_attention: boolean;
  job_id: string | null;
  progress: Progress | null;
  proof_age_seconds: number | null;
  proven_at: string | null;
  nas_path: string | null;
  local_data: boolean;
  actions: string[];
  revision: number;
}

/** What an overview says beside its rows. */
export interface Station {
  /** The server's version; older servers do not tell it */
  version?: string;
  label: string;
  staging_root: string;
  /** bytes */
  disk: { total: number; free: number } | null;
  watcher: { mode: "events" | "polling"; detail: string; rescan_seconds: number };
  leader: { leads: boolean; host: string; pid: number | null; config_mismatch: boolean; message: string };
  targets: { nas_root: string; state: "ok" | "unavailable" | "unknown" | "full"; why: string; since: string | null }[];
  unrecognised: { path: string; bytes: number; reason: string; remedy: string }[];
  /** ISO 8601, UTC: when the server answered */
  at: string;
  paused?: Pauses;
}

export type Overview = Station & { revision: number; since: number | null; runs: Row[]; removed: string[] };

export type LogAnswer = { run_path: string; log_path: string; lines: string[] };

/** What the table needs from the outside; `serverApi` is the real one. */
export interface Api extends RunApi {
  overview: (since: number | null) => Promise<Overview>;
  forceSync: (
    run: string,
    evenIfIncomplete: boolean,
  ) => Promise<{ state: "queued" | "blocked"; job_id: string | null }>;
  clear: (run: string) => Promise<{ files_freed: number; bytes_freed: number }>;
  acknowledge: (run: string) => Promise<{ acknowledged: boolean }>;
  log: (run: string) => Promise<LogAnswer>;
  /** the last 24 h; without it there is no picture of them */
  activity?: () => Promise<Activity>;
  /** calls back when the server hints at a change; returns the stop */
  listen: (onHint: () => void) => () => void;
  /** what to say of the way the answers take, or "" */
  remark?: () => string;
}

/** The last table, for where no server answers */
export type Snapshot = { station: Station; rows: Row[] };

/** What a person did to a row, and what came of it, until the row itself tells. */
export interface Note {
  text: string;
  tone: "busy" | "done" | "error";
  /** what helps, where the service refused */
  remedy: Act | null;
  /** a state of the row in which the note still holds; any other tells by itself what came of it */
  states: StateWord[];
}
