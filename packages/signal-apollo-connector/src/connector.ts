import {
  AuthenticationError,
  isApolloError,
  UnexpectedResponseError,
  type ApolloClient,
  type Contact,
  type CreateContactRequest,
  type RateLimit,
} from "@datafly/apollo-client";
import { warningOf } from "@datafly/signal-connector-kit";

import type { Decision, DeliverDecision } from "./decision.js";
import { checkCheckOptions, checkDeliverOptions, type CheckOptions, type DeliverOptions } from "./deliver-options.js";
import {
  failureReason,
  listFailureReason,
  type CheckOutcome,
  type DeliveredOutcome,
  type FailedCheck,
  type FailedOutcome,
  type Outcome,
  type PartialOutcome,
} from "./outcome.js";
import { planDelivery } from "./plan.js";
import { connect, type ConnectorSettings, type LabelMode } from "./settings.js";
import { storedDifferences } from "./stored-differences.js";
import { WARNINGS } from "./warning.js";

/** Turns events of Signal into contacts in Apollo, one at a time. */
export interface ApolloConnector {
  /** Decides what is to be done with an event, without doing it. See {@link planDelivery}. */
  plan(event: unknown): Decision;
  /**
   * Does what a decision says, and trusts it: give it only what {@link ApolloConnector.plan} made. For callers who look at the
   * decision first, or queue by person. With `labels: "add"` that takes two calls. If only the second fails, the outcome has a
   * `contactId`: give it to the next delivery, so that the contact is not written again.
   *
   * @throws TypeError if `signal` is no `AbortSignal`, or an option is unknown, whatever the decision is
   */
  send(decision: Decision, options?: DeliverOptions): Promise<Outcome>;
  /**
   * Makes one call of a delivery: writes the contact or, with a `contactId`, adds it to its lists. For callers that retry by themselves
   * and look at the quota before each call. With `labels: "add"` the first call resolves with `partial`: the second is left.
   *
   * @throws TypeError if `signal` or `contactId` is wrong, or an option is unknown
   */
  sendOnce(
    decision: DeliverDecision,
    options?: DeliverOptions,
  ): Promise<DeliveredOutcome | PartialOutcome | FailedOutcome>;
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
  check(options?: CheckOptions): Promise<CheckOutcome>;
  /**
   * Asks whether the API key has a scope: `create` contacts, or add them to `lists`. Sends **one** call that Apollo must refuse for its
   * values, with ids that are not ids and no name, which counts against the quota. Apollo checks the scope first: `ok` if the values
   * are what it refuses, `failed` with `permission_denied` or `lists_permission_denied` if the scope is missing. That is inferred from
   * Apollo's documentation; there is no call that only asks.
   *
   * @throws TypeError if `signal` is not an `AbortSignal`, or an option is unknown
   */
  probeScope(scope: "create" | "lists", options?: CheckOptions): Promise<CheckOutcome>;
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
  const calls: Calls = { client, labels: planSettings.labels ?? "replace" };

  const plan = (event: unknown) => planDelivery(event, planSettings);
  const send = (decision: Decision, options?: DeliverOptions) => carryOut(calls, decision, options);
  const sendOnce = async (decision: DeliverDecision, options: DeliverOptions = {}) =>
    oneCall(calls, decision, checkDeliverOptions(options));
  const deliver = (event: unknown, options?: DeliverOptions) => send(plan(event), options);
  const check = (options?: CheckOptions) => checkSetup(client, options);
  const probeScope = (scope: "create" | "lists", options?: CheckOptions) => askForScope(client, scope, options);
  return Object.freeze({ plan, send, sendOnce, deliver, check, probeScope });
}

/** What the calls of a delivery are made with. */
interface Calls {
  readonly client: ApolloClient;
  readonly labels: LabelMode;
}

async function carryOut(calls: Calls, decision: Decision, options: DeliverOptions = {}): Promise<Outcome> {
  const checked = checkDeliverOptions(options);
  switch (decision.action) {
    case "drop":
      return { status: "dropped", reason: decision.reason };
    case "reject":
      return { status: "rejected", reason: decision.reason, issues: decision.issues.map((issue) => ({ ...issue })) };
    case "deliver":
      return bothCalls(calls, decision, checked);
  }
}

/** Makes the one call of a delivery, or both. */
async function bothCalls(
  calls: Calls,
  decision: DeliverDecision,
  options: DeliverOptions,
): Promise<DeliveredOutcome | FailedOutcome> {
  const first = await oneCall(calls, decision, options);
  if (first.status !== "partial") return first;
  const { contactId, attempts, warnings, rateLimit } = first;
  const second = await addToLists(calls.client, contactId, decision, options);
  if (second.status === "failed") return { ...second, warnings };
  return { ...first, ...second, attempts: attempts + second.attempts, warnings, rateLimit };
}

/** Makes one call: writes the contact or, if that is done already, adds it to its lists. */
async function oneCall(
  calls: Calls,
  decision: DeliverDecision,
  options: DeliverOptions,
): Promise<DeliveredOutcome | PartialOutcome | FailedOutcome> {
  const { contactId } = options;
  return contactId === undefined
    ? writeContact(calls, decision, options)
    : addToLists(calls.client, contactId, decision, options);
}

