import { describe, expect, test } from "vitest";

import { apolloClientInteractions } from "../interactions/apollo-client.js";
import { connectorInteractions } from "../interactions/connector.js";
import { signalEventInteractions } from "../interactions/signal-events.js";
import { pactFileNames, readPact, readPactText } from "../pact-file.js";
import { agreedPacts, madePacts } from "../pact-folder.js";
import { STATE_HANDLERS } from "../provider/states.js";

const declared = {
  "apollo-client-apollo-api.json": apolloClientInteractions,
  "signal-apollo-connector-apollo-api.json": connectorInteractions,
  "signal-apollo-connector-signal-events.json": signalEventInteractions,
} as const;

test("there are the contracts that the tests declare, and no others", () => {
  expect(pactFileNames(agreedPacts)).toEqual(Object.keys(declared));
  expect(pactFileNames(madePacts)).toEqual(Object.keys(declared));
});

describe.each(Object.entries(declared))("%s", (name, interactions) => {
  test("is, byte for byte, what the consumers' tests have just made; `npx pnpm@10.34.9 run contracts --update` agrees on a change", () => {
    expect(readPactText(name, agreedPacts)).toBe(readPactText(name, madePacts));
  });

  test("holds every interaction once: Pact would overwrite one of the same description without a word", () => {
    const descriptions = readPact(name).interactions.map(({ description }) => description);
    expect(descriptions.toSorted()).toEqual(interactions.map(({ description }) => description).sort());
    expect(new Set(descriptions).size).toBe(interactions.length);
  });

  test("has a handler for every state: without one, verification would pass with a mere warning", () => {
    const states = readPact(name).interactions.flatMap(({ providerStates = [] }) => providerStates);
    for (const state of states) expect(Object.keys(STATE_HANDLERS)).toContain(state.name);
  });
});

test("no state has a handler that no contract needs", () => {
  const used = pactFileNames()
    .flatMap((name) => readPact(name).interactions)
    .flatMap(({ providerStates = [] }) => providerStates.map(({ name }) => name));
  expect([...new Set(used)].sort()).toEqual(Object.keys(STATE_HANDLERS).sort());
});
