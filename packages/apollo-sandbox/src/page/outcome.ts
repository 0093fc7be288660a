import type { FaultKind } from "../fault.js";
import type { MatchReason } from "../match-rules.js";
import type { RequestRow } from "../page-update.js";

/** A filter of the list of requests. */
export interface OutcomeFilter {
  readonly label: string;
  readonly includes: (request: RequestRow) => boolean;
}

/** The filters, the widest first. */
export const outcomeFilters: readonly OutcomeFilter[] = [
  { label: "All", includes: () => true },
  { label: "Created", includes: ({ outcome }) => outcome === "created" },
  { label: "Updated", includes: ({ outcome }) => outcome === "matched" },
  { label: "Added to lists", includes: ({ outcome }) => outcome === "listed" },
  { label: "Refused", includes: ({ outcome }) => outcome === "refused" },
  { label: "Faults", includes: ({ fault }) => fault !== undefined },
];

const matchWords: Readonly<Record<MatchReason, string>> = {
  id_match: "id",
  crm_id_match: "CRM id",
  person_id_match: "person",
  email_match: "e-mail address",
  name_and_company_match: "name and company",
};

const faultWords: Readonly<Record<FaultKind | "outage", string>> = {
  status: "a planted response was sent",
  html: "a gateway’s page was sent",
  garbage: "the response was truncated",
  empty: "the response was empty",
  reset: "the connection was reset",
  stall: "the response never ended",
  slow: "the response was late",
  redirect: "a redirect was sent",
  outage: "Apollo was away",
};

/** The outcome of a request, as text. */
export function outcomeText(request: RequestRow): string {
  switch (request.outcome) {
    case "pending":
      return "In progress";
    case "created":
      return "Contact created";
    case "matched":
      return `Contact updated, found by ${request.matchReason === undefined ? "" : matchWords[request.matchReason]}`;
    case "listed":
      return "Contact added to lists";
    case "checked":
      return "Key checked";
    case "shown":
      return "Contact shown";
    case "refused":
      return request.refusal === "" ? "Refused" : `Refused: ${request.refusal}`;
    case "not_processed":
      return "Not processed";
  }
}

/** The fault that struck a request, as text; empty if none did. */
export function faultText({ fault }: RequestRow): string {
  return fault === undefined ? "" : `Fault: ${faultWords[fault]}`;
}

/** The status for the list of requests. */
export function statusText({ status, durationMs }: RequestRow): string {
  if (status !== null) return String(status);
  return durationMs === null ? "…" : "none";
}
