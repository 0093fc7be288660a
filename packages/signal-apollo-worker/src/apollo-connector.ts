import type { CreateContactRequest, RateLimit } from "@datafly/apollo-client";
import {
  defaultBlueprint,
  FAILURE_CLASSES,
  findNearMiss,
  personKey,
  planDelivery,
  REASONS,
  traceMapping,
  WARNINGS,
  type ApolloConnector,
  type FailedCheck,
  type FailureReason,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";
import {
  deepFreeze,
  type Connector,
  type DeliverDecision,
  type FailureExplanation,
  type Planner,
  type QuotaState,
  type Remark,
  type SendFailed,
  type SendResult,
  type Vendor,
  type Warning,
} from "@datafly/signal-connector-kit";

import { scopeFindings } from "./scope-findings.js";

const { event_not_mapped, consent_denied, consent_missing, invalid_event, missing_name, ...failures } = REASONS;

/** Apollo's name, words and quotas, for the engine. */
export const APOLLO: Vendor = deepFreeze({
  name: "Apollo",
  connector: "apollo",
  record: "contact",
  drops: { event_not_mapped, consent_denied, consent_missing },
  rejections: { invalid_event, missing_name },
  failures: Object.fromEntries(
    (Object.keys(failures) as FailureReason[]).map((reason): [string, FailureExplanation] => [
      reason,
      {
        ...failures[reason],
        class: FAILURE_CLASSES[reason],
        ...(reason === "invalid_api_key" && { isCertain: true }),
        ...(reason === "timed_out" && { unanswered: "it does not answer in time" }),
      },
    ]),
  ),
  warnings: WARNINGS,
  quotas: [
    { name: "minute", lengthMs: 60_000, title: "quota of the minute" },
    { name: "hour", lengthMs: 3_600_000, title: "hourly quota" },
    { name: "day", lengthMs: 86_400_000, title: "quota of the day" },
    { name: "lists_minute", lengthMs: 60_000, title: "list quota of the minute", ofResumed: true },
    { name: "lists_hour", lengthMs: 3_600_000, title: "hourly list quota", ofResumed: true },
    { name: "lists_day", lengthMs: 86_400_000, title: "list quota of the day", ofResumed: true },
  ],
});

/** Decides about events for the engine, by the same settings as a connector. Needs no key. */
export function apolloPlanner(settings: PlanSettings): Planner<CreateContactRequest> {
  const { consent, events } = settings.blueprint ?? defaultBlueprint;
  return {
    vendor: APOLLO,
    purpose: consent,
    events,
    plan: (event) => {
      const decision = planDelivery(event, settings);
      if (decision.action !== "deliver") return decision;
      const { action, contact, warnings } = decision;
      return { action, payload: contact, person: personKey(event, contact), warnings };
    },
    trace: (event) =>
      traceMapping(event, settings).map((mapped) => ({
        ...mapped,
        // Custom fields of the team's own are shown by their id alone.
        field: mapped.field.replace(/^typed_custom_fields\./, ""),
        ...(mapped.field === "run_dedupe" && { isSetting: true }),
      })),
    nearMiss: (event) => findNearMiss(event, settings),
    remark: remarkOf,
  };
}

/** Makes of Apollo's connector one that the engine can deliver with. It must retry nothing by itself. */
export function apolloConnector(apollo: ApolloConnector, settings: PlanSettings): Connector<CreateContactRequest> {
  return {
    ...apolloPlanner(settings),
    idempotent: settings.deduplicate !== false,
    send: async ({ action, payload, warnings }, { signal, resume } = {}) => {
      const decision = { action, contact: payload, warnings: [] };
      const outcome = await apollo.sendOnce(decision, { signal, contactId: resume });
      return resultOf(outcome, warnings, resume === undefined ? contactQuota : listQuota);
    },
    check: async (options) => {
      const checked = await apollo.check(options);
      return checked.status === "ok" ? checked : failureOf(checked, []);
    },
    probeScope: (options) => scopeFindings(apollo, settings.labels, options),
  };
}

/** Apollo's three windows, of the calls that write contacts. */
function contactQuota({ minute, hour, day }: RateLimit): QuotaState {
  return { minute, hour, day };
}

/** The same of the calls that add contacts to lists. */
function listQuota({ minute, hour, day }: RateLimit): QuotaState {
  return { lists_minute: minute, lists_hour: hour, lists_day: day };
}

/** @param warnings what was omitted before the call */
function resultOf(
  outcome: Awaited<ReturnType<ApolloConnector["sendOnce"]>>,
  warnings: readonly Warning[],
  quotaOf: (rateLimit: RateLimit) => QuotaState,
): SendResult {
  switch (outcome.status) {
    case "delivered": {
      const { status, contactId, matched, httpStatus, rateLimit, listRateLimit = rateLimit } = outcome;
      return {
        status,
        ...(contactId !== undefined && { recordId: contactId }),
        ...(matched !== undefined && { matched }),
        httpStatus,
        warnings: [...warnings, ...outcome.warnings],
        quota: quotaOf(listRateLimit),
      };
    }
    case "partial": {
      const { status, contactId, matched, httpStatus, rateLimit } = outcome;
      return {
        status,
        resume: contactId,
        ...(matched !== undefined && { matched }),
        httpStatus,
        warnings: [...warnings, ...outcome.warnings],
        quota: quotaOf(rateLimit),
      };
    }
    case "failed":
      return failureOf(outcome, [...warnings, ...outcome.warnings], quotaOf);
  }
}

function failureOf(
  { reason, error }: Pick<FailedCheck, "reason" | "error">,
  warnings: readonly Warning[],
  quotaOf = contactQuota,
): SendFailed {
  const { message, apolloMessage, status, maybeDelivered, retryAfterMs, rateLimit } = error;
  return {
    status: "failed",
    reason,
    maybeDelivered,
    message: apolloMessage === undefined ? message : message.replace(`Apollo says: ${apolloMessage}`, "").trimEnd(),
    ...(apolloMessage !== undefined && { vendorMessage: apolloMessage }),
    ...(status !== undefined && { httpStatus: status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    warnings,
    ...(rateLimit !== undefined && { quota: quotaOf(rateLimit) }),
  };
}

/** What it means that a contact has no e-mail address, or none that could be sent. With deduplication off Apollo looks for none. */
function remarkOf({ payload }: DeliverDecision<CreateContactRequest>): Remark | undefined {
  if (payload.run_dedupe !== true || payload.email !== undefined) return undefined;
  return {
    fields: { matchedBy: "name_and_company" },
    message:
      "no e-mail address: Apollo matches this contact by name and company, and can overwrite a stranger of the same name",
  };
}
