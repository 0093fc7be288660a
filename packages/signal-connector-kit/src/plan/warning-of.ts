import type { Explanation } from "../decision/explanation.js";
import type { Warning } from "../decision/warning.js";

/**
 * Makes a warning, which no one can change: it goes from the decision to the outcome.
 *
 * @param warnings the words of the vendor
 * @param source where the value is in the event
 */
export function warningOf<Code extends string>(
  warnings: Readonly<Record<Code, Explanation>>,
  code: NoInfer<Code>,
  field: string,
  source?: string,
): Warning<Code> {
  const message = `${source ?? field} ${warnings[code].meaning}`;
  return Object.freeze(source === undefined ? { code, field, message } : { code, field, source, message });
}
