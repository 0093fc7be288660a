import { deepFreeze, type DropReason, type Explanation } from "@datafly/signal-connector-kit";

import type { RejectReason } from "./decision.js";
import type { FailureReason } from "./outcome.js";

/** Every reason why an event was not delivered, in words. For reports, pages and logs: none holds a value of an event. */
export const REASONS: Readonly<Record<DropReason | RejectReason | FailureReason, Explanation>> =
  /* @__PURE__ */ deepFreeze({
    event_not_mapped: {
      meaning: "not one of the events that become contacts",
      whatToDo:
        "No action is needed if that is intended. Otherwise add the event's exact name to the events of your own blueprint. Names are case-sensitive; preview suggests the most likely match.",
    },
    consent_denied: {
      meaning: "marketing consent is denied",
      whatToDo: "No action is needed: the person refused.",
    },
    consent_missing: {
      meaning: "no marketing consent is known",
      whatToDo:
        "If the person did consent, check context.consent.canonical.marketing in the event: only the literal true grants consent; the texts “true” and “granted” do not. A duplicate name in the consent counts as no consent.",
    },
    invalid_event: {
      meaning: "not a Signal event",
      whatToDo:
        "Read the issues: each says what is wrong and where. Fix the sender for future events. To send this one, correct the event in the dead-letter file and replay it, or delete its line to give it up.",
    },
    missing_name: {
      meaning: "no first or last name",
      whatToDo:
        "Make both names required in the form. Apollo refuses contacts without them, and placeholders would merge strangers. A name must contain a letter of any script and have at most 2,048 characters.",
    },
    invalid_api_key: {
      meaning: "the API key is not valid",
      whatToDo:
        "Recreate the key in Apollo (Settings, Integrations, API Keys) with the Create a Contact endpoint enabled, and rerun the same command. If Apollo received no API key, check your proxy or gateway: it removes the X-Api-Key header.",
    },
    payment_required: {
      meaning: "the Apollo plan has no API access, or is unpaid",
      whatToDo: "Check the plan in Apollo: it must include API access and be paid for. Then rerun the same command.",
    },
    permission_denied: {
      meaning: "the API key lacks the Create a Contact scope",
      whatToDo:
        "Recreate the key in Apollo with the Create a Contact endpoint enabled. If it is enabled, check that the plan includes API access.",
    },
    lists_permission_denied: {
      meaning: "the API key lacks the Add Records to a List scope",
      whatToDo:
        "Recreate the key in Apollo with the Add Records to a List endpoint (labels/add_entity_ids_to_label_names) enabled, and run the same command again: contacts that are written are then added to their lists, and not written again. With --labels replace the scope is not needed, and the lists of matching contacts are replaced.",
    },
    wrong_endpoint: {
      meaning: "the endpoint path is wrong",
      whatToDo: "Check the base URL: it ends in /api/v1. If you omit it, Apollo's own is used.",
    },
    redirected: {
      meaning: "the address redirects",
      whatToDo:
        "Fix the base URL: it is not Apollo's API. Redirects are not followed, because they would send the key to another host.",
    },
    rate_limited: {
      meaning: "the rate limit is hit",
      whatToDo:
        "Wait as long as Retry-After says; the delivery worker does so automatically. If it keeps happening, raise the limit of the Apollo plan.",
    },
    invalid_contact: {
      meaning: "Apollo refused the contact",
      whatToDo:
        "Read Apollo's message in the dead letter. Fix the value at its source for future events. To send this one, correct the event in the dead-letter file and replay it, or delete its line to give it up.",
    },
    lists_refused: {
      meaning: "Apollo wrote the contact, and refused to add it to its lists",
      whatToDo:
        "Read what Apollo says in the dead letter. A replay adds the contact to its lists, and does not write it again. If the contact was deleted in Apollo meanwhile, remove “resume” from the dead letter, and a replay writes it again.",
    },
    request_refused: {
      meaning: "Apollo refused the request",
      whatToDo: "Read the status and Apollo's message in the dead letter.",
    },
    server_error: {
      meaning: "Apollo, or a gateway in front of it, failed",
      whatToDo:
        "Replay the dead letter when Apollo has recovered. With deduplication off, first check whether the contact is in Apollo: it may have been written.",
    },
    connection_failed: {
      meaning: "the connection failed",
      whatToDo:
        "Check the network and the base URL, and replay the dead letter. If maybeDelivered is true, the connection was lost after sending: with deduplication off, check Apollo first.",
    },
    timed_out: {
      meaning: "there was no response in time",
      whatToDo:
        "Replay the dead letter when Apollo has recovered. With deduplication off, first check whether the contact is in Apollo: it may have been written.",
    },
    unexpected_response: {
      meaning: "the response is not from Apollo",
      whatToDo:
        "Check the base URL, and look for a proxy that responds instead of Apollo. The contact may have been written nevertheless.",
    },
    aborted: {
      meaning: "the call was aborted",
      whatToDo: "Deliver the event again. If maybeDelivered is true and deduplication is off, check Apollo first.",
    },
  });
