import { inspect } from "node:util";

/** A value as a text: equal for equal values, of any kind, and not changed by a later change of the value. */
export function snapshot(value: unknown): string {
  return inspect(value, {
    depth: null,
    maxArrayLength: null,
    maxStringLength: null,
    sorted: true,
    breakLength: Infinity,
  });
}
