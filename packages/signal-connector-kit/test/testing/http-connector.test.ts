import { readPath, type Connector, type Vendor } from "@datafly/signal-connector-kit";
import { createHttp, headerKey, HTTP_FAILURES } from "@datafly/signal-connector-kit/http";
import { connectorConformance, type ConformanceTarget } from "@datafly/signal-connector-kit/testing";
import { describe, test } from "vitest";

import { HERON_OPTIONS, heronConnector, type HeronPerson } from "./heron.js";

/** Heron, called with the kit's own HTTP. */
function httpConnector(target: ConformanceTarget): Connector<HeronPerson> {
  const { baseUrl, secret, timeoutMs } = target;
  const planner = heronConnector(target);
  const vendor: Vendor = { ...planner.vendor, failures: HTTP_FAILURES };
  const http = createHttp({
    vendor: vendor.name,
    baseUrl: `${baseUrl}/v1`,
    authentication: headerKey("x-token", secret),
    quotas: { second: { limit: "x-heron-second-limit", left: "x-heron-second-left" } },
    timeoutMs,
  });
  return {
    ...planner,
    vendor,
    send: ({ payload, warnings }, options) =>
      http.send(
        {
          method: "POST",
          path: ["people"],
          json: payload,
          warnings,
          read: (body) => {
            const recordId = readPath(body, ["person", "id"]);
            return recordId === undefined ? undefined : { recordId };
          },
        },
        options,
      ),
    check: (options) => http.check({ method: "GET", path: ["me"] }, options),
  };
}

describe("a connector that calls with createHttp passes", () => {
  test.each(connectorConformance(httpConnector, { ...HERON_OPTIONS, runs: 20 }))("$name", ({ run }) => run());
});
