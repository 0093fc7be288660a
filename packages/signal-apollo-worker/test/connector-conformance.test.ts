import { createApolloConnector, type PlanSettings } from "@datafly/signal-apollo-connector";
import { connectorConformance, type ConformanceOptions } from "@datafly/signal-connector-kit/testing";
import { describe, test } from "vitest";

import { apolloConnector } from "../src/apollo-connector.js";
import { lead } from "../../signal-delivery/test/support/events.js";

const OPTIONS: ConformanceOptions = {
  events: [
    lead(1, {
      traits: {
        first_name: "Ada",
        last_name: "Byron",
        email: "ada.byron@lead.example",
        phone: "+44 20 7183 8750",
        company: "Analytical Engines",
        title: "Countess of Lovelace",
        website: "https://engines.example",
      },
    }),
  ],
  server: {
    written: { status: 200, body: { contact: { id: "66f1c0ffee0000000000a001" }, labels: [] } },
    checked: { status: 200, body: { healthy: true, is_logged_in: true } },
    quotaHeaders: ["minute", "hourly", "24-hour"].flatMap((window) => [
      `x-rate-limit-${window}`,
      `x-${window}-usage`,
      `x-${window}-requests-left`,
    ]),
  },
  derivedFields: ["label_names"],
};

const SETTINGS: readonly PlanSettings[] = [{}, { deduplicate: false, defaultCountry: "GB" }];

describe.each(SETTINGS)("Apollo's connector with the settings %j", (settings) => {
  const cases = connectorConformance(
    ({ baseUrl, secret, timeoutMs }) =>
      apolloConnector(
        createApolloConnector({
          ...settings,
          apiKey: secret,
          client: { baseUrl: `${baseUrl}/api/v1`, timeoutMs, maxRetries: 0 },
        }),
        settings,
      ),
    { ...OPTIONS, runs: 100 },
  );
  test.each(cases)("$name", ({ run }) => run());
});
