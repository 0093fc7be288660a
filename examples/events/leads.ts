// The events of leads.ndjson: a telling mixture. `npx tsx examples/events/write-leads.ts` writes the file.
import { denied, granted, timsTraits, trackEvent, type EventParts } from "./events.js";

/** One visit: what is said of the person, and how the page, its language and the consent were. */
interface Visit {
  readonly traits?: EventParts;
  readonly contextTraits?: EventParts;
  readonly properties?: EventParts;
  readonly userId?: string;
  readonly path?: string;
  readonly locale?: string;
  /** `null` for a visitor who was never asked. */
  readonly consent?: EventParts | null;
}

const visits: readonly (readonly [event: string, visit: Visit])[] = [
  [
    "Demo Requested",
    {
      traits: timsTraits,
      properties: { lead_source: "Website demo form" },
      path: "/demo",
      userId: "user_98765",
    },
  ],
  [
    "Lead Generated",
    {
      traits: {
        first_name: " Grace ",
        last_name: "Murray",
        email: " Grace.Murray@Harbor.Example ",
        company: "Harbor Systems",
        phone: "(212) 555-0187",
        website: "harbor.example",
      },
      properties: { lead_source: "Whitepaper" },
      path: "/whitepaper",
    },
  ],
  [
    "Signed Up",
    {
      traits: {
        first_name: "Ада",
        last_name: "Королёва",
        email: "ada@orbita.example",
        company: "Орбита",
        title: "Инженер",
      },
      properties: { method: "google" },
      path: "/signup",
      locale: "ru-RU",
    },
  ],
  [
    "Signed Up",
    {
      traits: { first_name: "Tim", last_name: "Zheng", email: "TIM@apollo.io", title: "VP Growth" },
      properties: { signup_method: "sso" },
      path: "/signup",
      userId: "user_98765",
    },
  ],
  [
    "Demo Requested",
    {
      traits: { first_name: "Nora", last_name: "Quill", email: "nora@quill.example" },
      properties: { lead_source: "Website demo form" },
      consent: null,
    },
  ],
  [
    "Demo Requested",
    {
      traits: { first_name: "Omar", last_name: "Reyes", email: "omar@reyes.example" },
      properties: { lead_source: "Website demo form" },
      consent: denied,
    },
  ],
  [
    "Product Viewed",
    {
      traits: { first_name: "Lena", last_name: "Fisk", email: "lena@fisk.example" },
      properties: { product_id: "p-17" },
      path: "/products/p-17",
    },
  ],
  ["page", { path: "/pricing" }],
  [
    "Lead Generated",
    {
      traits: { first_name: "Cher", email: "cher@solo.example", company: "Solo" },
      properties: { lead_source: "Newsletter" },
    },
  ],
  [
    "Lead Generated",
    {
      traits: { first_name: "?", last_name: "?", email: "bot@spam.example" },
      properties: { lead_source: "Contact form" },
    },
  ],
  [
    "Lead Generated",
    {
      traits: {
        first_name: "美咲",
        last_name: "田中",
        email: "misaki@sakura.example",
        company: "さくら商事",
        phone: "+81 3-1234-5678",
      },
      properties: { lead_source: "展示会" },
      locale: "ja-JP",
    },
  ],
  [
    "Demo Requested",
    {
      traits: {
        first_name: "Jonas",
        last_name: "Weber",
        email: "jonas@weber.example",
        phone: "+49 (0)30 901820 ext. 12",
        website: "www.weber.example/kontakt",
      },
      properties: { lead_source: "Messe" },
      locale: "de-DE",
    },
  ],
  [
    "Demo Requested",
    {
      traits: {
        first_name: "Priya",
        last_name: "Nair",
        email: "priya at nair.example",
        phone: "call me after 6",
        website: "n/a",
        company: "Nair & Co",
      },
      properties: { lead_source: "Website demo form" },
    },
  ],
  [
    "Signed Up",
    {
      contextTraits: {
        first_name: "Zoë",
        last_name: "O’Brien-Łukasiewicz",
        email: "zoe@lukasiewicz.example",
        company: "Łukasiewicz",
      },
      properties: { signup_method: "email" },
      path: "/signup",
      consent: { marketing: true },
    },
  ],
];

/** What a server wrote when it was cut off. */
const HALF_A_LINE = '{"type":"track","event":"Lead Generated","traits":{"first_name":"Half';

/** The lines of leads.ndjson. */
export const leadLines: readonly string[] = [
  ...visits.map(([event, visit], index) => JSON.stringify(eventOf(event, visit, index + 1))),
  HALF_A_LINE,
];

function eventOf(event: string, visit: Visit, number: number): Record<string, unknown> {
  const { traits, contextTraits, properties = {}, userId = null, path = "/", locale = "en-US" } = visit;
  const consent = visit.consent === undefined ? granted : visit.consent;
  const url = `https://www.example.com${path}`;
  return trackEvent(event, {
    ...(event === "page" && { type: "page", event: undefined }),
    properties,
    ...(traits && { traits }),
    userId,
    anonymousId: `anon_${String(number).padStart(4, "0")}`,
    context: {
      page: { url, path, referrer: "", title: "", search: "" },
      locale,
      ...(contextTraits && { traits: contextTraits }),
      ...(consent && { consent }),
    },
    timestamp: `2026-02-25T14:${30 + number}:00.000Z`,
    messageId: `5f2d7c1e-0000-4000-8000-${String(number).padStart(12, "0")}`,
  });
}
