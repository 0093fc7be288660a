/** What a value must be, and how to say so. */
export interface Check {
  readonly fits: (value: unknown) => boolean;
  /** Completes "It must be …". */
  readonly what: string;
}

/** A whole number within bounds, which belong to it. */
export function integerWithin(least: number, most: number): Check {
  return {
    fits: (value) => typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
    what: `a whole number from ${least} to ${most}`,
  };
}

/** A number of things of which there is at least one. */
export const oneOrMore: Check = { ...integerWithin(1, Number.MAX_SAFE_INTEGER), what: "a whole number, 1 or more" };

/** A choice between two. */
export const yesOrNo: Check = { fits: (value) => typeof value === "boolean", what: "true or false" };
