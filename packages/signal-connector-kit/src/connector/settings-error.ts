import type { Issue } from "../decision/issue.js";

/** Settings, or a blueprint among them, are wrong. Thrown before any event is looked at. Repeats no value, so no key. */
export class SettingsError extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "SettingsError";
  /** What is wrong, and where: as much of it as shows in one look, not only the first. */
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(`Wrong settings: ${issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ")}`);
    this.issues = issues;
  }
}
