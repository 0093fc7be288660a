import { RETRY_RULES } from "../../../packages/safe-http/src/retry-rules.js";
import { docCommentsOf } from "./doc-comments.js";
import { table } from "./table.js";

const SOURCE = "packages/safe-http/src/retry-rules.ts";

const RETRIES = { always: "always", if_harmless: "only with `run_dedupe: true`", never: "never" } as const;

/** When the client retries a call. */
export function retryRules(): string {
  const comments = docCommentsOf(SOURCE);
  return table(
    ["what happened", "may the contact be written?", "retried?"],
    Object.entries(RETRY_RULES).map(([kind, { maybeDelivered, retry }]) => {
      const comment = comments.get(kind);
      if (comment === undefined) throw new Error(`${SOURCE} says nothing of ${kind}.`);
      return [comment.replace(/\.$/, ""), maybeDelivered ? "yes" : "no", RETRIES[retry]];
    }),
  );
}
