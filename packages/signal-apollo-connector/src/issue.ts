import type * as z from "zod";

/** One thing that is wrong with a value, and where. */
export interface Issue {
  /**
   * Where, in dots: `fields.email`. With ` | ` between them where a value is looked for in several places. Empty for the value
   * as a whole.
   */
  readonly path: string;
  /** What is wrong. Never holds the value itself. */
  readonly message: string;
}

/**
 * What zod found, in the form that decisions and errors carry.
 *
 * @param root where in something larger the value stands
 */
export function issuesOf(error: z.ZodError, ...root: readonly string[]): readonly Issue[] {
  return error.issues.map(({ path, message }) => ({ path: [...root, ...path.map(String)].join("."), message }));
}
