import type { Issue } from "./issue.js";

/** Settings, or a blueprint among them, are wrong. Thrown before any event is looked at. Repeats no value, so no key. */
export class SettingsError extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "SettingsError";
  /** Everything that is wrong, not only the first of it. */
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(`Wrong settings: ${issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ")}`);
    this.issues = issues;
  }
}
