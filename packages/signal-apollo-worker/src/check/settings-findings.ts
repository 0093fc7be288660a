import { defaultBlueprint, type PlanSettings } from "@datafly/signal-apollo-connector";

import type { Finding } from "./finding.js";
import { TROUBLESHOOTING } from "./troubleshooting.js";

/** What settings that are right mean for events and contacts. */
export function settingsFindings({ blueprint, deduplicate, defaultCountry }: PlanSettings): Finding[] {
  const { events, consent } = blueprint ?? defaultBlueprint;
  const whose = blueprint === undefined ? "Signal's own blueprint" : "Your blueprint";
  const country = defaultCountry === undefined ? "" : ` National phone numbers are read as ${defaultCountry}.`;
  return [
    {
      check: "settings",
      result: "ok",
      message: `${whose} delivers ${events.join(", ")}, if ${consent} consent is granted.${country}`,
      row: TROUBLESHOOTING.dropped,
    },
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
        "Lists are replaced: a contact that matches is afterwards on the lists of its last event, and on no others.",
    },
  ];
}
