// Owns the commands that act on one run: what each is called, and which runs it can be used for.

import type { Row } from "../table/types";

/** A command about one run; `action` is the service's word for it. */
export interface RunCommand {
  id: string;
  action: string;
  label: string;
  /** the title of the question "which run?" */
  question: string;
  /** what is said where no run can be chosen */
  none: string;
}

/** In the order of a run's life. */
export const RUN_COMMANDS: RunCommand[] = [
  command("force_sync", "Force sync", "Force sync of which run?", "be synced"),
  command("clear", "Clear…", "Clear the local copy of which run?", "be cleared"),
  command("verify", "Verify again", "Verify which run again?", "be verified again"),
  command("restore", "Restore", "Restore which run from the NAS?", "be restored"),
  command("pause", "Pause", "Pause which run?", "be paused"),
  command("resume", "Resume", "Resume which run?", "be resumed"),
  command("retry", "Retry", "Retry which run?", "be tried again"),
  command("log", "Show log", "Show the log of which run?", "show a log"),
];

function command(action: string, label: string, question: string, can: string): RunCommand {
  return { id: `exlab-wizard:${action.replace("_", "-")}`, action, label, question, none: `No run can ${can} now.` };
}

/** The runs for which the service offers the action. */
export function runsFor(rows: Row[], action: string): Row[] {
  return rows.filter((row) => row.actions.includes(action));
}
