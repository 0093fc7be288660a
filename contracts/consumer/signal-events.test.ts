import { planDelivery } from "@datafly/signal-apollo-connector";
import { Pact, v4SynchronousBodyHandler } from "@pact-foundation/pact";
import { expect, test } from "vitest";

import { signalEventInteractions } from "../interactions/signal-events.js";
import { madePacts } from "../pact-folder.js";

test.each(signalEventInteractions)("$description", async ({ description, content, decision }) => {
  const pact = new Pact({
    consumer: "signal-apollo-connector",
    provider: "signal-events",
    dir: madePacts,
    logLevel: "error",
  });
  await pact
    .addAsynchronousInteraction()
    .expectsToReceive(description, (builder) => {
      builder.withJSONContent(content).withMetadata({ contentType: "application/json" });
    })
    .executeTest(
      v4SynchronousBodyHandler((event) => {
        expect(planDelivery(event)).toMatchObject(decision);
        return Promise.resolve();
      }),
    );
});
