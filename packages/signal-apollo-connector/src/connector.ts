import { AuthenticationError, isApolloError, type ApolloClient, type Contact } from "@datafly/apollo-client";

import type { Decision, DeliverDecision } from "./decision.js";
import { checkDeliverOptions, type DeliverOptions } from "./deliver-options.js";
import {
  failureReason,
  type CheckOutcome,
  type DeliveredOutcome,
  type FailedCheck,
  type FailedOutcome,
  type Outcome,
} from "./outcome.js";
import { planDelivery } from "./plan.js";
import { connect, type ConnectorSettings } from "./settings.js";
import { storedDifferences } from "./stored-differences.js";
import { warningOf } from "./warning.js";

/** Turns events of Signal into contacts in Apollo, one at a time. */
export interface ApolloConnector {
  /** Decides what is to be done with an event, without doing it. See {@link planDelivery}. */
  plan(event: unknown): Decision;
  /**
   * Does what a decision says, and trusts it: give it only what {@link ApolloConnector.plan} made. For callers who look at the
   * decision first, or queue by person.
   *
   * @throws TypeError if `signal` is no `AbortSignal`, or an option is unknown, whatever the decision is
   */
  send(decision: Decision, options?: DeliverOptions): Promise<Outcome>;
  /**
   * Plans an event and does what the plan says. Resolves with what became of it, failures included.
   *
   * @throws TypeError if `signal` is no `AbortSignal`, or an option is unknown, whatever becomes of the event
   */
  deliver(event: unknown, options?: DeliverOptions): Promise<Outcome>;
  /**
   * Checks whether Apollo answers and the API key is valid, and writes nothing. Resolves with the result, failures included.
   * Whether the key may create contacts is not known without creating one.
   *
   * @throws TypeError if `signal` is not an `AbortSignal`, or an option is unknown
   */
  check(options?: DeliverOptions): Promise<CheckOutcome>;
}

/**
 * Makes a connector. Cheap, does no I/O; share one among all events.
 *
 * @throws SettingsError if a setting, the blueprint, the key or an option of the client is wrong
 *
 * @example
 * ```ts
 * import { createApolloConnector } from "@datafly/signal-apollo-connector";
 *
 * const connector = createApolloConnector({ apiKey: "your key", defaultCountry: "US" });
 *
 * export async function handle(event: unknown): Promise<void> {
 *   const outcome = await connector.deliver(event);
 *   if (outcome.status === "failed") console.error(outcome.reason, outcome.error.message);
 * }
 * ```
 */
export function createApolloConnector(settings: ConnectorSettings): ApolloConnector {
  const { client, plan: planSettings } = connect(settings);

  const plan = (event: unknown) => planDelivery(event, planSettings);
  const send = (decision: Decision, options?: DeliverOptions) => carryOut(client, decision, options);
  const deliver = (event: unknown, options?: DeliverOptions) => send(plan(event), options);
  const check = (options?: DeliverOptions) => checkSetup(client, options);
  return Object.freeze({ plan, send, deliver, check });
}

async function carryOut(client: ApolloClient, decision: Decision, options: DeliverOptions = {}): Promise<Outcome> {
  const checked = checkDeliverOptions(options);
  switch (decision.action) {
    case "drop":
      return { status: "dropped", reason: decision.reason };
    case "reject":
      return { status: "rejected", reason: decision.reason, issues: decision.issues.map((issue) => ({ ...issue })) };
    case "deliver":
      return create(client, decision, checked);
  }
}

async function create(
  client: ApolloClient,
  { contact, warnings }: DeliverDecision,
  options: DeliverOptions,
): Promise<DeliveredOutcome | FailedOutcome> {
  try {
    const created = await client.contacts.create(contact, options);
    const matched = created.dedupeResult?.found_existing;
    return {
      status: "delivered",
      ...(CONTACT_ID.test(created.contact.id) && { contactId: created.contact.id }),
      ...(typeof matched === "boolean" && { matched }),
      httpStatus: created.status,
      attempts: created.attempts,
      warnings: [
        ...warnings,
        ...(hasCustomFieldErrors(created.contact) ? [warningOf("custom_field_errors", "typed_custom_fields")] : []),
        ...storedDifferences(contact, created.contact),
      ],
      rateLimit: created.rateLimit,
    };
  } catch (error) {
    return { ...failure(error), warnings: [...warnings] };
  }
}

async function checkSetup(client: ApolloClient, options: DeliverOptions = {}): Promise<CheckOutcome> {
  const checked = checkDeliverOptions(options, "a check");
  try {
    const { valid, status, attempts } = await client.checkKey(checked);
    if (valid) return { status: "ok" };
    const message =
      "Apollo does not accept the API key: it is not logged in. Recreate the key in Apollo with the Create a Contact endpoint enabled.";
    return failure(new AuthenticationError({ message, status, attempts, maybeDelivered: false }));
  } catch (error) {
    return failure(error);
  }
}

/** @throws what is not an error of a call */
function failure(error: unknown): FailedCheck {
  if (!isApolloError(error)) throw error;
  return { status: "failed", reason: failureReason(error), error };
}

/** What an id of Apollo's looks like. */
const CONTACT_ID = /^[\da-f]{24}$/i;

/** Apollo tells of values that it could not store inside an answer of 200. */
function hasCustomFieldErrors({ custom_field_errors: errors }: Contact): boolean {
  // Of a text, which the description does not foresee, the keys are its characters.
  return errors !== null && errors !== undefined && Object.keys(errors).length > 0;
}
