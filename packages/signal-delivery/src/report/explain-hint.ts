import type { Vendor, Warning } from "@datafly/signal-connector-kit";

import type { Program } from "../program.js";
import { isActionable, reasonExplanations } from "./reason-explanations.js";

/** Collects why events were not delivered as they came, to point once, at the end, to what can be done about it. */
export class ExplainHint {
  readonly #vendor: Vendor;
  readonly #program: Pick<Program, "name">;
  readonly #reasons = new Set<string>();
  readonly #warnings = new Set<string>();
  #delivers = false;

  constructor(vendor: Vendor, program: Pick<Program, "name">) {
    this.#vendor = vendor;
    this.#program = program;
  }

  /** An event was not delivered. A word that is not a reason, from a file say, does not count. */
  addReason(reason: string): void {
    if (Object.hasOwn(reasonExplanations(this.#vendor), reason)) this.#reasons.add(reason);
  }

  /** An event is delivered, or would be, with these warnings, if any. */
  addWarnings(warnings: readonly Warning[]): void {
    this.#delivers = true;
    for (const { code } of warnings) this.#warnings.add(code);
  }

  /**
   * The command that tells what to do; `undefined` if there is nothing to be done. Reasons come before warnings.
   *
   * @param whole whether that was all there is. Default: `true`
   */
  line(whole = true): string | undefined {
    const names = this.#names(whole);
    return names.length > 0 ? `What to do: ${this.#program.name} explain ${names.join(" ")}` : undefined;
  }

  #names(whole: boolean): readonly string[] {
    const reasons = [...this.#reasons];
    const actionable = reasons.filter((reason) => isActionable(reason, this.#vendor));
    if (actionable.length > 0) return actionable;
    if (this.#delivers) return [...this.#warnings];
    if (!whole) return [];
    // Where not one lead gets through, the consent store is most likely asked for keys that it does not have.
    if (this.#reasons.has("consent_revoked")) return ["consent_revoked"];
    // Where not one event is mapped, the blueprint most likely spells its events otherwise than the sender.
    return reasons.every((reason) => reason === "event_not_mapped") ? reasons : [];
  }
}
