import { ensure, type ConformanceCase } from "./conformance-case.js";
import { objectsIn } from "./event-parts.js";
import { answer, withServer, type Respond } from "./hostile-server.js";
import { sendOnce, sent } from "./send-once.js";
import { snapshot } from "./snapshot.js";
import type { Suite } from "./suite.js";

/** Checks what every call keeps, be it delivered or not. */
export function callCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { written } = suite.server;
  const write: Respond = (response) => {
    answer(response, written);
  };
  const refuse: Respond = (response) => {
    answer(response, { status: 400, body: { error: "Something is wrong" } });
  };

  return [
    {
      name: "send: a record that is written is delivered, by one request",
      run: () =>
        sendOnce(suite, { respond: write }, ({ result }) => {
          ensure(
            result.status === "delivered" && result.httpStatus === written.status,
            `The vendor wrote the record, but the result is ${JSON.stringify(result)}.`,
            "return delivered with the status of the answer; or give the suite, in server.written, the answer of your vendor",
          );
        }),
    },
    {
      name: "send: warnings of the decision are in every result",
      run: async () => {
        for (const respond of [write, refuse])
          await withServer(respond, async (server) => {
            const connector = await suite.connect(server.baseUrl);
            const code = Object.keys(connector.vendor.warnings)[0];
            if (code === undefined) return;
            const warning = { code, field: "conformance", message: "It was omitted" };
            const decision = { ...suite.planned(connector), warnings: [warning] };
            const { warnings } = await sent(connector, decision);
            ensure(
              warnings.some((one) => snapshot(one) === snapshot(warning)),
              "A warning of the decision is not in the result of the call.",
              "return the decision's warnings with every result, delivered or failed: reports are made of results",
            );
          });
      },
    },
    {
      name: "send: it changes nothing of the decision, and shares nothing with it",
      run: async () => {
        for (const respond of [write, refuse])
          await withServer(respond, async (server) => {
            const connector = await suite.connect(server.baseUrl);
            const code = Object.keys(connector.vendor.warnings)[0];
            const warnings = code === undefined ? [] : [{ code, field: "conformance", message: "It was omitted" }];
            const decision = { ...suite.planned(connector), warnings };
            const before = snapshot(decision);
            const result = await sent(connector, decision);
            ensure(
              snapshot(decision) === before,
              "send changed the decision.",
              "copy what you change: a retry sends the same decision",
            );
            for (const part of objectsIn(result)) if (Array.isArray(part)) Reflect.set(part, "length", 0);
            ensure(
              snapshot(decision) === before,
              "A change of the result changes the decision.",
              "copy the decision's warnings into the result: [...decision.warnings]",
            );
          });
      },
    },
    {
      name: "send: the same decision is sent in the same way each time, if the connector is idempotent",
      run: () =>
        withServer(write, async (server) => {
          const connector = await suite.connect(server.baseUrl);
          if (!connector.idempotent) return;
          const decision = suite.planned(connector);
          await sent(connector, decision);
          await sent(connector, decision);
          const [first, second] = server.requests.map(({ method, path, headers, body }) => {
            const keys = Object.entries(headers).filter(([name]) => name.includes("idempotency"));
            return snapshot({ method, path: path.replace(/\?.*/, ""), body, keys });
          });
          ensure(
            first === second,
            `The same decision is sent as ${first ?? ""} and as ${second ?? ""}.`,
            "derive everything that makes the call idempotent (address, key, Idempotency-Key) from the decision; or set idempotent to false",
          );
        }),
    },
    {
      name: "send: calls side by side do not get in each other's way",
      run: () =>
        withServer(write, async (server) => {
          const connector = await suite.connect(server.baseUrl);
          const decisions = suite.events.map((event) => suite.planned(connector, event));
          const many = Array.from({ length: 8 }, () => decisions).flat();
          const results = await Promise.all(many.map((decision) => sent(connector, decision)));
          ensure(
            results.every(({ status }) => status === "delivered") && server.requests.length === many.length,
            `Of ${many.length} calls side by side, ${results.filter(({ status }) => status === "delivered").length} are delivered, by ${server.requests.length} requests.`,
            "keep no state of a call outside of it: the engine sends events of different people side by side",
          );
        }),
    },
  ];
}
