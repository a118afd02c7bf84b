// Owns what a run's details say in words: pure, from what the service answered.

import type { Detail, Finding, Job, OverrideRecord } from "./records";
import { clockText, countText, plural } from "./words";

/** The first characters of a digest: enough to compare by eye. */
export function shortDigest(digest: string): string {
  return digest.length > 16 ? `${digest.slice(0, 12)}…` : digest;
}

const JOBS: Record<string, string> = {
  sync: "Sync",
  recheck: "Comparison of changed files",
  verify: "Reading again",
  clear: "Clearing",
  restore: "Restoring",
};
const JOB_STATES: Record<string, string> = {
  queued: "waits for its turn",
  running: "is under way",
  waiting: "waits to be tried again",
  failed: "failed",
  done: "is done",
  superseded: "was replaced by a newer one",
};

/** "Sync failed at attempt 3, asked for by ada at 14:02. Disk full." */
export function jobText(job: Job): string {
  const what = `${JOBS[job.kind] ?? job.kind} ${JOB_STATES[job.state] ?? job.state}`;
  const attempt = job.attempt > 1 || job.state === "failed" ? `, attempt ${job.attempt}` : "";
  const by = job.requested_by ? `, asked for by ${job.requested_by}` : "";
  const next =
    job.not_before && job.state === "waiting" ? ` Tried again at ${clockText(new Date(job.not_before))}.` : "";
  const error = typeof job.error?.message === "string" ? ` ${job.error.message}` : "";
  return `${what}${attempt}${by}, since ${clockText(new Date(job.created_at))}.${error}${next}`;
}

/** "placeholder in a name": a class of finding as people say it. */
export function classText(problemClass: string): string {
  return problemClass.replaceAll("_", " ");
}

/** Classes of finding that block the run and that nobody has let pass yet. */
export function blockingClasses(findings: Finding[]): string[] {
  const hard = findings.filter((finding) => finding.severity === "hard" && !finding.overridden_by);
  return [...new Set(hard.map((finding) => finding.problem_class))];
}

/** What one record of the list of overrides says. */
export function overrideText(record: OverrideRecord): string {
  const when = clockText(new Date(record.recorded_at));
  if (record.revoked)
    return `${classText(record.problem_class)}: ended by ${record.operator}, ${when}. ${record.reason}`;
  const end = record.expires_at ? `, until ${clockText(new Date(record.expires_at))}` : "";
  return `${classText(record.problem_class)}: let pass by ${record.operator}, ${when}${end}. ${record.reason}`;
}

/** How often, and how, the NAS copy was read back. */
export function proofText(detail: Detail): string {
  const { row } = detail;
  if (!row.proven_at) return "Not proven yet.";
  const second = detail.verify_passes < 2 ? " It is read a second time by itself, a day later." : "";
  return `Read back from the NAS ${plural(detail.verify_passes, "time")}, last at ${clockText(new Date(row.proven_at))}.${second}`;
}

const EVENTS: Record<string, string> = {
  frozen: "Frozen for copying",
  copied: "Copied",
  verified: "Verified",
  clear_intended: "Clearing intended",
  cleared: "Cleared",
  put_back: "Put back in staging",
  restored: "Restored",
};
const LABELS: Record<string, string> = {
  by: "By",
  host: "Computer",
  file_count: "Files",
  nas_path: "NAS",
  reading: "How it was read",
  nas_id: "NAS id",
};

const READINGS: Record<string, string> = {
  fadvise: "from the NAS itself",
  o_direct: "from the NAS itself, past every cache",
  memory: "from memory: the NAS has no medium",
  warm: "partly from this computer's memory",
};

/** A receipt as pairs of words; its event and moment stand apart. */
export function receiptFacts(receipt: Record<string, unknown>): [string, string][] {
  return Object.entries(LABELS).flatMap(([key, label]): [string, string][] => {
    const value = receipt[key];
    if (typeof value === "number") return [[label, countText(value)]];
    return typeof value === "string" && value ? [[label, key === "reading" ? (READINGS[value] ?? value) : value]] : [];
  });
}

/** "Verified at 14:35". */
export function receiptTitle(receipt: Record<string, unknown>): string {
  const event = typeof receipt.event === "string" ? receipt.event : "receipt";
  const at = receipt.at;
  const when = typeof at === "string" ? `, ${clockText(new Date(at))}` : "";
  return `${EVENTS[event] ?? event.replaceAll("_", " ")}${when}`;
}
