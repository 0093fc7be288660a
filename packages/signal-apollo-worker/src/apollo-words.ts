import { REASON_OF_ERROR, type Blueprint, type FailureReason } from "@datafly/signal-apollo-connector";
import type { Finding, VendorWords } from "@datafly/signal-connector-kit";

import type { apolloSettings, ApolloSettings } from "./apollo-settings.js";
import { contactLink } from "./contact-link.js";
import { TROUBLESHOOTING } from "./troubleshooting.js";

const REASON_OF_STATUS = {
  400: "invalid_contact",
  401: "invalid_api_key",
  402: "payment_required",
  403: "permission_denied",
  404: "wrong_endpoint",
  408: "timed_out",
  422: "invalid_contact",
  429: "rate_limited",
  500: "server_error",
  502: "server_error",
  503: "server_error",
  504: "server_error",
} as const satisfies Record<number, FailureReason>;

/** What no check can know, since only a call that writes shows it. */
function unknownFindings({ labels }: Partial<ApolloSettings>): readonly Finding[] {
  return [CREATE_SCOPE, ...(labels === "add" ? [LIST_SCOPE] : []), QUOTA];
}

const CREATE_SCOPE: Finding = {
  check: "scope",
  result: "unknown",
  message:
    "Only creating a contact shows whether the key has the scope contacts/create. If it does not, the first delivery stops with 403; no lead is lost. --probe-scope asks Apollo, by a call that it must refuse.",
  row: TROUBLESHOOTING.key,
};

const LIST_SCOPE: Finding = {
  check: "scope",
  result: "unknown",
  message:
    "Only adding a contact to lists shows whether the key has the scope labels/add_entity_ids_to_label_names. If it does not, delivery stops with 403 after the first contacts; with another key it resumes, and adds them to their lists.",
  row: TROUBLESHOOTING.key,
};

const QUOTA: Finding = {
  check: "quota",
  result: "unknown",
  message: "Apollo shows the quota in its answer to the first contact. The check counts against none.",
  row: TROUBLESHOOTING.quota,
};

const LABELS_QUESTION = `
What becomes of the lists that a contact is on when a lead comes again?
  replace  The lead's lists replace them, those that salespeople made included. One call per lead.
  add      They stay, and the lead's lists are added. Two calls per lead; the key also needs the
           Add Records to a List endpoint.
replace or add? [replace] `;

/** What only the program for Apollo says. */
export const APOLLO_WORDS: VendorWords<typeof apolloSettings, Blueprint> = {
  trial: {
    command: "npx @datafly/apollo-sandbox",
    title: "a local Apollo",
    env: { APOLLO_API_KEY: "sandbox-key", APOLLO_BASE_URL: "http://127.0.0.1:4010/api/v1" },
  },
  settingsNote: ({ defaultCountry }) =>
    defaultCountry === undefined ? undefined : `National phone numbers are read as ${defaultCountry}.`,
  findings: settingsFindings,
  unknown: unknownFindings,
  probeScope:
    "ask whether the key has the scopes that are needed, by calls that Apollo must refuse; they count against the quota",
  question: { setting: "labels", text: LABELS_QUESTION },
  troubleshooting: {
    settings: TROUBLESHOOTING.dropped,
    address: TROUBLESHOOTING.path,
    key: TROUBLESHOOTING.key,
    invalid_api_key: TROUBLESHOOTING.key,
    permission_denied: TROUBLESHOOTING.key,
    lists_permission_denied: TROUBLESHOOTING.key,
    wrong_endpoint: TROUBLESHOOTING.path,
    rate_limited: TROUBLESHOOTING.quota,
  },
  statuses: REASON_OF_STATUS,
  errors: { title: "Errors of @datafly/apollo-client", reasons: REASON_OF_ERROR },
  recordLink: ({ baseUrl }) => contactLink(baseUrl),
  forget: "delete the contact there. Its API cannot delete one.",
};

/** What settings that are right mean for contacts. */
function settingsFindings({ deduplicate, labels }: Partial<ApolloSettings>): Finding[] {
  return [
    {
      check: "names",
      result: "ok",
      message: "Both names are mapped. An event without one becomes a dead letter, missing_name.",
      row: TROUBLESHOOTING.names,
    },
    deduplicate === false
      ? {
          check: "deduplication",
          result: "note",
          message: "Deduplication is off: every event makes a contact of its own, and lost answers are not retried.",
          row: TROUBLESHOOTING.duplicates,
        }
      : {
          check: "deduplication",
          result: "ok",
          message: "Deduplication is on: an event updates the contact that matches.",
          row: TROUBLESHOOTING.duplicates,
        },
    {
      check: "lists",
      result: "ok",
      message:
        labels === "add"
          ? "Lists are added to: a second call adds the contact to the lists of the event, and takes it off none."
          : "Lists are replaced: a contact that matches is afterwards on the lists of its last event, and on no others. With --labels add it stays on those that it is on.",
    },
  ];
}
