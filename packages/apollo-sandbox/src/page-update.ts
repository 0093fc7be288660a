import type { Changes } from "./change-feed.js";
import type { PlantedFault } from "./fault-queue.js";
import type { FieldChange, ListedContact } from "./field-change.js";
import { isJsonObject, parseJson } from "./json.js";
import type { Outage } from "./outage.js";
import { nameOfPlan, type PlanName } from "./plan.js";
import type { QuotaUsage } from "./quota.js";
import type { RecordedAnswer, RecordedRequest } from "./request-log.js";
import type { SandboxState } from "./sandbox-state.js";
import type { StoredContact } from "./stored-contact.js";

/** A contact as the page lists it. */
export interface ContactRow extends Pick<
  StoredContact,
  "id" | "name" | "email" | "organization_name" | "title" | "website_url" | "created_at" | "updated_at"
> {
  readonly phones: readonly string[];
  readonly labelNames: readonly string[];
}

/** A request as the page lists it. Its bodies are fetched when somebody asks for them. */
export interface RequestRow extends Omit<RecordedRequest, "body" | "answer"> {
  /** Whom the request was about, as far as it said so. */
  readonly person: { readonly name: string; readonly email: string };
  /** Why the request was refused; empty if it was not, or if a fault took the answer that said so. */
  readonly refusal: string;
}

/** A fault that waits for requests: to create contacts, or to add them to lists. */
export interface WaitingFault extends PlantedFault {
  readonly endpoint?: "lists";
}

/** What the page is told: at first everything, and then what has changed. */
export interface PageUpdate {
  /** Whether what the page knew is to be forgotten. */
  readonly everything: boolean;
  readonly contacts: readonly ContactRow[];
  readonly requests: readonly RequestRow[];
  /** The number of the oldest request that is still remembered. */
  readonly oldestRequest: number;
  readonly usage: QuotaUsage;
  /** `null` for limits of one's own. */
  readonly plan: PlanName | null;
  readonly faults: readonly WaitingFault[];
  /** `null` while Apollo is there. */
  readonly outage: Outage | null;
}

/** Tells of these changes what the page needs to know. */
export function pageUpdate(state: SandboxState, changes: Changes): PageUpdate {
  const { contacts, requests, quotas, faults, outage } = state;
  const ids = changes.everything ? contacts.all().map(({ id }) => id) : changes.contacts;
  const numbers = changes.everything ? requests.all().map(({ number }) => number) : changes.requests;
  return {
    everything: changes.everything,
    contacts: [...ids].flatMap((id) => contacts.get(id) ?? []).map(contactRow),
    requests: [...numbers].flatMap((number) => requests.get(number) ?? []).map(requestRow),
    oldestRequest: requests.oldest,
    usage: quotas.contacts.usage(),
    plan: nameOfPlan(quotas.contacts.plan),
    faults: [
      ...faults.contacts.all(),
      ...faults.lists.all().map((planted) => ({ ...planted, endpoint: "lists" }) as const),
    ],
    outage,
  };
}

function contactRow({ contact, labelNames }: ListedContact): ContactRow {
  return {
    id: contact.id,
    name: shortened(contact.name),
    email: shortened(contact.email),
    organization_name: shortened(contact.organization_name),
    title: shortened(contact.title),
    website_url: shortened(contact.website_url),
    phones: contact.phone_numbers.map((phone) => shortened(phone.sanitized_number ?? phone.raw_number)),
    labelNames: labelNames.map(shortened),
    created_at: contact.created_at ?? null,
    updated_at: contact.updated_at ?? null,
  };
}

function requestRow({ body, answer, ...request }: RecordedRequest): RequestRow {
  const sent = isJsonObject(body) ? body : {};
  const { outcome, fault } = request;
  // A fault answers in its own words; only this one hands on the right answer.
  const isRightAnswer = fault === undefined || fault === "slow";
  return {
    ...request,
    person: {
      name: [sent.first_name, sent.last_name].map(shortened).filter(Boolean).join(" "),
      email: shortened(sent.email),
    },
    refusal: outcome === "refused" && isRightAnswer ? refusalOf(answer) : "",
    ...(request.changes && { changes: request.changes.map(shortenedChange) }),
  };
}

/** The words of a refusal, be they Apollo's JSON or plain text. */
function refusalOf(answer: RecordedAnswer | null): string {
  const body = parseJson(answer?.body ?? "");
  return shortened(isJsonObject(body) ? (body.error ?? body.message) : answer?.body);
}

function shortenedChange({ field, from, to }: FieldChange): FieldChange {
  return { field: shortened(field), from: shortenedValue(from), to: shortenedValue(to) };
}

function shortenedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 20).map(shortenedValue);
  return typeof value === "object" && value !== null ? shortened(JSON.stringify(value)) : shortened(value) || value;
}

/** A text as a list has room for it; whole ones are in the details. What is not text is left out. */
function shortened(value: unknown): string {
  if (typeof value !== "string") return "";
  return value.length > 300 ? `${value.slice(0, 300)}…` : value;
}
