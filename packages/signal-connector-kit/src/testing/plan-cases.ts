import fc from "fast-check";

import type { Connector } from "../connector/connector.js";
import type { Decision } from "../decision/decision.js";
import { isObject } from "../object/is-object.js";
import { ensure, type ConformanceCase } from "./conformance-case.js";
import type { ConformanceEvent } from "./conformance-options.js";
import { ensureDecision } from "./decision-form.js";
import { objectsIn, valuePlaces, withoutValues, withValue } from "./event-parts.js";
import { hostileEvents } from "./hostile-events.js";
import { inAnotherWorld, WORLDS } from "./other-worlds.js";
import { polluted } from "./polluted-prototype.js";
import { anyValue, forAll } from "./random-events.js";
import { snapshot } from "./snapshot.js";
import type { Suite } from "./suite.js";

const PURE = "make plan depend on the event and the settings alone: no clock, no chance, no I/O, no state";
const OWN = "make new objects for each decision, or freeze what decisions share with deepFreeze of the kit";

const POLLUTION = "polluted by another package";
/** Names that the language itself looks for on every object. */
const LANGUAGE_NAMES: ReadonlySet<string> = new Set(["value", "get", "set", "path", "then", "constructor", "toJSON"]);

/** Checks that plan is pure, total, and shares nothing. */
export function planCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { events } = suite;

  return [
    {
      name: "plan: events that are not mapped are dropped, and what is not an event is rejected",
      run: async () => {
        const connector = await suite.disconnected();
        const [first] = events;
        for (const event of [
          { ...first, event: "An event that nobody maps" },
          { ...first, type: "page" },
          { ...first, type: "identify" },
        ]) {
          const decision = connector.plan(event);
          ensure(
            decision.action === "drop" && decision.reason === "event_not_mapped",
            `An event that is not mapped is not dropped for event_not_mapped: ${summary(decision)}.`,
            "map only track events whose name is in connector.events, and drop all others",
          );
        }
        for (const event of [null, undefined, 1, "event", [], {}]) {
          const decision = connector.plan(event);
          ensureDecision(connector, decision);
          ensure(
            decision.action === "reject",
            `What is not an event (${JSON.stringify(event)}) is not rejected: ${summary(decision)}.`,
            "reject what isSignalEvent of the kit does not take, so that it is kept for a person to look at",
          );
        }
      },
    },
    {
      name: "plan: it never throws, whatever the event is",
      run: async () => {
        const connector = await suite.disconnected();
        const check = (event: unknown) => {
          ensureDecision(
            connector,
            notThrowing(() => connector.plan(event), "plan"),
          );
          notThrowing(() => connector.trace?.(event), "trace");
          notThrowing(() => connector.nearMiss?.(event), "nearMiss");
        };
        for (const event of events) {
          for (const hostile of hostileEvents(event)) check(hostile);
          const places = [
            ["type"],
            ["event"],
            ["traits"],
            ["properties"],
            ["context", "traits"],
            ...valuePlaces(event),
          ];
          const changed = fc.array(fc.tuple(fc.constantFrom(...places), anyValue), { minLength: 1, maxLength: 4 });
          forAll(suite, changed, (changes) => {
            check(changes.reduce((one, [place, value]) => withValue(one, place, value), event));
          });
        }
        forAll(suite, anyValue, check);
      },
    },
    {
      name: "plan: the same event always gives the same decision, with any clock, any chance, and no call",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of inputsOf(connector, events)) {
          const before = snapshot(connector.plan(event));
          for (const world of WORLDS) {
            const after = snapshot(inAnotherWorld(world, () => connector.plan(event)));
            ensure(after === before, `A later plan of the same event differs: ${after} instead of ${before}.`, PURE);
          }
        }
      },
    },
    {
      name: "plan: it does not change the event, and takes one that is frozen",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of inputsOf(connector, events)) {
          const copy = structuredClone(event);
          const decision = snapshot(connector.plan(copy));
          connector.trace?.(copy);
          ensure(
            snapshot(copy) === snapshot(event),
            "plan changed the event.",
            "copy what you change: others read the event, too",
          );
          const frozen = structuredClone(event);
          for (const part of objectsIn(frozen)) Object.freeze(part);
          const again = snapshot(notThrowing(() => connector.plan(frozen), "plan"));
          ensure(again === decision, "A frozen event is decided in another way.", PURE);
        }
      },
    },
    {
      name: "plan: a later change of the event, or of a decision, changes no other decision",
      run: async () => {
        const connector = await suite.disconnected();
        const inputs = inputsOf(connector, events);
        const expected = inputs.map((event) => snapshot(connector.plan(structuredClone(event))));
        for (const [index, event] of inputs.entries()) {
          const own = structuredClone(event);
          const others = inputs.map((one) => connector.plan(structuredClone(one)));
          const decision = connector.plan(own);
          for (const part of objectsIn(own)) vandalise(part);
          ensure(snapshot(decision) === expected[index], "A change of the event after plan changes the decision.", OWN);
          for (const given of [decision, connector.trace?.(event), connector.nearMiss?.(event)])
            for (const part of objectsIn(given)) vandalise(part);
          ensure(
            others.every((other, at) => snapshot(other) === expected[at]),
            "A change of one decision changes another one that was made before.",
            OWN,
          );
          ensure(
            inputs.every((one, at) => snapshot(connector.plan(one)) === expected[at]),
            "A change of one decision changes later ones.",
            OWN,
          );
        }
      },
    },
    {
      name: "plan: what is set on Object.prototype gets into no decision",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of events) {
          const { payload } = suite.planned(connector, event);
          const places = valuePlaces(event);
          const names = new Set([
            ...places.map((place) => place.at(-1) ?? ""),
            ...(isObject(payload) ? Object.keys(payload) : []),
          ]);
          for (const name of [...names].filter((one) => !LANGUAGE_NAMES.has(one))) {
            const without = places.filter((place) => place.at(-1) === name);
            const input = without.reduce((one, place) => withValue(one, place, undefined), event);
            for (const one of [event, input]) {
              const { action } = connector.plan(one);
              const decision = polluted(name, POLLUTION, () => connector.plan(one));
              ensure(
                decision.action === action && !snapshot(decision).includes(POLLUTION),
                `With Object.prototype.${name} set, the decision is ${snapshot(decision)}.`,
                "read events with readPath of the kit, and read own properties only, of your own objects, too",
              );
            }
          }
        }
      },
    },
    {
      name: "plan: two events of one person have the same person, and order is kept by it",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of events) {
          const { person } = suite.planned(connector, event);
          const later = { ...event, messageId: "another-message", timestamp: "2031-01-01T00:00:00.000Z" };
          const { person: again } = suite.planned(connector, later);
          ensure(
            person === again,
            "Two events that differ in messageId and timestamp only are of different persons.",
            "set person to what identifies the person, and to nothing that differs from event to event",
          );
        }
      },
    },
  ];
}

