// The essential interactions of the `apollo-api` contract, against a real server.
import { apolloSpec, CHECK_KEY, specViolations } from "../../packages/apollo-client/test/support/spec-conformance.js";
import { headerShapeOf, shapeOf, type Shape } from "./shape.js";

/** The one contact that all runs write to. Deduplicated by its address, so that a hundred runs leave one contact. */
export const TEST_CONTACT = {
  first_name: "Contract",
  last_name: "Test (safe to delete)",
  email: "contract-test@signal-apollo.example.com",
  organization_name: "Signal to Apollo contract test",
  run_dedupe: true,
} as const;

/** One interaction with the real server. */
interface LiveInteraction {
  readonly description: string;
  readonly path?: string;
  readonly apiKey?: string;
  /** Of a request to create a contact; without it the key is checked, which writes nothing. */
  readonly body?: object;
  readonly status: readonly number[];
  /** What must stand in the body of the answer. */
  readonly holds?: (body: unknown) => boolean;
}

const INTERACTIONS: readonly LiveInteraction[] = [
  { description: "a check of the key", status: [200], holds: (body) => isLoggedIn(body) === true },
  { description: "a check of a key that nobody knows", apiKey: "not-a-key", status: [401] },
  { description: "the test contact, with a title", body: { ...TEST_CONTACT, title: "Contract test" }, status: [200] },
  {
    description: "the test contact again: matched",
    body: TEST_CONTACT,
    status: [200],
    // A field that is left out stays as it was
    holds: (body) => titleOf(body) === "Contract test",
  },
  {
    description: "the test contact, with an empty title: cleared",
    body: { ...TEST_CONTACT, title: "" },
    status: [200],
    holds: (body) => !titleOf(body),
  },
  {
    description: "a contact without a last name",
    // With everything else of the test contact: a server that takes it all the same writes to that contact, and to no other.
    body: { ...TEST_CONTACT, last_name: undefined },
    status: [400, 422],
  },
  { description: "a key that nobody knows", apiKey: "not-a-key", body: TEST_CONTACT, status: [401] },
  { description: "a path without the /api segment", path: "/v1/contacts", body: TEST_CONTACT, status: [404] },
];

/** What was seen of an answer: no values. */
export interface Recording {
  readonly description: string;
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Shape;
  /** What the answer has against the API's description, or against what is expected of it. Empty if all is well. */
  readonly drift: readonly string[];
}

/** There was no complete answer. Why is in nothing of it: what `fetch` says may repeat the key. */
export class NoAnswerError extends Error {}

/**
 * Runs the essential interactions, one after the other.
 *
 * @param baseUrl the API's base URL, with `/api/v1`
 * @param apiKey a key that may create contacts; it is in nothing that is returned
 * @throws NoAnswerError
 */
export async function runLive(baseUrl: string, apiKey: string): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const interaction of INTERACTIONS) recordings.push(await record(interaction, baseUrl, apiKey));
  return recordings;
}

async function record(interaction: LiveInteraction, baseUrl: string, apiKey: string): Promise<Recording> {
  const { description, path, body, status, holds } = interaction;
  const url = path === undefined ? `${baseUrl}${body ? "/contacts" : "/auth/health"}` : new URL(path, baseUrl).href;
  const { response, text } = await send(url, interaction.apiKey ?? apiKey, body);
  const contentType = (response.headers.get("content-type") ?? "").replace(/;.*$/, "");
  const parsed = contentType.endsWith("json") ? parse(text) : undefined;

  const answer = { status: response.status, headers: response.headers, body: text };
  const drift = specViolations(answer, body ? undefined : CHECK_KEY);
  if (!status.includes(response.status)) drift.push(`status ${response.status}, expected ${status.join(" or ")}`);
  else if (holds && !holds(parsed)) drift.push(`the ${body ? "contact" : "answer"} is not as expected`);
  return {
    description,
    status: response.status,
    contentType,
    headers: Object.fromEntries(
      [...response.headers]
        .map(([name, value]): [string, string] => [name, headerShapeOf(value)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    body: parsed === undefined ? "text" : shapeOf(parsed),
    drift,
  };
}

async function send(
  url: string,
  apiKey: string,
  body: object | undefined,
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, {
      method: body ? "POST" : "GET",
      redirect: "manual",
      headers: { ...(body && { "content-type": "application/json" }), "x-api-key": apiKey },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    return { response, text: await response.text() };
  } catch {
    throw new NoAnswerError();
  }
}

/** What is no JSON in spite of its content type has no shape; the description says what is wrong with it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isLoggedIn(body: unknown): unknown {
  return (Object(body) as { is_logged_in?: unknown }).is_logged_in;
}

function titleOf(body: unknown): unknown {
  const { contact } = Object(body) as { contact?: unknown };
  return (Object(contact) as { title?: unknown }).title;
}

/** The fields of contacts that were seen and are not in the description: new ones, which may be worth to describe. */
export function undescribedFields(recordings: readonly Recording[]): string[] {
  const schemas = (apolloSpec.components as { schemas: { Contact: { properties: object } } }).schemas;
  const seen = recordings.flatMap(({ body }) => {
    const contact = typeof body === "object" && "contact" in body ? body.contact : {};
    return typeof contact === "object" ? Object.keys(contact) : [];
  });
  return [...new Set(seen)].filter((name) => !(name in schemas.Contact.properties)).sort();
}
