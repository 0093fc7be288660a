import type { z } from "zod";

/** One thing that is wrong with a value, and where. */
export interface Issue {
  /** Where, in dots: `fields.email`. Empty for the value as a whole. */
  readonly path: string;
  /** What is wrong. Never holds the value itself. */
  readonly message: string;
}

/** What zod found, in the form that decisions and errors carry. */
export function issuesOf(error: z.ZodError): readonly Issue[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
}
