// What the client relies on: every answer that it tells apart, in its variants.
import {
  createApolloClient,
  isApolloError,
  type ApolloClient,
  type CreateContactRequest,
  type FetchInit,
} from "@datafly/apollo-client";
import { MatchersV3 } from "@pact-foundation/pact";

import { GOOD_KEY, KEY_WITHOUT_SCOPE, UNKNOWN_KEY, type JsonValue, type ProviderState } from "../provider/states.js";
import type { HttpInteraction } from "./http-interaction.js";

const { eachLike, regex, string } = MatchersV3;

const CONTACT_ID = regex("^[0-9a-f]{24}$", "66f1c0ffee0000000000a001");
const NO_CONTACT: ProviderState = { name: "no contact is stored" };
const UNLIMITED: ProviderState = { name: "the plan is", parameters: { plan: "unlimited" } };
const ada = { first_name: "Ada", last_name: "Byron" } as const;
const failure = (fault: Record<string, JsonValue>): ProviderState => ({
  name: "the next call fails",
  parameters: { fault },
});
const count = (example: string) => regex("^\\d+$", example);

/** Creates a contact as a user would; an error is what came of it. */
function create(contact: CreateContactRequest, options: ClientOptions = {}) {
  return act((client) => client.contacts.create(contact), options);
}

/** Checks a key as a user would; an error is what came of it. */
function checkKey(options: ClientOptions = {}) {
  return act((client) => client.checkKey(), options);
}

interface ClientOptions {
  readonly apiKey?: string;
  readonly basePath?: string;
  readonly fetch?: typeof withoutKey;
}

/** What a proxy does that removes the key. */
function withoutKey(url: string, init: FetchInit): Promise<Response> {
  const headers = Object.fromEntries(Object.entries(init.headers).filter(([name]) => name !== "X-Api-Key"));
  return fetch(url, { ...init, headers });
}

function act(call: (client: ApolloClient) => Promise<unknown>, { basePath = "", ...options }: ClientOptions) {
  return async (baseUrl: string): Promise<unknown> => {
    const url = basePath === "" ? baseUrl : `${new URL(baseUrl).origin}${basePath}`;
    const client = createApolloClient({ apiKey: GOOD_KEY, ...options, baseUrl: url, maxRetries: 0 });
    try {
      return await call(client);
    } catch (error) {
      if (isApolloError(error)) return error;
      throw error;
    }
  };
}

/** A request of the client with a good key, and an answer in JSON. */
function interaction(
  description: string,
  contact: CreateContactRequest,
  parts: Pick<HttpInteraction, "response" | "result"> & { readonly given?: readonly ProviderState[] },
): HttpInteraction {
  return {
    description,
    given: [NO_CONTACT, UNLIMITED],
    request: { apiKey: GOOD_KEY, body: contact },
    act: create(contact),
    ...parts,
  };
}

/** A check of a key, or of none, and the answer to it. */
function check(
  description: string,
  apiKey: string | undefined,
  parts: Pick<HttpInteraction, "response" | "result"> & { readonly given?: readonly ProviderState[] },
): HttpInteraction {
  return {
    description,
    given: [],
    request: { method: "GET", path: "/api/v1/auth/health", ...(apiKey !== undefined && { apiKey }) },
    act: checkKey(apiKey === undefined ? { fetch: withoutKey } : { apiKey }),
    ...parts,
  };
}

const ADD_PATH = "/api/v1/labels/add_entity_ids_to_label_names";
const STORED_ID = "66f1c0ffee0a0000000000a1";
const ADA_IS_STORED: ProviderState = {
  name: "a contact is stored",
  parameters: { ...ada, id: STORED_ID, label_names: ["Engineers"] },
};

/** Contacts that are added to lists, with a good key unless told otherwise. */
function addition(
  description: string,
  parts: Pick<HttpInteraction, "response" | "result"> & {
    readonly given?: readonly ProviderState[];
    readonly apiKey?: string;
  },
): HttpInteraction {
  const { apiKey = GOOD_KEY, ...others } = parts;
  const request = { entity_ids: [STORED_ID], label_names: ["Poets"] };
  return {
    description,
    given: [NO_CONTACT, UNLIMITED, ADA_IS_STORED],
    request: { path: ADD_PATH, apiKey, body: { ...request, modality: "contacts" } },
    act: act((client) => client.contacts.addToLists(request), { apiKey }),
    ...others,
  };
}

