import { deepFreeze, type DropReason, type Explanation } from "@datafly/signal-connector-kit";

import type { RejectReason } from "./decision.js";
import type { FailureReason } from "./outcome.js";

/** Every reason why an event was not delivered, in words. For reports, pages and logs: none holds a value of an event. */
export const REASONS: Readonly<Record<DropReason | RejectReason | FailureReason, Explanation>> = deepFreeze({
  event_not_mapped: {
    meaning: "not one of the events that become contacts",
    whatToDo:
      "Nothing, if that is meant. Otherwise add the event's name, as it is spelt in the event, to the events of a blueprint of your own. A name counts only as it is spelt: preview shows what was most likely meant.",
  },
  consent_denied: {
    meaning: "marketing consent is denied",
    whatToDo: "Nothing: the person refused.",
  },
  consent_missing: {
    meaning: "no marketing consent is known",
    whatToDo:
      "If the person did consent, look at context.consent.canonical.marketing in the event: only the literal true grants it, and the texts “true” and “granted” do not. A name that is twice in the consent counts as no consent.",
  },
  invalid_event: {
    meaning: "not an event of Signal",
    whatToDo:
      "Look at the issues: each says what is wrong and where. Put the sender right for the events to come. To send this one, correct its event in the file of dead letters and replay; or delete its line to give it up.",
  },
  missing_name: {
    meaning: "no first or last name",
    whatToDo:
      "Have the form ask for both names. Apollo refuses contacts without them, and placeholders would merge strangers; a name needs a letter, of any script, and has at most 2,048 characters.",
  },
  invalid_api_key: {
    meaning: "the API key is not valid",
    whatToDo:
      "Recreate the key in Apollo (Settings, Integrations, API Keys) with the Create a Contact endpoint enabled, and run the same command again. If Apollo got no API key, check the proxy or gateway on the way: it removes the X-Api-Key header.",
  },
  payment_required: {
    meaning: "the Apollo plan has no API access, or has to be paid for",
    whatToDo: "Check the plan in Apollo: it must include API access and be paid for. Then run the same command again.",
  },
  permission_denied: {
    meaning: "the API key lacks the Create a Contact scope",
    whatToDo:
      "Recreate the key in Apollo with the Create a Contact endpoint enabled. If it is enabled, look whether the plan includes API access.",
  },
  wrong_endpoint: {
    meaning: "the endpoint path is wrong",
    whatToDo: "Look at the base URL: it ends in /api/v1. Left out, it is Apollo's own.",
  },
  redirected: {
    meaning: "the address redirects",
    whatToDo:
      "Put the base URL right: it is not Apollo's API. Redirects are not followed, since the key would go along to another host.",
  },
  rate_limited: {
    meaning: "the rate limit is hit",
    whatToDo:
      "Wait as long as retry-after says; the delivery worker does so by itself. If it goes on, raise the limit on the Apollo plan.",
  },
  invalid_contact: {
    meaning: "Apollo refused the contact",
    whatToDo:
      "Read what Apollo says of it in the dead letter. Put the value right at its source for the events to come. To send this one, correct its event in the file of dead letters and replay; or delete its line to give it up.",
  },
  request_refused: {
    meaning: "Apollo refused the request",
    whatToDo: "Read the status and what Apollo says of it in the dead letter.",
  },
  server_error: {
    meaning: "Apollo, or a gateway before it, failed",
    whatToDo:
      "Replay the dead letter when Apollo is well again. With deduplication off, look first whether the contact stands in Apollo: it may have been written.",
  },
  connection_failed: {
    meaning: "there was no connection",
    whatToDo:
      "Look at the network and the base URL, and replay the dead letter. If maybeDelivered is true, the connection was lost after sending: with deduplication off, look into Apollo first.",
  },
  timed_out: {
    meaning: "there was no answer in time",
    whatToDo:
      "Replay the dead letter when Apollo is well again. With deduplication off, look first whether the contact stands in Apollo: it may have been written.",
  },
  unexpected_response: {
    meaning: "the answer is not Apollo's",
    whatToDo:
      "Look for a proxy that answers in Apollo's place, and at the base URL. The contact may have been written all the same.",
  },
  aborted: {
    meaning: "the call was aborted",
    whatToDo: "Deliver the event again. If maybeDelivered is true and deduplication is off, look into Apollo first.",
  },
});
