import type { ApolloConnector, CheckOutcome, LabelMode } from "@datafly/signal-apollo-connector";
import type { CheckOptions, Finding } from "@datafly/signal-connector-kit";

import { TROUBLESHOOTING } from "./troubleshooting.js";

const SCOPE_NAMES = { create: "contacts/create", lists: "labels/add_entity_ids_to_label_names" } as const;

/** Asks for the scopes that are needed, one after the other, by calls that Apollo must refuse. */
export async function scopeFindings(
  apollo: ApolloConnector,
  labels: LabelMode | undefined,
  options?: CheckOptions,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const scope of labels === "add" ? (["create", "lists"] as const) : (["create"] as const)) {
    findings.push(scopeFinding(SCOPE_NAMES[scope], await apollo.probeScope(scope, options)));
  }
  return findings;
}

function scopeFinding(name: string, found: CheckOutcome): Finding {
  if (found.status === "ok") {
    const message = `The key has the scope ${name}: Apollo refused the probe for its values, not for the key. Nothing was written.`;
    return { check: "scope", result: "ok", message, row: TROUBLESHOOTING.key };
  }
  const { reason, error } = found;
  const facts = { row: TROUBLESHOOTING.key, reason, ...(error.status !== undefined && { httpStatus: error.status }) };
  if (MISSING.has(reason)) return { check: "scope", result: "failed", message: error.message, ...facts };
  const message = `Whether the key has the scope ${name} is not known: ${error.message}`;
  return { check: "scope", result: "unknown", message, ...facts };
}

const MISSING: ReadonlySet<string> = new Set(["permission_denied", "lists_permission_denied", "payment_required"]);
