import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject } from "./json.js";

/** The number of calls that each window allows; `null` means no limit. */
export interface Plan {
  /** Calls per minute. */
  readonly minute: number | null;
  /** Calls per hour. */
  readonly hour: number | null;
  /** Calls per 24 hours. */
  readonly day: number | null;
}

/** The API quotas of Apollo's plans, and of one without limits. */
export const plans = {
  free: { minute: 50, hour: 200, day: 600 },
  basic: { minute: 200, hour: 400, day: 2000 },
  professional: { minute: 200, hour: 400, day: 2000 },
  organization: { minute: 200, hour: 600, day: 6000 },
  unlimited: { minute: null, hour: null, day: null },
} as const satisfies Record<string, Plan>;

/**
 * The name of a plan.
 *
 * @useDeclaredType
 */
export type PlanName = keyof typeof plans;

/** The names of all plans, smallest first. */
export const planNames = Object.keys(plans) as readonly PlanName[];

/** Turns the name of a plan, or limits of one's own, into a plan. Anything else throws an `InvalidInputError`. */
export function resolvePlan(plan: unknown): Plan {
  if (isPlanName(plan)) return plans[plan];
  if (isJsonObject(plan) && isLimit(plan.minute) && isLimit(plan.hour) && isLimit(plan.day)) {
    return { minute: plan.minute, hour: plan.hour, day: plan.day };
  }
  throw new InvalidInputError(
    `plan must be one of ${planNames.join(", ")}, or { minute, hour, day }, each a whole number or null for no limit.`,
  );
}

/** The name of a plan, or `null` for limits of one's own. */
export function nameOfPlan(plan: Plan): PlanName | null {
  return planNames.find((name) => plans[name] === plan) ?? null;
}

function isPlanName(value: unknown): value is PlanName {
  return typeof value === "string" && Object.hasOwn(plans, value);
}

function isLimit(value: unknown): value is number | null {
  return value === null || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0);
}
