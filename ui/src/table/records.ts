// Owns the shapes of what the service knows about one run, and of clearing many, mirroring exlab_wizard/api/models.py.

import type { Row } from "./types";

/** One entry of a run's history; unknown fields survive. */
export interface HistoryEntry {
  state: string;
  /** ISO 8601, UTC */
  at: string;
  host: string;
  reason?: string | null;
  by?: string | null;
  [more: string]: unknown;
}

export interface Finding {
  problem_class: string;
  severity: "hard" | "soft";
  path: string;
  message: string;
  remedy: string;
  overridden_by: string | null;
}

export interface OverrideRecord {
  id: string;
  problem_class: string;
  operator: string;
  recorded_at: string;
  reason: string;
  expires_at: string | null;
  revoked: boolean;
  revokes: string | null;
}

export interface Job {
  id: string;
  kind: string;
  state: string;
  attempt: number;
  created_at: string;
  not_before: string | null;
  error: Record<string, unknown> | null;
  requested_by: string | null;
}

export interface Damage {
  found_at: string;
  sentence: string;
  paths: string[];
  count: number;
  acknowledged_by: string | null;
}

/** `GET /staging/{run}/detail`. */
export interface Detail {
  row: Row;
  history: HistoryEntry[];
  job: Job | null;
  findings: Finding[];
  disagreements: string[];
  overrides: OverrideRecord[];
  receipt: Record<string, unknown> | null;
  manifest_digest: string | null;
  verify_passes: number;
  log_path: string;
  nas_path: string | null;
  damage: Damage | null;
}

/** `GET /staging/{run}/checksums`. */
export interface Checksums {
  run_path: string;
  manifest_digest: string;
  checksums_path: string | null;
  file_total: number;
  byte_total: number;
  offset: number;
  files: { path: string; size: number; sha256: string }[];
}

/** Body of `POST /staging/{run}/overrides`. */
export interface OverrideWish {
  problem_class: string;
  reason: string;
  expires_at: string | null;
}

/** Body of `POST /staging/clear-verified`. */
export interface ClearWish {
  runs: string[] | null;
  equipment_id: string | null;
  older_than_days: number | null;
  keep_newest: number;
  dry_run: boolean;
}

/** What became of one run of many, or would. */
export interface ClearedRun {
  run_path: string;
  equipment_id: string;
  files: number;
  bytes: number;
  nas_path: string | null;
  proven_at: string | null;
  outcome: "would_clear" | "cleared" | "kept";
  code: string | null;
  message: string;
}

/** `POST /staging/clear-verified`. */
export interface BulkClear {
  dry_run: boolean;
  runs: ClearedRun[];
  runs_freed: number;
  files_freed: number;
  bytes_freed: number;
}

/** Who paused something, and since when. */
export interface Pause {
  by: string;
  at: string;
}

/** What is paused beside single runs. */
export interface Pauses {
  all: Pause | null;
  equipment: Record<string, Pause>;
}

/** What the table asks about single runs and many of them, beside the calls of `Api`. */
export interface RunApi {
  verify: (run: string) => Promise<unknown>;
  restore: (run: string) => Promise<unknown>;
  retry: (run: string) => Promise<unknown>;
  pause: (run: string) => Promise<unknown>;
  resume: (run: string) => Promise<unknown>;
  /** `null` is everything */
  pauseAll: (equipment: string | null) => Promise<{ paused: Pauses }>;
  resumeAll: (equipment: string | null) => Promise<{ paused: Pauses }>;
  detail: (run: string) => Promise<Detail>;
  checksums: (run: string, offset: number, limit: number) => Promise<Checksums>;
  override: (run: string, wish: OverrideWish) => Promise<unknown>;
  clearVerified: (wish: ClearWish) => Promise<BulkClear>;
}
