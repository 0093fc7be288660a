import { createRedactor, watchConnecting } from "@datafly/safe-http";

import type { CheckResult, SendOptions } from "../connector/connector.js";
import type { SendResult } from "../connector/send-result.js";
import { sendOnce } from "./http-call.js";
import { checkHttpOptions, type HttpOptions } from "./http-options.js";
import type { HttpRequest } from "./http-request.js";

/** Calls a vendor over HTTP. */
export interface Http {
  /**
   * Sends **one** request, and retries nothing: the engine does. Resolves with what came of it, failures included.
   *
   * @param options those that the engine hands to the connector's `send`
   */
  send(request: HttpRequest, options?: SendOptions): Promise<SendResult>;
  /**
   * Sends one request that writes nothing, for the connector's `check`.
   *
   * @param options those that the engine hands to the connector's `check`
   */
  check(request: HttpRequest, options?: SendOptions): Promise<CheckResult>;
}

/**
 * Makes what calls a vendor over HTTP, and answers with the results that the engine takes. Does no I/O yet.
 *
 * One call is one request with a deadline that includes the body. Redirects are not followed; at most 1 MiB of a body is read. A
 * failure says whether the request may have been carried out. No result contains a secret, and no `message` a value of the record.
 *
 * Spread {@link HTTP_FAILURES} into the `failures` of your vendor: they are the reasons that calls fail for.
 *
 * @throws SettingsError if an option is wrong
 *
 * @example
 * ```ts
 * import { bearer, createHttp } from "@datafly/signal-connector-kit/http";
 *
 * const http = createHttp({
 *   vendor: "Acme",
 *   baseUrl: "https://api.acme.example/v2",
 *   authentication: bearer("the token"),
 *   quotas: { ten_seconds: { limit: "x-quota-limit", left: "x-quota-left" } },
 * });
 * const result = await http.send({ method: "PUT", path: ["people", "ada@acme.example"], json: { name: "Ada" } });
 * console.log(result.status);
 * ```
 */
export function createHttp(options: HttpOptions): Http {
  const settings = checkHttpOptions(options);
  watchConnecting();
  const redactor = createRedactor();
  return Object.freeze<Http>({
    send: (request, { signal } = {}) => sendOnce(settings, redactor, request, signal),
    check: async (request, { signal } = {}) => {
      const result = await sendOnce(settings, redactor, request, signal);
      return result.status === "failed" ? result : { status: "ok" };
    },
  });
}
