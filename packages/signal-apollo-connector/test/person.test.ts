import { expect, test } from "vitest";

import { personKey, planDelivery } from "@datafly/signal-apollo-connector";
import { demoRequested } from "../../../examples/events/events.js";

function keyOf(parts: Record<string, unknown>, traits: Record<string, unknown> = {}) {
  const event = demoRequested({
    traits: { first_name: "Ada", last_name: "Byron", ...traits },
    userId: null,
    anonymousId: null,
    ...parts,
  });
  const decision = planDelivery(event);
  if (decision.action !== "deliver") throw new Error("Expected a delivery");
  return personKey(event, decision.contact);
}

test.each([
  ["e-mail", {}, { email: " Ada@B.example", phone: "+442071838750" }, "email:ada@b.example"],
  ["phone", { userId: "u1" }, { email: "none", phone: "+44 20 7183 8750" }, "phone:+442071838750"],
  ["userId", { userId: "u1", anonymousId: "a1" }, {}, "userId:u1"],
  ["userId that is a number", { userId: 7 }, {}, "userId:7"],
  ["anonymousId", { userId: " ", anonymousId: "a1" }, {}, "anonymousId:a1"],
  ["anonymousId where the userId is no text", { userId: {}, anonymousId: "a1" }, {}, "anonymousId:a1"],
  ["name, as Apollo would match", {}, {}, "name:ada byron"],
])("a person is known by %s", (_, parts, traits, expected) => {
  expect(keyOf(parts, traits)).toBe(expected);
});

test("an address that somebody sets on Object.prototype is not the person's", () => {
  const event = demoRequested({ traits: { first_name: "Ada", last_name: "Byron" }, userId: "u1" });
  Object.defineProperty(Object.prototype, "email", { value: "eve@b.example", configurable: true });
  try {
    expect(personKey(event, { first_name: "Ada", last_name: "Byron" })).toBe("userId:u1");
  } finally {
    Reflect.deleteProperty(Object.prototype, "email");
  }
});

test("an id of millions of characters has a key", () => {
  expect(keyOf({ userId: "a ".repeat(3_500_000) })).toHaveLength("userId:".length + 6_999_999);
});

test("two people whose ids differ only at the end of a million characters stay two", () => {
  const keys = ["a", "b"].map((end) => keyOf({ userId: `${" ".repeat(1_000_000)}${"u".repeat(1_000_000)}${end}` }));
  expect(new Set(keys).size).toBe(2);
});
