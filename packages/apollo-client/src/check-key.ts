import { call, type CallContext } from "./call.js";
import { isObject } from "./json.js";
import type { Operation } from "./operation.js";
import type { CallOptions } from "./options.js";
import type { KeyHealth } from "./schemas.js";

/** Apollo's answer about an API key. */
export interface CheckedKey {
  /**
   * Whether the key is valid: the status is 200 and `is_logged_in` is `true`. Whether it may create contacts is not known; only
   * creating one shows that.
   */
  readonly valid: boolean;
  /** The HTTP status. */
  readonly status: number;
  /** How often the request was sent; 1 without retries. */
  readonly attempts: number;
  /** The answer's headers. They hold no quota: the check does not count against it. */
  readonly headers: Headers;
}

const KEY_CHECK: Operation<KeyHealth> = {
  method: "GET",
  path: "/auth/health",
  writes: false,
  harmlessTwice: true,
  proves: (body): body is KeyHealth => isObject(body) && typeof body.is_logged_in === "boolean",
  words: {
    success: "Apollo answered the check of the key.",
    maybeDelivered: "",
    unproven: "it does not say whether the key is valid",
    refused: "the check of the key",
    refusedAdvice: "",
  },
};

/** Asks Apollo whether the key is valid. */
export async function checkKey(context: CallContext, options: CallOptions): Promise<CheckedKey> {
  const { answer, body, attempts } = await call(context, KEY_CHECK, options);
  const { status, headers } = answer;
  return { valid: status === 200 && body.is_logged_in, status, attempts, headers };
}
