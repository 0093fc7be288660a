import { readFileSync } from "node:fs";

import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import { parse } from "yaml";

/** An answer as it came over the wire. */
export interface ObservedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Node = Readonly<Record<string, unknown>>;

const specId = "apollo.yaml";
const spec = asNode(
  parse(readFileSync(new URL("../../openapi/apollo.yaml", import.meta.url), "utf8"), { merge: true }),
);

/** The API's description, as it stands in the client's package. */
export const apolloSpec = spec;
/** The schema of a request's body, with its references in place. */
export const requestSchema = at(spec, "components", "schemas", "CreateContactRequest");
/** The same of a request to add contacts to lists. */
export const additionSchema = at(spec, "components", "schemas", "AddToListsRequest");

// The description is no schema as a whole, only the places in it that are pointed at.
const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(spec, specId);

/** An operation of the API: its path and its method. */
export type Operation =
  | readonly ["/contacts", "post"]
  | readonly ["/labels/add_entity_ids_to_label_names", "post"]
  | readonly ["/auth/health", "get"];

/** `GET /auth/health`. */
export const CHECK_KEY: Operation = ["/auth/health", "get"];
/** `POST /labels/add_entity_ids_to_label_names`. */
export const ADD_TO_LISTS: Operation = ["/labels/add_entity_ids_to_label_names", "post"];
const CREATE_CONTACT: Operation = ["/contacts", "post"];

/** All that an answer, to `POST /contacts` unless told otherwise, has against the API's description; nothing, if it keeps to it. */
export function specViolations(
  { status, headers, body }: ObservedAnswer,
  [path, method]: Operation = CREATE_CONTACT,
): string[] {
  const responses = at(spec, "paths", path, method, "responses");
  const declared = resolve(responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`]);
  if (declared === undefined) return [`status ${status} is not declared`];

  const violations = headerViolations(resolve(declared.headers) ?? {}, headers);
  const contentType = (headers.get("content-type") ?? "").replace(/;.*$/, "").trim().toLowerCase();
  const media = resolve(at(declared, "content")[contentType]);
  if (media === undefined) return [...violations, `content type "${contentType}" is not declared for ${status}`];

  const content = contentType.endsWith("json") ? parsed(body) : body;
  if (content === undefined) return [...violations, "the body is not JSON"];
  return [...violations, ...schemaViolations("body", media.schema, content)];
}

/** All that a request, to `POST /contacts` unless told otherwise, has against the API's description; nothing, if it keeps to it. */
export function requestViolations(body: unknown, operation = CREATE_CONTACT): string[] {
  return schemaViolations("body", operation === ADD_TO_LISTS ? additionSchema : requestSchema, body);
}

/** Reads an answer and throws if it does not keep to the API's description. */
export async function observeConforming(response: Response, operation?: Operation): Promise<ObservedAnswer> {
  const answer = await observe(response);
  const violations = specViolations(answer, operation);
  if (violations.length > 0) throw new Error(`${response.status} ${answer.body}\n${violations.join("\n")}`);
  return answer;
}

/** Reads an answer, whatever it is. */
export async function observe(response: Response): Promise<ObservedAnswer> {
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The quota headers, which are on the answers that they are declared for and on no others. */
const QUOTA_HEADER = /^x-(?:rate-limit-)?(?:minute|hourly|24-hour)\b/;

function headerViolations(declared: Node, headers: Headers): string[] {
  const undeclared = [...headers.keys()].filter((name) => QUOTA_HEADER.test(name) && !Object.hasOwn(declared, name));
  const violations = Object.entries(declared).flatMap(([name, reference]) => {
    const header = resolve(reference) ?? {};
    const value = headers.get(name);
    if (value === null) return header.required === true ? [`header ${name} is missing`] : [];
    return schemaViolations(`header ${name}`, header.schema, value);
  });
  return [...undeclared.map((name) => `header ${name} is not declared`), ...violations];
}

function schemaViolations(what: string, schema: unknown, value: unknown): string[] {
  const validate = ajv.compile(absolute(schema));
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message ?? "is wrong"}`);
}

const compiled = new Map<unknown, AnySchema>();

/** The schema with its references made absolute, since it is compiled apart from the rest of the description. */
function absolute(schema: unknown): AnySchema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${specId}#/`)) as AnySchema;
  compiled.set(schema, made);
  return made;
}

/** Follows `$ref`s within the description. */
function resolve(node: unknown): Node | undefined {
  if (node === undefined) return undefined;
  const { $ref: reference } = asNode(node);
  if (typeof reference !== "string") return asNode(node);
  return resolve(at(spec, ...reference.replace(/^#\//, "").split("/")));
}

function at(node: Node, ...path: readonly string[]): Node {
  return path.reduce((parent, name) => asNode(parent[name]), node);
}

function asNode(value: unknown): Node {
  if (typeof value === "object" && value !== null) return value as Node;
  throw new TypeError("The description of the API is not built as expected.");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
