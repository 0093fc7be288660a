import {
  defineConnector,
  emailField,
  firstNameField,
  lastNameField,
  omitted,
  phoneField,
  setting,
  taken,
  textField,
} from "@datafly/signal-connector-kit";
import { bearer, createHttp, HTTP_FAILURES } from "@datafly/signal-connector-kit/http";
import * as z from "zod";

const PELICAN = "https://api.pelican.example/v2";

/** A connector to Pelican, an invented vendor: `PUT /people/{email}` writes a profile, or updates the one that is there. */
export const connector = defineConnector({
  vendor: {
    name: "Pelican",
    connector: "pelican",
    record: "profile",
    failures: HTTP_FAILURES,
    rejections: {
      missing_email: {
        meaning: "no e-mail address",
        whatToDo: "Make the address required in the form: Pelican identifies people by nothing else.",
      },
    },
    warnings: {
      unknown_language: { meaning: "is not a language; omitted", whatToDo: "Send a code such as en or en-US." },
    },
    quotas: [{ name: "ten_seconds", lengthMs: 10_000, title: "quota of ten seconds" }],
  },
  settings: z.object({
    token: setting(z.string(), {
      title: "Token",
      description: "A Pelican token that may write profiles.",
      usedFor: "sending",
      secret: true,
      env: "PELICAN_TOKEN",
    }),
    baseUrl: setting(z.string().default(PELICAN), {
      title: "Base URL",
      description: "Where Pelican is: your own gateway, or a server for trials.",
      usedFor: "sending",
      env: "PELICAN_BASE_URL",
      flag: "--base-url <url>",
      inCatalogue: false,
    }),
  }),
  fields: {
    email: { ...emailField, required: "missing_email" },
    given_name: firstNameField,
    family_name: lastNameField,
    company: textField,
    phone: phoneField,
    // A rule of Pelican's own: en-US is sent as en, and what is not a language is omitted with a warning.
    language: {
      ...textField,
      normalise: (text) =>
        /^[a-z]{2}(?:[-_]|$)/i.test(text) ? taken(text.slice(0, 2).toLowerCase()) : omitted("unknown_language"),
    },
  },
  // Each entry of a list has a source of its own.
  lists: { topics: { part: "topics", rule: textField } },
  defaultBlueprint: {
    events: ["Lead Generated", "Demo Requested", "Signed Up"],
    consent: "marketing",
    fields: {
      email: "traits.email",
      given_name: "traits.first_name",
      family_name: "traits.last_name",
      company: "traits.company",
      phone: "traits.phone",
      language: "context.locale",
    },
    topics: ["properties.lead_source"],
  },
  address: { url: PELICAN, setting: "baseUrl" },
  key: ({ email }) => email,
  // A PUT to the person's address: sending it twice is the same as once.
  idempotent: true,
  client: ({ token, baseUrl }, tools) =>
    createHttp({
      vendor: "Pelican",
      baseUrl,
      authentication: bearer(token),
      quotas: { ten_seconds: { limit: "pelican-calls-allowed", left: "pelican-calls-left" } },
      ...tools,
    }),
  send: (http, { payload: { email, ...json }, warnings }, options) =>
    http.send({ method: "PUT", path: ["people", email], json, warnings, read }, options),
  check: (http, options) => http.check({ method: "GET", path: ["token"] }, options),
});

/** What Pelican answers: `{ "id": "p1", "updated": false }`. */
const answer = z.object({ id: z.string(), updated: z.boolean() });

function read(body: unknown) {
  const { data } = answer.safeParse(body);
  return data && { recordId: data.id, matched: data.updated };
}
