import { describe, expect, test } from "vitest";

import * as client from "@datafly/apollo-client";
import * as sandbox from "@datafly/apollo-sandbox";
import * as connector from "@datafly/signal-apollo-connector";
import * as worker from "@datafly/signal-apollo-worker";
import * as kit from "@datafly/signal-connector-kit";
import * as delivery from "@datafly/signal-delivery";

/** Everything that the packages export that is an object: who changes it changes it for the whole process. */
const constants = Object.entries({ ...client, ...kit, ...delivery, ...connector, ...worker, ...sandbox }).filter(
  // A schema cannot be frozen; the connector has one of its own.
  ([name, value]) => typeof value === "object" && name !== "signalEventSchema",
);

function objectsIn(value: unknown): readonly object[] {
  return typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

describe("every exported constant is frozen with everything in it", () => {
  test.each(constants)("%s", (_, value) => {
    for (const part of objectsIn(value)) expect(part).toSatisfy(Object.isFrozen);
  });

  test("all of them are looked at", () => {
    expect(constants.map(([name]) => name)).toEqual(
      expect.arrayContaining(["CONSENT_PURPOSES", "ExitCode", "REASONS", "WARNINGS", "defaultBlueprint"]),
    );
  });
});
