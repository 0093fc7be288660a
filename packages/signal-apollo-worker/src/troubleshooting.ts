import type { TroubleshootingRow } from "@datafly/signal-connector-kit";

/** The troubleshooting table in Signal's documentation of the integration, by what each row is about. */
export const TROUBLESHOOTING = {
  key: {
    symptom: "401 / 403",
    likelyCause: "Invalid key, or the key lacks the Create a Contact scope",
    fix: "Recreate the key in Apollo with the Create a Contact endpoint enabled.",
  },
  path: {
    symptom: "404",
    likelyCause: "Wrong endpoint path",
    fix: "Confirm the request targets /api/v1/contacts (with the /api segment).",
  },
  names: {
    symptom: "422 / 400",
    likelyCause: "Missing first_name or last_name",
    fix: "Ensure lead events carry both name traits; Apollo rejects contacts without them.",
  },
  duplicates: {
    symptom: "Duplicate contacts in Apollo",
    likelyCause: "Deduplication disabled",
    fix: "Enable Deduplicate contacts so run_dedupe=true is sent: omit --no-dedupe.",
  },
  dropped: {
    symptom: "Event never reaches Apollo",
    likelyCause: "Marketing consent not granted, or event not in the mapped list",
    fix: "Only mapped events with consent granted are delivered; everything else is dropped by design. signal-apollo preview shows why.",
  },
  quota: {
    symptom: "429",
    likelyCause: "Apollo rate limit hit",
    fix: "Delivery retries automatically; raise the limit on your Apollo plan if it persists.",
  },
} as const satisfies Record<string, TroubleshootingRow>;
