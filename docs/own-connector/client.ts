import type { Subscriber } from "./mapping.js";

/** Where Pelican is, and the key to it. */
export interface PelicanOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: "stored" }
  /** A refusal: it would be refused again. */
  | { readonly kind: "refused"; readonly status: number }
  /** No answer, or none that tells: it may have been stored. */
  | { readonly kind: "unknown"; readonly status?: number };

/** Puts one subscriber in place, once. Pelican's PUT is idempotent: to send it again is harmless. */
export async function putSubscriber(
  { baseUrl, apiKey, timeoutMs = 10_000 }: PelicanOptions,
  { email, ...fields }: Subscriber,
): Promise<Attempt> {
  try {
    const { status } = await fetch(`${baseUrl}/subscribers/${encodeURIComponent(email)}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" },
      body: JSON.stringify(fields),
      signal: AbortSignal.timeout(timeoutMs),
      // The key would go along to another host.
      redirect: "manual",
    });
    if (status === 200 || status === 201) return { kind: "stored" };
    return status === 429 || status >= 500 ? { kind: "unknown", status } : { kind: "refused", status };
  } catch {
    return { kind: "unknown" };
  }
}
