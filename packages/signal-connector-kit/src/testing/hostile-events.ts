import type { ConformanceEvent } from "./conformance-options.js";
import { valuePlaces, withValue } from "./event-parts.js";

/** How deep the deepest event is. */
const DEPTH = 5_000;
/** How long the longest text is. */
const LENGTH = 200_000;

/** Events that JSON cannot hold, or that are far too large: what a caller in the same process, or an attacker, can hand over. */
export function hostileEvents(event: ConformanceEvent): readonly unknown[] {
  const circular: Record<string, unknown> = { ...event };
  circular.traits = circular;
  circular.context = circular;
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile: readonly unknown[] = [
    circular,
    revoked,
    throwing(),
    new Proxy([], { get: thrower }),
    Object.create(null),
    Symbol("event"),
    () => event,
    new Map(Object.entries(event)),
    deep(),
  ];
  const values: readonly unknown[] = [
    ...hostile,
    undefined,
    null,
    [],
    10n,
    Number.NaN,
    new Date(Number.NaN),
    "x".repeat(LENGTH),
    " ".repeat(LENGTH),
    "1".repeat(LENGTH),
    "\ud800",
    { toString: thrower, valueOf: thrower },
  ];
  const places = [["type"], ["event"], ["context"], ["traits"], ["properties"], ...valuePlaces(event)];
  return [...hostile, ...places.flatMap((place) => values.map((value) => withValue(event, place, value)))];
}

/** An object that throws whatever is done with it. */
function throwing(): object {
  return new Proxy(
    {},
    { get: thrower, has: thrower, ownKeys: thrower, getOwnPropertyDescriptor: thrower, getPrototypeOf: thrower },
  );
}

function thrower(): never {
  throw new Error("This event throws when it is read.");
}

function deep(): unknown {
  let value: unknown = "deep";
  for (let depth = 0; depth < DEPTH; depth += 1) value = { traits: value };
  return value;
}
