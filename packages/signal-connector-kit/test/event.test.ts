import { expect, test } from "vitest";

import { eventIssues, isSignalEvent } from "@datafly/signal-connector-kit";

test.each([
  [{ type: "track", event: "Demo Requested" }, []],
  [{ type: "page" }, []],
  [{ type: "track" }, [{ path: "event", message: "A track event needs its name, a text" }]],
  [{}, [{ path: "type", message: "Missing; expected a text" }]],
  [[], [{ path: "", message: "Expected an object" }]],
])("%j has the issues %j", (value, issues) => {
  expect(eventIssues(value)).toEqual(issues);
  expect(isSignalEvent(value)).toBe(issues.length === 0);
});
