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
 * Checks a value against a schema.
 *
 * @param root where in something larger the value stands
 */
export function checkValue<T>(
  schema: z.ZodType<T>,
  value: unknown,
  ...root: readonly string[]
): { readonly value: T } | { readonly issues: readonly Issue[] } {
  const { success, data, error } = schema.safeParse(value, { error: wordsOf });
  if (success) return { value: data };
  return {
    issues: error.issues.map(({ path, message }) => ({ path: [...root, ...path.map(String)].join("."), message })),
  };
}

const KINDS: Readonly<Partial<Record<string, string>>> = {
  array: "a list",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  string: "a text",
};

/** What zod found, in words for a person, where the schema has none of its own. */
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  const missing = issue.input === undefined ? "Missing; expected" : "Expected";
  switch (issue.code) {
    case "invalid_type":
      return `${missing} ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `${missing} one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `Expected at least ${issue.minimum}`;
    case "unrecognized_keys":
      return `There is no ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}
