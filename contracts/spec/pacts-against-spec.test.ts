// The contracts against the description of the API: by a tool of the field, and where that is blind, by schemas.
import { Comparator } from "@pactflow/openapi-pact-comparator";
import { describe, expect, test } from "vitest";

import {
  ADD_TO_LISTS,
  apolloSpec,
  CHECK_KEY,
  requestViolations,
  specViolations,
  type Operation,
} from "../../packages/apollo-client/test/support/spec-conformance.js";
import { bodyText, pactFileNames, readPact, type PactFile, type PactInteraction } from "../pact-file.js";

const contracts = pactFileNames().filter((name) => name.endsWith("-apollo-api.json"));

const ADD_PATH = "/api/v1/labels/add_entity_ids_to_label_names";
/** At this path there is nothing on purpose. */
const WRONG_PATH = "a contact at a path without the /api segment";
/** These requests break the description on purpose; a caller without types could send the first, and the second is to be refused. */
const WRONG_REQUESTS = [
  "a contact with a stage that is no id",
  "a probe of the scope: a contact with ids that are not ids",
];

/** What these answers have against the description, on purpose: they come of what stands before Apollo. */
const WRONG_ANSWERS: Readonly<Record<string, string>> = {
  "a contact, on a plan that is not paid for": "status 402 is not declared",
  "a contact that takes a gateway too long": "status 408 is not declared",
  "a contact at an address that redirects": "status 302 is not declared",
  "a contact that is answered without its id": "body/contact must have required property 'id'",
};

/** The comparator does not look at servers; this is how it is told of the base path. */
const described: object = {
  ...apolloSpec,
  info: { ...(apolloSpec.info as object), "x-opc-config-base-path": "/api/v1" },
};

/** What the comparator finds. Its own types cannot be resolved from outside of its package. */
interface Finding {
  readonly type: "error" | "warning";
  readonly code: string;
  readonly mockDetails?: { readonly interactionDescription?: string };
}

describe.each(contracts)("%s", (name) => {
  const { interactions } = readPact(name);

  test("fits the description, says openapi-pact-comparator", async () => {
    // Pact keeps answers that are no JSON in base64, under any content type; the comparator cannot tell them apart.
    const noJson = interactions.filter(({ response }) => response?.body?.encoded !== false);
    const expected = [
      `request.path-or-method.unknown: ${WRONG_PATH}`,
      ...Object.keys(WRONG_ANSWERS).map((description) => `response.status.unknown: ${description}`),
      ...noJson.flatMap(({ description }) => [
        `response.body.incompatible: ${description}`,
        `response.body.unknown: ${description}`,
      ]),
    ];

    const findings = await findingsOf(readPact(name));

    expect(findings.filter((finding) => !expected.includes(finding))).toEqual([]);
  });

  // The comparator skips requests that are answered with 400 or more, plain text, and what is required of an answer.
  test.each(interactions)("$description: request and answer fit the schemas", (interaction) => {
    const { request, response, description } = interaction;
    expect(request?.query).toBeUndefined();
    if (request?.method === "GET") {
      expect(request.path).toBe("/api/v1/auth/health");
      expect(request.body).toBeUndefined();
    } else {
      expect(request?.method).toBe("POST");
      if (description === WRONG_PATH) expect(request?.path).toBe("/v1/contacts");
      else expect(["/api/v1/contacts", ADD_PATH]).toContain(request?.path);
      const violations = requestViolations(request?.body?.content, operationOf(request));
      if (WRONG_REQUESTS.includes(description)) expect(violations).not.toEqual([]);
      else expect(violations).toEqual([]);
    }

    expect(response?.headers).toBeDefined();
    const wrong = WRONG_ANSWERS[description];
    expect(answerViolations(interaction)).toEqual(wrong === undefined ? [] : [wrong]);
  });
});

test("what is wrong on purpose is in a contract", () => {
  const descriptions = contracts.flatMap((name) => readPact(name).interactions.map(({ description }) => description));
  expect(descriptions).toEqual(
    expect.arrayContaining([WRONG_PATH, ...WRONG_REQUESTS, ...Object.keys(WRONG_ANSWERS)]) as string[],
  );
});

test("both ways of looking do find what is wrong", async () => {
  const wrong = JSON.parse(
    JSON.stringify(readPact("signal-apollo-connector-apollo-api.json")).replaceAll('"first_name"', '"frist_name"'),
  ) as PactFile;

  expect(await findingsOf(wrong)).toContainEqual(expect.stringMatching(/^request\.body\.incompatible: /));
  expect(requestViolations(wrong.interactions[0]?.request?.body?.content)).not.toEqual([]);
});

async function findingsOf(pact: PactFile): Promise<string[]> {
  const findings: string[] = [];
  const found = new Comparator(described).compare(pact) as AsyncIterable<Finding>;
  for await (const { type, code, mockDetails } of found) {
    if (type === "error") findings.push(`${code}: ${mockDetails?.interactionDescription ?? ""}`);
  }
  return findings;
}

function operationOf(request: PactInteraction["request"]): Operation | undefined {
  if (request?.method === "GET") return CHECK_KEY;
  return request?.path === ADD_PATH ? ADD_TO_LISTS : undefined;
}

function answerViolations({ request, response }: PactInteraction): string[] {
  if (!response) return ["there is no answer"];
  const headers = new Headers(
    Object.entries(response.headers ?? {}).map(([name, values]): [string, string] => [name, values.join(", ")]),
  );
  const body = response.body ? bodyText(response.body) : "";
  return specViolations({ status: response.status, headers, body }, operationOf(request));
}
