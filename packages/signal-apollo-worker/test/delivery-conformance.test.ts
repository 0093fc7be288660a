import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { deliveryConformance } from "@datafly/signal-connector-kit/testing";
import { describe, test } from "vitest";

const signalApollo = fileURLToPath(new URL("../bin/signal-apollo.js", import.meta.url));

describe.each([
  ["deduplication", true, []],
  ["deduplication off", false, ["--no-dedupe"]],
] as const)("signal-apollo with %s", (_, idempotent, flags) => {
  const cases = deliveryConformance({
    start: ({ file, baseUrl, secret }) =>
      spawn(process.execPath, [signalApollo, "deliver", ...flags, file], {
        env: { PATH: process.env.PATH, APOLLO_BASE_URL: `${baseUrl}/api/v1`, APOLLO_API_KEY: secret },
      }),
    event: ({ person, step }) => ({
      type: "track",
      event: "Demo Requested",
      traits: { first_name: "Ada", last_name: "Byron", email: `person${person}@lead.example`, title: `Step ${step}` },
      context: { consent: { canonical: { marketing: true } } },
    }),
    leadOf: ({ body }) => {
      const [, person, step] = /person(\d+)@.*Step (\d+)/s.exec(body) ?? [];
      return person === undefined ? undefined : { person: Number(person), step: Number(step) };
    },
    server: {
      written: { status: 200, body: { contact: { id: "66f1c0ffee0000000000a001" }, labels: [] } },
      checked: { status: 200, body: { healthy: true, is_logged_in: true } },
    },
    idempotent,
  });
  test.each(cases)("$name", { timeout: 180_000 }, ({ run }) => run());
});