/** Events that are decided in every way. */
function inputsOf(connector: Connector, events: readonly ConformanceEvent[]): readonly ConformanceEvent[] {
  return events.flatMap((event) => [
    event,
    withValue(event, ["context", "consent"], { canonical: { [connector.purpose]: false } }),
    withValue(event, ["context", "consent"], undefined),
    withValue(event, ["event"], "An event that nobody maps"),
    withValue(event, ["type"], undefined),
    withoutValues(event),
    ...valuePlaces(event).flatMap((place) => [withValue(event, place, undefined), withValue(event, place, "?")]),
  ]);
}

/** @throws ConformanceError if the act throws */
function notThrowing<T>(act: () => T, name: string): T {
  try {
    return act();
  } catch (error) {
    ensure(
      false,
      `${name} threw: ${String(error)}`,
      "take any event at all; reject what cannot be read, inside a try if it has to be: an exception ends the worker",
    );
  }
}

/** Changes an object as far as it lets itself be changed. */
function vandalise(target: object): void {
  for (const name of Object.keys(target)) Reflect.set(target, name, "changed by a caller");
  Reflect.set(target, "added by a caller", true);
  try {
    if (Array.isArray(target)) target.push("added by a caller");
  } catch {
    // Frozen.
  }
}

function summary(decision: Decision<unknown>): string {
  return decision.action === "deliver" ? "deliver" : `${decision.action}, ${decision.reason}`;
}
