import { APOLLO_BASE_URL } from "@datafly/apollo-client";
import {
  REASONS,
  type ApolloConnector,
  type CheckOutcome,
  type FailedCheck,
  type FailureReason,
} from "@datafly/signal-apollo-connector";

import type { Finding } from "./finding.js";
import { TROUBLESHOOTING, type TroubleshootingRow } from "./troubleshooting.js";

/** Checks where calls go. Says no more of the address than its origin: the rest may hold a key. */
export function addressFinding(baseUrl: string, redact: (text: string) => string): Finding {
  const { origin, protocol, hostname } = new URL(baseUrl);
  if (origin === new URL(APOLLO_BASE_URL).origin) {
    return { check: "address", result: "ok", message: `Calls go to ${origin}, Apollo's own address.` };
  }
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  const isOpen = protocol === "http:" && !isLocal;
  const risk = isOpen ? " It is called without TLS: the API key can be read on the way." : "";
  return {
    check: "address",
    result: "note",
    message: `Calls go to ${redact(origin)}, not to Apollo's own address.${risk} Unset APOLLO_BASE_URL and --base-url to deliver to Apollo.`,
    row: TROUBLESHOOTING.path,
  };
}

/** Checks whether Apollo answers and accepts the key. */
export async function keyFinding(connector: ApolloConnector, signal: AbortSignal): Promise<Finding> {
  return keyFindingOf(await connector.check({ signal }));
}

function keyFindingOf(found: CheckOutcome): Finding {
  if (found.status === "ok") {
    return { check: "key", result: "ok", message: "Apollo accepts the API key (200).", row: TROUBLESHOOTING.key };
  }
  const { reason, error } = found;
  const row = rowOf(found);
  return {
    check: "key",
    result: "failed",
    message: error.message,
    ...(row === undefined ? { fix: REASONS[reason].whatToDo } : { row }),
    reason,
    ...(error.status !== undefined && { httpStatus: error.status }),
  };
}

const ROWS: Readonly<Partial<Record<FailureReason, TroubleshootingRow>>> = {
  invalid_api_key: TROUBLESHOOTING.key,
  permission_denied: TROUBLESHOOTING.key,
  wrong_endpoint: TROUBLESHOOTING.path,
  rate_limited: TROUBLESHOOTING.quota,
};

function rowOf({ reason }: FailedCheck): TroubleshootingRow | undefined {
  return ROWS[reason];
}

/** What no check can know, since only creating a contact shows it. */
export const UNKNOWN_FINDINGS: readonly Finding[] = [
  {
    check: "scope",
    result: "unknown",
    message:
      "Only creating a contact shows whether the key has the scope contacts/create. If it does not, the first delivery stops with 403; no lead is lost.",
    row: TROUBLESHOOTING.key,
  },
  {
    check: "quota",
    result: "unknown",
    message: "Apollo shows the quota in its answer to the first contact. The check counts against none.",
    row: TROUBLESHOOTING.quota,
  },
];
