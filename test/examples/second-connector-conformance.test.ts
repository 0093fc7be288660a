import { connectorConformance } from "@datafly/signal-connector-kit/testing";
import { test } from "vitest";

import { connector } from "../../examples/second-connector/connector.js";

const cases = connectorConformance(
  ({ baseUrl, secret, timeoutMs }) => {
    const tools = { now: () => Date.now(), timeoutMs };
    return connector.connect({ token: secret, baseUrl }, connector.blueprint.default, tools);
  },
  {
    events: [
      {
        type: "track",
        event: "Demo Requested",
        traits: {
          email: "Ada@Lead.example",
          first_name: "Ada",
          last_name: "Byron",
          company: "Analytical Engines",
          phone: "+44 20 7183 8750",
        },
        properties: { lead_source: "Webinar" },
        context: { locale: "en-GB", consent: { canonical: { marketing: true } } },
      },
    ],
    server: {
      written: { status: 200, body: { id: "p4711", updated: false } },
      checked: { status: 200, body: { scopes: ["people:write"] } },
      quotaHeaders: ["pelican-calls-allowed", "pelican-calls-left"],
    },
    runs: 100,
  },
);

// They wait for time-outs, so they run one after the other.
test.each(cases)("$name", ({ run }) => run());
