import { expect, test } from "vitest";

import { createApolloConnector, FAILURE_CLASSES } from "@datafly/signal-apollo-connector";
import { demoRequested } from "../../../examples/events/events.js";

/** A 2xx here has no contact in its body. */
const statuses = Array.from({ length: 400 }, (_, index) => 200 + index);

test("a failure is one to send again just where the client itself repeats the call, whatever the status", async () => {
  for (const status of statuses) {
    let calls = 0;
    const connector = createApolloConnector({
      apiKey: "key",
      client: {
        maxRetries: 1,
        runtime: { sleep: () => Promise.resolve() },
        fetch: () => {
          calls++;
          return Promise.resolve(new Response(null, { status }));
        },
      },
    });

    const outcome = await connector.deliver(demoRequested());

    const failureClass = outcome.status === "failed" ? FAILURE_CLASSES[outcome.reason] : outcome.status;
    const repeated = failureClass === "transient" || failureClass === "throttle";
    expect({ status, failureClass, calls }).toEqual({ status, failureClass, calls: repeated ? 2 : 1 });
  }
});
