import { randomInt } from "node:crypto";

import { Random } from "./random.js";

/** Whether the long form is asked for: `SIGNAL_APOLLO_SUITE=long`. */
const isLong = process.env.SIGNAL_APOLLO_SUITE === "long";

/** One number for the normal run of the tests, another for the long form. */
export function sized<T>(short: T, long: T): T {
  return isLong ? long : short;
}

/** What chance grows from. Told with each failure; `SIGNAL_APOLLO_SUITE_SEED` takes it up again. */
export const seed = Number(process.env.SIGNAL_APOLLO_SUITE_SEED ?? randomInt(2 ** 31));

/** The chance of one test: the same again for the same seed. */
export function randomOf(test: string): Random {
  let mixed = seed;
  for (const character of test) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return new Random(mixed);
}
