import { callCases } from "./call-cases.js";
import { checkCases } from "./check-cases.js";
import { withAdvice, type ConformanceCase } from "./conformance-case.js";
import type { ConformanceOptions, ConnectorFactory } from "./conformance-options.js";
import { consentCases } from "./consent-cases.js";
import { faultCases } from "./fault-cases.js";
import { planCases } from "./plan-cases.js";
import { quotaCases } from "./quota-cases.js";
import { retryAfterCases } from "./retry-after-cases.js";
import { secretCases } from "./secret-cases.js";
import { suiteOf } from "./suite.js";
import { valueCases } from "./value-cases.js";
import { vendorCases } from "./vendor-cases.js";

/**
 * Makes the checks that a connector must pass for the engine's promises to hold with it: consent, purity, values, secrets, and the
 * result of every call to a server that does what servers do. The suite brings the server, on 127.0.0.1, and needs no network.
 *
 * Returns one case for each promise. Hand them to your test runner; each says what is wrong and how to fix it. None needs another one,
 * but run them one after the other: some wait for a time-out of half a second, which a busy process misses.
 *
 * @param connect makes the connector, connected to the address that it is given
 * @throws TypeError if the options are such that nothing would be proven
 *
 * @example
 * ```ts
 * import { test } from "node:test";
 *
 * import type { Connector } from "@datafly/signal-connector-kit";
 * import { connectorConformance } from "@datafly/signal-connector-kit/testing";
 *
 * declare function createMyConnector(options: { url: string; token: string; timeoutMs: number }): Connector;
 *
 * const cases = connectorConformance(
 *   ({ baseUrl, secret, timeoutMs }) => createMyConnector({ url: `${baseUrl}/v2`, token: secret, timeoutMs }),
 *   {
 *     events: [
 *       {
 *         type: "track",
 *         event: "Demo Requested",
 *         traits: { first_name: "Ada", last_name: "Byron", email: "ada@lead.example" },
 *         context: { consent: { canonical: { marketing: true } } },
 *       },
 *     ],
 *     server: { written: { status: 201, body: { id: "p_4711" } } },
 *   },
 * );
 * for (const { name, run } of cases) test(name, run);
 * ```
 */
export function connectorConformance<Payload>(
  connect: ConnectorFactory<Payload>,
  options: ConformanceOptions,
): readonly ConformanceCase[] {
  const suite = suiteOf(connect, options);
  return [
    vendorCases,
    consentCases,
    planCases,
    valueCases,
    callCases,
    faultCases,
    retryAfterCases,
    quotaCases,
    secretCases,
    checkCases,
  ].flatMap((casesOf) => casesOf(suite).map(withAdvice));
}