async function writeContact(
  { client, labels }: Calls,
  { contact, warnings }: DeliverDecision,
  { signal }: DeliverOptions,
): Promise<DeliveredOutcome | PartialOutcome | FailedOutcome> {
  const { label_names: labelNames = [], ...withoutLists } = contact;
  const isSecondLeft = labels === "add" && labelNames.length > 0;
  const sent = isSecondLeft ? withoutLists : contact;
  try {
    const created = await client.contacts.create(sent, { signal });
    const id = CONTACT_ID.test(created.contact.id) ? created.contact.id : undefined;
    const matched = created.dedupeResult?.found_existing;
    const outcome = {
      ...(typeof matched === "boolean" && { matched }),
      httpStatus: created.status,
      attempts: created.attempts,
      warnings: [
        ...warnings,
        ...(hasCustomFieldErrors(created.contact)
          ? [warningOf(WARNINGS, "custom_field_errors", "typed_custom_fields")]
          : []),
        ...storedDifferences(contact, created.contact),
      ],
      rateLimit: created.rateLimit,
    };
    if (!isSecondLeft) return { status: "delivered", ...(id !== undefined && { contactId: id }), ...outcome };
    if (id !== undefined) return { status: "partial", contactId: id, ...outcome };
    const { status, attempts, headers, rateLimit } = created;
    const message = "Apollo's answer holds no id of the contact, so that it cannot be added to its lists.";
    const facts = { message, status, attempts, headers, rateLimit, maybeDelivered: true };
    return { ...failure(new UnexpectedResponseError(facts)), warnings: [...warnings] };
  } catch (error) {
    return { ...failure(error), warnings: [...warnings] };
  }
}

async function addToLists(
  client: ApolloClient,
  contactId: string,
  { contact: { label_names: labelNames = [] }, warnings: omitted }: DeliverDecision,
  { signal }: DeliverOptions,
): Promise<DeliveredOutcome | FailedOutcome> {
  const warnings = [...omitted];
  // The blueprint has changed meanwhile.
  if (labelNames.length === 0) {
    return { status: "delivered", contactId, httpStatus: 200, attempts: 0, warnings, rateLimit: UNKNOWN };
  }
  try {
    const request = { entity_ids: [contactId], label_names: [...labelNames] };
    const { status, attempts, rateLimit } = await client.contacts.addToLists(request, { signal });
    const listRateLimit = rateLimit;
    return {
      status: "delivered",
      contactId,
      httpStatus: status,
      attempts,
      warnings,
      rateLimit: UNKNOWN,
      listRateLimit,
    };
  } catch (error) {
    return { ...failure(error, listFailureReason), warnings, contactId };
  }
}

/** Nothing is known of the quota. */
const UNKNOWN: RateLimit = Object.freeze({ minute: null, hour: null, day: null });

async function checkSetup(client: ApolloClient, options: CheckOptions = {}): Promise<CheckOutcome> {
  const checked = checkCheckOptions(options);
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

/** Neither is an id of Apollo's, which answers 422 for such values; and without a name and an address there is nobody to match. */
const NO_CONTACT = { account_id: "scope-probe", contact_stage_id: "scope-probe" };
/** Without a name of a list there is none to create. */
const NO_ADDITION = { entity_ids: ["scope-probe"], label_names: [] };

async function askForScope(
  client: ApolloClient,
  scope: "create" | "lists",
  options: CheckOptions = {},
): Promise<CheckOutcome> {
  const once = { ...checkCheckOptions(options), maxRetries: 0 };
  try {
    // No caller with types could send it.
    const accepted =
      scope === "create"
        ? await client.contacts.create(NO_CONTACT as unknown as CreateContactRequest, once)
        : await client.contacts.addToLists(NO_ADDITION, once);
    const { status, attempts, headers, rateLimit } = accepted;
    const message =
      "Apollo accepted a call that it should refuse. Check whether it has created a contact without a name.";
    return failure(
      new UnexpectedResponseError({ message, status, attempts, headers, rateLimit, maybeDelivered: true }),
    );
  } catch (error) {
    if (isApolloError(error) && error.name === "InvalidRequestError") return { status: "ok" };
    return failure(error, scope === "create" ? failureReason : listFailureReason);
  }
}

/** @throws what is not an error of a call */
function failure(error: unknown, reasonOf = failureReason): FailedCheck {
  if (!isApolloError(error)) throw error;
  return { status: "failed", reason: reasonOf(error), error };
}

/** What an id of Apollo's looks like. */
const CONTACT_ID = /^[\da-f]{24}$/i;

/** Apollo tells of values that it could not store inside an answer of 200. */
function hasCustomFieldErrors({ custom_field_errors: errors }: Contact): boolean {
  // Of a text, which the description does not foresee, the keys are its characters.
  return errors !== null && errors !== undefined && Object.keys(errors).length > 0;
}
