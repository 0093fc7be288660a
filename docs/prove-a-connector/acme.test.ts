import { test } from "node:test";

import { connectorConformance } from "@datafly/signal-connector-kit/testing";

import { acmeConnector } from "./acme.js";

const cases = connectorConformance(
  ({ baseUrl, secret, timeoutMs }) => acmeConnector({ url: `${baseUrl}/v2`, token: secret, timeoutMs }),
  {
    events: [
      {
        type: "track",
        event: "Demo Requested",
        traits: { email: "Ada@Lead.example", name: "Ada Byron" },
        context: { consent: { canonical: { marketing: true } } },
      },
    ],
    server: {
      written: { status: 200, body: { id: "p_4711" } },
      checked: { status: 200, body: { account: "Lead Ltd" } },
      quotaHeaders: ["x-quota-limit", "x-quota-left"],
    },
  },
);

for (const { name, run } of cases) void test(name, run);
