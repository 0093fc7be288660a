import { isObject } from "@datafly/safe-http";

import { callInit, send, type ApolloApi } from "./api.js";
import type { ApolloOperation } from "./apollo-operation.js";
import type { CallOptions } from "./options.js";

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

/** What is particular about checking a key. */
export const CHECK_KEY: ApolloOperation = {
  writes: false,
  harmlessTwice: () => true,
  proves: (body) => isObject(body) && typeof body.is_logged_in === "boolean",
  words: {
    maybeDelivered: () => "",
    unproven: "it does not say whether the key is valid",
    refused: "the check of the key",
    refusedAdvice: ".",
    endpoint: "Create a Contact",
  },
};

/** Asks Apollo whether the key is valid. */
export async function checkKey(api: ApolloApi, options: CallOptions | undefined): Promise<CheckedKey> {
  const { data, response } = await send(api.GET("/auth/health", callInit(options)));
  const { status, headers, attempts } = response;
  return { valid: status === 200 && data.is_logged_in, status, attempts, headers };
}
