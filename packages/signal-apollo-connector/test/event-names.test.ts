import { describe, expect, test } from "vitest";

import { defaultBlueprint, findNearMiss, planDelivery, type Blueprint } from "@datafly/signal-apollo-connector";
import { demoRequested } from "../../../examples/events/events.js";

describe("Signal's ids of the events, which Datafly.js sends", () => {
  test.each(["lead_generated", "demo_requested", "signed_up"])("%s becomes a contact", (event) => {
    expect(planDelivery(demoRequested({ event })).action).toBe("deliver");
  });

  test.each(["Signed Up", "signed_up"])("%s has its method as a label", (event) => {
    expect(planDelivery(demoRequested({ event, properties: { method: "google" } }))).toMatchObject({
      contact: { label_names: ["Signal - Marketing Opt-in", "google"] },
    });
  });

  test("demo_requested has no method: the word is too common", () => {
    expect(planDelivery(demoRequested({ event: "demo_requested", properties: { method: "post" } }))).toMatchObject({
      contact: { label_names: ["Signal - Marketing Opt-in"] },
    });
  });
});

describe("an event that is dropped for its spelling", () => {
  test.each([
    ["demo requested", "Demo Requested"],
    ["Demo_Requested", "Demo Requested"],
    ["DEMO REQUESTED", "Demo Requested"],
    ["demoRequested", "Demo Requested"],
    ["demo-requested", "Demo Requested"],
    ["Demo  Requested ", "Demo Requested"],
    ["Ｄｅｍｏ Requested", "Demo Requested"],
    ["demo.requested", "Demo Requested"],
    ["signedup", "Signed Up"],
    ["Sign Up", "Signed Up"],
    ["Demo Request", "Demo Requested"],
    ["Requested Demo", "Demo Requested"],
    ["Demo Reqested", "Demo Requested"],
    ["Demo Requetsed", "Demo Requested"],
    ["Leed Generated", "Lead Generated"],
    ["lead_genrated", "Lead Generated"],
  ])("%j: did you mean %s", (name, meant) => {
    const event = demoRequested({ event: name });
    expect(planDelivery(event)).toStrictEqual({ action: "drop", reason: "event_not_mapped" });
    expect(findNearMiss(event)).toStrictEqual({ path: "event", found: name, meant });
  });

  test.each([["Track"], ["TRACK"], [" track "]])("type %j: did you mean track", (type) => {
    expect(findNearMiss(demoRequested({ type }))).toStrictEqual({ path: "type", found: type, meant: "track" });
  });

  test.each([
    "Signed In",
    "Signed Out",
    "Product Viewed",
    "Demo Cancelled",
    "Lead Lost",
    "Lead",
    "",
    "-",
    "constructor",
    "__proto__",
    "D".repeat(5_000),
  ])("%j is another event", (event) => {
    expect(findNearMiss(demoRequested({ event }))).toBeUndefined();
  });

  test.each([
    ["is mapped", demoRequested()],
    ["is mapped, and has no consent", demoRequested({ context: {} })],
    ["is a page view", demoRequested({ type: "page" })],
    ["is not an event", "demo requested"],
    ["cannot be read", { get type(): string { throw new Error("no"); } }], // prettier-ignore
  ])("nothing is said of one that %s", (_, event) => {
    expect(findNearMiss(event)).toBeUndefined();
  });

  test.each([
    ["Tier 10", "Tier 11"],
    ["Lead Rated", "Lead Dated"],
    ["Account Activated", "Account Deactivated"],
    ["Free Trial Started Today", "Free Tral Strted Tody"],
    ["Demo Requested", `Demo Requested${" ".repeat(100)}`],
  ])("of %j, %j is no near miss", (name, event) => {
    const blueprint: Blueprint = { ...defaultBlueprint, events: [name] };
    expect(findNearMiss(demoRequested({ event }), { blueprint })).toBeUndefined();
  });

  test("the names are those of the blueprint", () => {
    const blueprint: Blueprint = { ...defaultBlueprint, events: ["Webinar Attended"] };
    expect(findNearMiss(demoRequested({ event: "webinar_attended" }), { blueprint })).toMatchObject({
      meant: "Webinar Attended",
    });
    expect(findNearMiss(demoRequested({ event: "demo requested" }), { blueprint })).toBeUndefined();
  });
});
