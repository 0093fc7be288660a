import { join } from "node:path";

import { Verifier } from "@pact-foundation/pact";
import { expect, test } from "vitest";

import { planDelivery } from "@datafly/signal-apollo-connector";

import { signalEventInteractions } from "../interactions/signal-events.js";
import { agreedPacts } from "../pact-folder.js";

const contract = join(agreedPacts, "signal-apollo-connector-signal-events.json");

type Event = Record<string, unknown>;

/** Makes an event of the one that is described, for its description. */
type EventOf = (event: Event, description: string) => Event;

/** Verifies the events that are made, by the descriptions in the contract. Resolves with what was sent for each. */
async function verify(eventOf: EventOf): Promise<ReadonlyMap<string, unknown>> {
  const sent = new Map<string, unknown>();
  const messageProviders = Object.fromEntries(
    signalEventInteractions.map(({ description, event }) => [
      description,
      () => {
        // What is undefined is not on the wire.
        const message = JSON.parse(JSON.stringify(eventOf(event, description))) as object;
        sent.set(description, message);
        return Promise.resolve(message);
      },
    ]),
  );
  await new Verifier({
    provider: "signal-events",
    messageProviders,
    pactUrls: [contract],
    failIfNoPactsFound: true,
    logLevel: "error",
  }).verifyProvider();
  return sent;
}

/** The descriptions of the events that the connector does not decide as agreed. */
function decidedOtherwise(sent: ReadonlyMap<string, unknown>): string[] {
  const wrong: string[] = [];
  for (const { description, decision } of signalEventInteractions) {
    try {
      expect(planDelivery(sent.get(description))).toMatchObject(decision);
    } catch {
      wrong.push(description);
    }
  }
  return wrong;
}

/** Makes the event of one description otherwise. */
const only =
  (description: string, change: (event: Event) => Event): EventOf =>
  (event, name) =>
    name === description ? change(event) : event;

test("the events of the examples and tests are those that the contract is about, and are decided as agreed", async () => {
  expect(decidedOtherwise(await verify((event) => event))).toEqual([]);
});

test.each<[string, string, (event: Event) => Event]>([
  [
    "a flag of consent that is a text",
    "Demo Requested, with a lead source",
    (event) => ({ ...event, context: { consent: { canonical: { marketing: "true" } } } }),
  ],
  [
    "no consent",
    "Lead Generated, with marketing consent in the canonical view",
    (event) => ({ ...event, context: {} }),
  ],
  ["another type", "a page view", (event) => ({ ...event, type: "screen" })],
])("an event with %s would break the contract: %s", async (_, description, change) => {
  await expect(verify(only(description, change))).rejects.toThrow();
});

// A contract of messages lets more stand in them than it says. Where something must not stand there, the decision tells.
test.each<[string, string, (event: Event) => Event]>([
  [
    "consent after all",
    "Demo Requested, of a visitor who was never asked",
    (event) => ({ ...event, context: { locale: "en-US", consent: { canonical: { marketing: true } } } }),
  ],
  [
    "a canonical view that denies it",
    "Demo Requested, with marketing consent in the older, flat form",
    (event) => ({ ...event, context: { consent: { canonical: { marketing: false }, marketing: true } } }),
  ],
  [
    "a last name",
    "Lead Generated, without a last name",
    (event) => ({ ...event, traits: { first_name: "Cher", last_name: "Sarkisian" } }),
  ],
])("an event with %s would be decided otherwise than agreed: %s", async (_, description, change) => {
  expect(decidedOtherwise(await verify(only(description, change)))).toEqual([description]);
});