const ONLY_PAID = "This endpoint is only available to Apollo users on paid plans.";

const everyField = {
  ...ada,
  organization_name: "Analytical Engines",
  title: "Countess",
  account_id: "66f1c0ffee0000000000e001",
  email: "ada@analytical.example",
  website_url: "https://analytical.example/",
  label_names: ["Poets"],
  contact_stage_id: "66f1c0ffee0000000000d001",
  present_raw_address: "London, United Kingdom",
  direct_phone: "+442071838750",
  corporate_phone: "+442071838751",
  mobile_phone: "+447700900123",
  home_phone: "+442071838752",
  other_phone: "+442071838753",
  typed_custom_fields: { "66f1c0ffee0000000000c001": "Team", "66f1c0ffee0000000000c002": 7 },
  run_dedupe: true,
} satisfies Required<CreateContactRequest>;

/** The interactions of `apollo-client` with `apollo-api`. */
export const apolloClientInteractions: readonly HttpInteraction[] = [
  interaction("a contact with the two names that Apollo asks for", ada, {
    response: { status: 200, body: { json: { contact: { id: CONTACT_ID, ...ada, name: "Ada Byron" } } } },
    result: { status: 200, contact: ada, dedupeResult: null, attempts: 1 },
  }),
  interaction(
    "a new contact, deduplicated",
    { ...ada, email: "ada@analytical.example", run_dedupe: true },
    {
      response: {
        status: 200,
        body: { json: { contact: { id: CONTACT_ID, ...ada, email: "ada@analytical.example" }, labels: [] } },
      },
      result: { status: 200, contact: { email: "ada@analytical.example" }, labels: [] },
    },
  ),
  interaction(
    "a contact that is stored already, deduplicated by its e-mail address",
    { ...ada, email: "ada@analytical.example", title: "Countess", run_dedupe: true },
    {
      given: [
        NO_CONTACT,
        UNLIMITED,
        {
          name: "a contact is stored",
          parameters: { ...ada, email: "ada@analytical.example", title: "Poet", organization_name: "Engines" },
        },
      ],
      response: {
        status: 200,
        body: {
          json: {
            contact: { id: CONTACT_ID, ...ada, title: "Countess", organization_name: "Engines" },
            dedupe_result: { found_existing: true, match_reason: "email_match", existing_contact_id: CONTACT_ID },
          },
        },
      },
      result: { status: 200, dedupeResult: { found_existing: true, match_reason: "email_match" } },
    },
  ),
  interaction(
    "a contact that is stored already, not deduplicated",
    { ...ada, email: "ada@analytical.example" },
    {
      given: [
        NO_CONTACT,
        UNLIMITED,
        { name: "a contact is stored", parameters: { ...ada, email: "ada@analytical.example", title: "Poet" } },
      ],
      // A new contact, without what the stored one has
      response: { status: 200, body: { json: { contact: { id: CONTACT_ID, ...ada, title: null } } } },
      result: { status: 200, contact: { title: null } },
    },
  ),
  interaction(
    "an empty value for a field that is stored",
    { ...ada, email: "ada@analytical.example", title: "", run_dedupe: true },
    {
      given: [
        NO_CONTACT,
        UNLIMITED,
        { name: "a contact is stored", parameters: { ...ada, email: "ada@analytical.example", title: "Poet" } },
      ],
      response: { status: 200, body: { json: { contact: { id: CONTACT_ID, ...ada, title: null } } } },
      result: { contact: { title: null } },
    },
  ),
  interaction("every field", everyField, {
    response: {
      status: 200,
      body: {
        json: {
          contact: {
            id: CONTACT_ID,
            ...ada,
            email: "ada@analytical.example",
            organization_name: "Analytical Engines",
            title: "Countess",
            contact_stage_id: "66f1c0ffee0000000000d001",
            account_id: "66f1c0ffee0000000000e001",
            phone_numbers: eachLike(
              { raw_number: string("+442071838750"), sanitized_number: regex("^\\+\\d+$", "+442071838750") },
              5,
            ),
            typed_custom_fields: everyField.typed_custom_fields,
          },
          labels: [{ id: CONTACT_ID, name: "Poets", modality: "contacts" }],
        },
      },
    },
    result: { contact: { title: "Countess" }, labels: [{ name: "Poets" }] },
  }),
  interaction(
    "a label that does not exist yet",
    { ...ada, label_names: ["Poets"] },
    {
      response: {
        status: 200,
        body: {
          json: {
            contact: { id: CONTACT_ID, label_ids: eachLike(CONTACT_ID) },
            labels: [{ id: CONTACT_ID, name: "Poets", modality: "contacts" }],
          },
        },
      },
      result: { labels: [{ name: "Poets" }] },
    },
  ),
  interaction(
    "a label that exists, for a contact that is on another list",
    { ...ada, email: "ada@analytical.example", label_names: ["Poets"], run_dedupe: true },
    {
      given: [
        NO_CONTACT,
        UNLIMITED,
        { name: "a contact is stored", parameters: { first_name: "Lord", last_name: "Byron", label_names: ["Poets"] } },
        {
          name: "a contact is stored",
          parameters: { ...ada, email: "ada@analytical.example", label_names: ["Engineers"] },
        },
      ],
      // The lists are replaced, not added to
      response: {
        status: 200,
        body: { json: { contact: { id: CONTACT_ID }, labels: [{ id: CONTACT_ID, name: "Poets" }] } },
      },
      result: { labels: [{ name: "Poets" }] },
    },
  ),
  interaction("a contact, on a plan with limits", ada, {
    given: [NO_CONTACT, { name: "the plan is", parameters: { plan: "professional" } }],
    response: {
      status: 200,
      headers: {
        "x-rate-limit-minute": count("200"),
        "x-minute-usage": count("1"),
        "x-minute-requests-left": count("199"),
        "x-rate-limit-hourly": count("400"),
        "x-hourly-usage": count("1"),
        "x-hourly-requests-left": count("399"),
        "x-rate-limit-24-hour": count("2000"),
        "x-24-hour-usage": count("1"),
        "x-24-hour-requests-left": count("1999"),
      },
      body: { json: { contact: { id: CONTACT_ID } } },
    },
    result: {
      rateLimit: {
        minute: { limit: 200, used: 1, left: 199 },
        hour: { limit: 400, used: 1, left: 399 },
        day: { limit: 2000, used: 1, left: 1999 },
      },
    },
  }),
  interaction(
    "a contact, on a plan without limits",
    { ...ada, title: "Countess" },
    {
      response: {
        status: 200,
        headers: { "x-rate-limit-minute": "", "x-rate-limit-hourly": "", "x-rate-limit-24-hour": "" },
        body: { json: { contact: { id: CONTACT_ID } } },
      },
      result: { rateLimit: { minute: null, hour: null, day: null } },
    },
  ),
  {
    description: "a contact with a key that nobody knows",
    given: [],
    request: { apiKey: UNKNOWN_KEY, body: ada },
    response: {
      status: 401,
      body: { contentType: "text/plain", example: "Invalid API key. It is not known.", pattern: "^Invalid API key.*$" },
    },
    act: create(ada, { apiKey: UNKNOWN_KEY }),
    result: {
      name: "AuthenticationError",
      status: 401,
      apolloMessage: "Invalid API key. It is not known.",
      maybeDelivered: false,
    },
  },
  {
    description: "a contact with a key that may not create any",
    given: [NO_CONTACT],
    request: { apiKey: KEY_WITHOUT_SCOPE, body: ada },
    response: {
      status: 403,
      body: { json: { error: string("This key has no access."), error_code: "API_INACCESSIBLE" } },
    },
    act: create(ada, { apiKey: KEY_WITHOUT_SCOPE }),
    result: { name: "PermissionDeniedError", status: 403, code: "API_INACCESSIBLE", maybeDelivered: false },
  },
  {
    description: "a contact without a key",
    given: [],
    request: { body: ada },
    response: { status: 422, body: { json: { error: "Api key required" } } },
    act: create(ada, { fetch: withoutKey }),
    result: { name: "AuthenticationError", status: 422, apolloMessage: "Api key required", maybeDelivered: false },
  },
  interaction("a contact, on a plan without API access", ada, {
    given: [NO_CONTACT, failure({ kind: "status", status: 403, body: { message: ONLY_PAID } })],
    // Without `error` and `error_code`, which would say that the key lacks the scope.
    response: { status: 403, body: { json: { message: regex("^.* paid plans\\.$", ONLY_PAID) } } },
    result: { name: "PaymentRequiredError", status: 403, apolloMessage: ONLY_PAID, maybeDelivered: false },
  }),
  {
    description: "a contact at a path without the /api segment",
    given: [],
    request: { path: "/v1/contacts", apiKey: GOOD_KEY, body: ada },
    response: { status: 404, body: { json: { error: string("Not found") } } },
    act: create(ada, { basePath: "/v1" }),
    result: { name: "NotFoundError", status: 404, maybeDelivered: false },
  },
  interaction("a contact that Apollo cannot read", ada, {
    given: [NO_CONTACT, failure({ kind: "status", status: 400 })],
    response: { status: 400, body: { json: { error: string("The request cannot be read.") } } },
    result: { name: "InvalidRequestError", status: 400, maybeDelivered: false },
  }),
  interaction(
    "a contact whose last name is empty",
    { ...ada, last_name: "" },
    {
      response: { status: 422, body: { json: { error: string("last_name can't be blank") } } },
      result: {
        name: "InvalidRequestError",
        status: 422,
        apolloMessage: "last_name can't be blank",
        maybeDelivered: false,
      },
    },
  ),
  interaction(
    "a contact with a stage that is no id",
    { ...ada, contact_stage_id: "hot" },
    {
      response: {
        status: 422,
        body: {
          json: {
            error: regex(
              "^Parameters misconfigured\\. hot is not a valid ID",
              "Parameters misconfigured. hot is not a valid ID",
            ),
          },
        },
      },
      result: {
        name: "InvalidRequestError",
        status: 422,
        apolloMessage: "Parameters misconfigured. hot is not a valid ID",
      },
    },
  ),
  interaction("a contact when the hour is used up", ada, {
    given: [NO_CONTACT, { name: "the hourly quota is used up" }],
    response: {
      status: 429,
      headers: {
        "retry-after": regex("^[1-9]\\d*$", "1742"),
        "x-rate-limit-hourly": count("1"),
        "x-hourly-usage": count("1"),
        "x-hourly-requests-left": "0",
      },
      body: {
        json: {
          message: regex(
            "^The maximum number of api calls .*$",
            "The maximum number of api calls allowed for api/v1/contacts is 1 times per hour.",
          ),
        },
      },
    },
    result: {
      name: "RateLimitError",
      status: 429,
      retryAfterMs: 1_742_000,
      rateLimit: { hour: { limit: 1, used: 1, left: 0 } },
      maybeDelivered: false,
    },
  }),
  interaction("a contact, on a plan that is not paid for", ada, {
    given: [NO_CONTACT, failure({ kind: "status", status: 402 })],
    response: { status: 402, body: { json: { error: string("Something went wrong.") } } },
    result: { name: "PaymentRequiredError", status: 402, maybeDelivered: false },
  }),
  interaction("a contact that takes a gateway too long", ada, {
    given: [NO_CONTACT, failure({ kind: "status", status: 408 })],
    response: { status: 408, body: { json: { error: string("Something went wrong.") } } },
    result: { name: "ApolloApiError", status: 408, maybeDelivered: true },
  }),
  interaction("a contact at an address that redirects", ada, {
    // Without the address that it redirects to: Pact's verifier would go there, as the client does not.
    given: [NO_CONTACT, failure({ kind: "status", status: 302 })],
    response: { status: 302, body: { json: { error: string("Something went wrong.") } } },
    result: { name: "RedirectError", status: 302, maybeDelivered: false },
  }),
  interaction("a contact that is answered without its id", ada, {
    given: [NO_CONTACT, failure({ kind: "status", status: 200, body: { contact: {} } })],
    // Fixed: with a matcher, an id more would do.
    response: { status: 200, body: { json: { contact: {} } } },
    result: { name: "UnexpectedResponseError", status: 200, maybeDelivered: true },
  }),
  ...[500, 502, 503].map((status) =>
    interaction(`a contact when a gateway answers with a page of ${status}`, ada, {
      given: [NO_CONTACT, failure({ kind: "html", status })],
      response: {
        status,
        body: { contentType: "text/html", example: "<!doctype html><title>Error</title>", pattern: "^<[\\s\\S]*$" },
      },
      result: { name: "ServerError", status, maybeDelivered: true },
    }),
  ),
  addition("a contact for a list that does not exist yet", {
    // One contact is on it: of the list, the answer says so; that the contact stays on its others, no answer says.
    response: {
      status: 200,
      body: { json: { labels: [{ id: CONTACT_ID, name: "Poets", modality: "contacts", cached_count: 1 }] } },
    },
    result: { labels: [{ name: "Poets" }], status: 200, attempts: 1 },
  }),
  addition("a contact for a list that it is on already", {
    given: [
      NO_CONTACT,
      UNLIMITED,
      { name: "a contact is stored", parameters: { ...ada, id: STORED_ID, label_names: ["Poets"] } },
    ],
    response: { status: 200, body: { json: { labels: [{ id: CONTACT_ID, name: "Poets", cached_count: 1 }] } } },
    result: { labels: [{ name: "Poets" }], status: 200 },
  }),
  addition("a contact for a list, with a key that may not add to lists", {
    apiKey: KEY_WITHOUT_SCOPE,
    response: {
      status: 403,
      body: { json: { error: string("This key has no access."), error_code: "API_INACCESSIBLE" } },
    },
    result: { name: "PermissionDeniedError", status: 403, maybeDelivered: false },
  }),
  addition("a contact for a list, with a key that nobody knows", {
    apiKey: UNKNOWN_KEY,
    response: {
      status: 401,
      body: { contentType: "text/plain", example: "Invalid API key. It is not known.", pattern: "^Invalid API key.*$" },
    },
    result: { name: "AuthenticationError", status: 401, maybeDelivered: false },
  }),
  addition("a contact that does not exist, for a list", {
    given: [NO_CONTACT, UNLIMITED],
    response: { status: 422, body: { json: { error: string("This is not a contact.") } } },
    result: { name: "InvalidRequestError", status: 422, maybeDelivered: false },
  }),
  addition("a contact for a list, when the hour of that endpoint is used up", {
    given: [
      NO_CONTACT,
      UNLIMITED,
      ADA_IS_STORED,
      { name: "the plan is", parameters: { plan: { minute: 200, hour: 0, day: 2000 }, endpoint: "lists" } },
    ],
    response: {
      status: 429,
      headers: { "retry-after": regex("^[1-9]\\d*$", "3600"), "x-hourly-requests-left": "0" },
      body: { json: { message: string("The maximum number of api calls is 0 times per hour.") } },
    },
    result: { name: "RateLimitError", status: 429, retryAfterMs: 3_600_000, maybeDelivered: false },
  }),
  addition("a contact for a list, when a gateway answers with a page of 503", {
    given: [
      NO_CONTACT,
      UNLIMITED,
      ADA_IS_STORED,
      { name: "the next call fails", parameters: { fault: { kind: "html", status: 503 }, endpoint: "lists" } },
    ],
    response: {
      status: 503,
      body: { contentType: "text/html", example: "<!doctype html><title>Error</title>", pattern: "^<[\\s\\S]*$" },
    },
    result: { name: "ServerError", status: 503, maybeDelivered: true },
  }),
  check("a check of a valid key", GOOD_KEY, {
    response: { status: 200, body: { json: { is_logged_in: true } } },
    result: { valid: true, status: 200, attempts: 1 },
  }),
  check("a check of a key that may not create contacts", KEY_WITHOUT_SCOPE, {
    response: { status: 200, body: { json: { is_logged_in: true } } },
    result: { valid: true, status: 200 },
  }),
  check("a check of a key that nobody knows", UNKNOWN_KEY, {
    response: {
      status: 401,
      body: { contentType: "text/plain", example: "Invalid API key. It is not known.", pattern: "^Invalid API key.*$" },
    },
    result: { name: "AuthenticationError", status: 401, maybeDelivered: false },
  }),
  check("a check without a key", undefined, {
    response: { status: 422, body: { json: { error: "Api key required" } } },
    result: { name: "AuthenticationError", status: 422, maybeDelivered: false },
  }),
  ...[500, 503].map((status) =>
    check(`a check when a gateway answers with a page of ${status}`, GOOD_KEY, {
      given: [NO_CONTACT, { name: "Apollo is away", parameters: { status } }],
      response: {
        status,
        body: { contentType: "text/html", example: "<!doctype html><title>Error</title>", pattern: "^<[\\s\\S]*$" },
      },
      result: { name: "ServerError", status, maybeDelivered: false },
    }),
  ),
];
