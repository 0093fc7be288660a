import fc from "fast-check";

import { ConformanceError } from "./conformance-case.js";
import type { Suite } from "./suite.js";

/**
 * Tries a rule with many random values, and reports the smallest one that breaks it.
 *
 * @throws ConformanceError as the rule threw it, with the value and the seed
 */
export function forAll<T>(
  { runs, seed }: Pick<Suite<unknown>, "runs" | "seed">,
  arbitrary: fc.Arbitrary<T>,
  rule: (value: T) => void,
): void {
  const checked = fc.check(fc.property(arbitrary, rule), { numRuns: runs, ...(seed !== undefined && { seed }) });
  if (!checked.failed) return;
  const { errorInstance: error, counterexample } = checked;
  const found = `\nFound with ${fc.stringify(counterexample?.[0])}, seed ${checked.seed}.`;
  if (error instanceof ConformanceError) throw new ConformanceError(error.problem + found, error.whatToDo);
  throw new Error(`The check itself failed.${found}`, { cause: error });
}

/** A value as it can be at any place of an event that comes from JSON, or from somewhere worse. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
);

/** A text as people and programs write it into a form. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.lorem(),
  fc.emailAddress(),
  fc.webUrl(),
  fc.integer().map(String),
  fc.constantFrom("  Ada  ", "ADA", "Ñandú", "+44 20 7183 8750", "555-0100", "example.com", "0", "N/A"),
);
