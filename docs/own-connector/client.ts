import type { FailureClass } from "@datafly/signal-apollo-connector";

import type { Subscriber } from "./mapping.js";

/** Where Pelican is, and the key to it. */
export interface PelicanOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** What became of one attempt: stored, or not, and then what that asks for. */
export type Attempt =
  { readonly kind: "stored" } | { readonly kind: Exclude<FailureClass, "interrupted">; readonly status?: number };

/** Puts one subscriber in place, once. Pelican's PUT is idempotent: to send it again is harmless. */
export async function putSubscriber(
  { baseUrl, apiKey, timeoutMs = 10_000 }: PelicanOptions,
  { email, ...fields }: Subscriber,
): Promise<Attempt> {
  try {
    const { status, body } = await fetch(`${baseUrl}/subscribers/${encodeURIComponent(email)}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" },
      body: JSON.stringify(fields),
      signal: AbortSignal.timeout(timeoutMs),
      // The key would go along to another host.
      redirect: "manual",
    });
    // What it says is of no use here; unread, it would hold the connection.
    await body?.cancel();
    if (status === 200 || status === 201) return { kind: "stored" };
    return { kind: classOf(status), status };
  } catch {
    // No answer: it may have been stored. Only because the PUT is idempotent may it be sent again.
    return { kind: "transient" };
  }
}

function classOf(status: number): Exclude<FailureClass, "interrupted"> {
  // The key, the plan or the address is wrong, which is not the lead's fault.
  if (status < 400 || [401, 402, 403, 404].includes(status)) return "setup";
  if (status === 429) return "throttle";
  return status >= 500 || status === 408 ? "transient" : "final";
}
