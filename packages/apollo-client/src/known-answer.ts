import { isObject } from "@datafly/safe-http";

import { AuthenticationError, PaymentRequiredError } from "./errors.js";

/** A refusal that means something other than its status alone says. */
interface KnownAnswer {
  readonly status: number;
  /** The member of the JSON body that says it. */
  readonly member: string;
  /** Members that the body must not have: with them it is an answer of another form. */
  readonly absent: readonly string[];
  /** What the member's whole text is, whatever its case and white space. */
  readonly text: RegExp;
  readonly error: typeof AuthenticationError | typeof PaymentRequiredError;
  /** What to tell the caller. */
  readonly message: string;
}

/** Refusals of the key or the plan that Apollo sends with a status that otherwise speaks of the contact or the key's scope. */
const KNOWN_ANSWERS: readonly KnownAnswer[] = [
  {
    status: 422,
    member: "error",
    absent: ["message"],
    // From start to end: other errors of this status quote values of the contact.
    text: /^api key (?:is )?required[.!]?$/i,
    error: AuthenticationError,
    message:
      "Apollo got no API key (422). Something on the way, a proxy for instance, removed the X-Api-Key header. Check it, and baseUrl.",
  },
  {
    status: 403,
    member: "message",
    absent: ["error", "error_code"],
    text: /\bpaid plans?\b/i,
    error: PaymentRequiredError,
    message:
      "The Apollo plan has no API access (403). Upgrade to a plan with API access, or use a key of a team that has one.",
  },
];

/** Finds out whether an answer is a refusal that means something other than its status alone says. */
export function knownAnswer(status: number, json: unknown): KnownAnswer | undefined {
  if (!isObject(json)) return undefined;
  return KNOWN_ANSWERS.find(({ member, absent, text, ...known }) => {
    const said = json[member];
    return (
      known.status === status &&
      typeof said === "string" &&
      absent.every((name) => (json[name] ?? null) === null) &&
      text.test(said.trim().replace(/\s+/g, " "))
    );
  });
}
