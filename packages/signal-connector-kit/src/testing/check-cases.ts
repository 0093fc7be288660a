import type { CheckResult, Connector } from "../connector/connector.js";
import { isObject } from "../object/is-object.js";
import { ensure, type ConformanceCase } from "./conformance-case.js";
import { answer, closedPort, withServer } from "./hostile-server.js";
import { ensureFailure, ensureMeans } from "./result-form.js";
import { sent } from "./send-once.js";
import { settled, SHORT_TIMEOUT_MS, type Suite } from "./suite.js";

/** Checks the check, if the connector has one. */
export function checkCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { written, checked } = suite.server;
  /** Runs the check of a connector to a server that answers with one status. */
  const checkOf = (status: number, body?: unknown) =>
    withServer(
      (response) => {
        answer(response, { status, body });
      },
      async ({ baseUrl }) => {
        const connector = await suite.connect(baseUrl);
        return { connector, result: await checkedBy(connector) };
      },
    );

  return [
    {
      name: "check: it says that a wrong secret is a matter of the settings",
      run: async () => {
        const { connector, result } = await checkOf(401, { error: "Unauthorized" });
        if (result === undefined) return;
        ensure(result.status === "failed", "A check that is answered 401 is ok.", "return failed");
        ensureMeans(
          connector,
          result,
          { class: "setup", maybeDelivered: false },
          "The vendor answered a check with 401",
        );
      },
    },
    {
      name: "check: it never rejects, and nothing that goes wrong is ok",
      run: async () => {
        for (const status of [302, 403, 404, 429, 500, 503]) {
          const { result } = await checkOf(status);
          ensure(result?.status !== "ok", `A check that is answered ${status} is ok.`, "return failed");
        }
        const refused = await checkedBy(await suite.connect(await closedPort()));
        ensure(refused?.status !== "ok", "A check without a server is ok.", "return failed");
        await withServer(
          () => undefined,
          async ({ baseUrl }) => {
            const stalled = await checkedBy(await suite.connect(baseUrl, SHORT_TIMEOUT_MS));
            ensure(stalled?.status !== "ok", "A check without an answer is ok.", "return failed");
          },
        );
      },
    },
    {
      name: "check: it writes nothing, and does not call what send calls",
      run: () =>
        withServer(
          (response) => {
            answer(response, written);
          },
          async ({ baseUrl, requests }) => {
            const connector = await suite.connect(baseUrl);
            await checkedBy(connector);
            const byCheck = requests.map(({ method, path }) => `${method} ${path}`);
            await sent(connector, suite.planned(connector));
            const { method = "", path = "" } = requests[byCheck.length] ?? {};
            ensure(
              !byCheck.includes(`${method} ${path}`),
              `check calls ${method} ${path}, as send does.`,
              "call something that writes nothing, such as the vendor's endpoint for the own account; or leave check out",
            );
          },
        ),
    },
    ...(checked === undefined
      ? []
      : [
          {
            name: "check: it is ok when all is well",
            run: () =>
              withServer(
                (response) => {
                  answer(response, checked);
                },
                async ({ baseUrl }) => {
                  const result = await checkedBy(await suite.connect(baseUrl));
                  ensure(
                    result?.status === "ok",
                    `The vendor's answer to a check is good, but the result is ${JSON.stringify(result)}.`,
                    "return { status: 'ok' }; or give the suite, in server.checked, the answer of your vendor",
                  );
                },
              ),
          },
        ]),
  ];
}

/** @throws ConformanceError if the check rejects, or its result has not the right form */
export async function checkedBy(connector: Connector): Promise<CheckResult | undefined> {
  if (connector.check === undefined) return undefined;
  const call = async () => connector.check?.();
  const result = await settled(
    call().catch((error: unknown) => {
      ensure(false, `check rejected: ${String(error)}`, "resolve with { status: 'failed', … } whatever happens");
    }),
    "check",
  );
  ensure(
    isObject(result) && ["ok", "failed"].includes(result.status),
    `check resolved with ${JSON.stringify(result)}.`,
    "resolve with ok or failed",
  );
  if (result.status === "failed") ensureFailure(connector, result);
  return result;
}
