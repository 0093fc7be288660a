import type { Warning } from "@datafly/signal-apollo-connector";

import { isActionable, type Reason } from "./reason-explanations.js";

/** Collects why events were not delivered as they came, to point once, at the end, to what can be done about it. */
export class ExplainHint {
  readonly #reasons = new Set<string>();
  readonly #warnings = new Set<string>();

  addReason(reason: Reason): void {
    if (isActionable(reason)) this.#reasons.add(reason);
  }

  addWarnings(warnings: readonly Warning[]): void {
    for (const { code } of warnings) this.#warnings.add(code);
  }

  /** The command that tells what to do; `undefined` if there is nothing to be done. Reasons come before warnings. */
  line(): string | undefined {
    const names = this.#reasons.size > 0 ? this.#reasons : this.#warnings;
    return names.size > 0 ? `What to do: signal-apollo explain ${[...names].join(" ")}` : undefined;
  }
}
