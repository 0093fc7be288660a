import type { Issue } from "@datafly/signal-connector-kit";

/** What is wrong with an event, and where, in one line. */
export function issuesText(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
}
