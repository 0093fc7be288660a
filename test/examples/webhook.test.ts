import { createHmac } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";

import { startSandbox, type Fault, type Sandbox } from "@datafly/apollo-sandbox";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { demoRequested, denied, withTraits } from "../../examples/events/events.js";
import { serveWebhook } from "../../examples/webhook/node-server.js";
import { sign } from "../../examples/webhook/signature.js";
import { createWebhook, type DeadLetter, type WebhookOptions } from "../../examples/webhook/webhook.js";

const secret = "the secret that Signal signs with";
const body = JSON.stringify(demoRequested());
const minutes = (count: number) => count * 60_000;

let sandbox: Sandbox;
let deadLetters: DeadLetter[];
let log: unknown[][];
beforeEach(async () => {
  sandbox = await startSandbox();
  deadLetters = [];
  log = [];
  vi.spyOn(console, "error").mockImplementation((...line) => void log.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await sandbox.close();
});

/** Serves the webhook, and gives its address. */
async function startWebhook(options: Partial<WebhookOptions> = {}): Promise<string> {
  const webhook = createWebhook({
    secret,
    apiKey: sandbox.apiKey,
    client: { baseUrl: sandbox.url },
    keep: (letter) => {
      deadLetters.push(letter);
      return Promise.resolve();
    },
    ...options,
  });
  const { url, close } = await serveWebhook(webhook);
  onTestFinished(close);
  return url;
}

/** Posts a body, signed with the right secret now if nothing else is said. */
async function post(url: string, payload: string, headers?: Record<string, string>): Promise<Response> {
  return fetch(url, { method: "POST", headers: headers ?? (await sign(payload, secret)), body: payload });
}

test("a signed event becomes a contact", async () => {
  const response = await post(await startWebhook(), body);

  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "delivered" });
  expect(sandbox.contacts()).toMatchObject([{ name: "Tim Zheng", email: "tim@apollo.io" }]);
});

test("the signature is the HMAC-SHA256 of timestamp, full stop and body, as anybody can compute it", async () => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  const headers = { "x-signal-timestamp": timestamp, "x-signal-signature": signature };

  expect((await post(await startWebhook(), body, headers)).status).toBe(200);
});

test("it is checked over the bytes as they came, not over what they mean", async () => {
  const url = await startWebhook();
  const spaced = `\n ${JSON.stringify(withTraits({ first_name: "Zoë", last_name: "O’Brien" }), null, 4)} \n`;

  expect((await post(url, spaced)).status).toBe(200);
  expect((await post(url, spaced.trim(), await sign(spaced, secret))).status).toBe(401);
});

const forgeries: readonly [what: string, headers: () => Promise<Record<string, string>>, payload?: string][] = [
  ["a body that was changed", () => sign(body, secret), body.replace("tim@", "eve@")],
  ["another secret", () => sign(body, "another secret")],
  ["an old timestamp", () => sign(body, secret, Date.now() - minutes(6))],
  ["a timestamp of the future", () => sign(body, secret, Date.now() + minutes(6))],
  ["an old signature with a new timestamp", async () => stamped(await sign(body, secret, Date.now() - minutes(60)))],
  ["a timestamp that is no number", async () => ({ ...(await sign(body, secret)), "x-signal-timestamp": "NaN" })],
  ["half a signature", async () => cut(await sign(body, secret))],
  ["no signature", async () => ({ ...(await sign(body, secret)), "x-signal-signature": "" })],
  ["no headers at all", () => Promise.resolve({})],
];

const stamped = (headers: Record<string, string>) => ({
  ...headers,
  "x-signal-timestamp": String(Math.floor(Date.now() / 1000)),
});
const cut = (headers: Record<string, string>) => ({
  ...headers,
  "x-signal-signature": (headers["x-signal-signature"] ?? "").slice(0, 32),
});

test.each(forgeries)("%s is refused, and nothing is sent", async (_what, headers, payload = body) => {
  const response = await post(await startWebhook(), payload, await headers());

  expect(response.status).toBe(401);
  expect(sandbox.requests()).toEqual([]);
  expect(deadLetters).toEqual([]);
});

test("a few minutes between the clocks are allowed", async () => {
  const url = await startWebhook();
  for (const skew of [-minutes(4), minutes(4)]) {
    expect((await post(url, body, await sign(body, secret, Date.now() + skew))).status).toBe(200);
  }
});

test.each(["", " ", undefined])("a webhook with the secret %j is not made", (none) => {
  const options = { apiKey: "a-key", keep: () => Promise.resolve() };
  expect(() => createWebhook({ ...options, secret: none as never })).toThrow("The secret is empty.");
});

test("a body that is too large is refused, whether or not it says how large it is", async () => {
  const url = await startWebhook();
  const large = "x".repeat(300 * 1024);

  expect((await post(url, large)).status).toBe(413);
  expect(await postInChunks(url, large)).toBe(413);
});

const outcomes: readonly {
  what: string;
  payload?: string;
  fault?: Fault;
  status: number;
  retryAfter?: string;
  kept?: string;
}[] = [
  {
    what: "an event without consent",
    payload: JSON.stringify(demoRequested({ context: { consent: denied } })),
    status: 200,
  },
  {
    what: "an event that is not mapped",
    payload: JSON.stringify(demoRequested({ event: "Cart Viewed" })),
    status: 200,
  },
  {
    what: "an event without a name",
    payload: JSON.stringify(withTraits({ last_name: "" })),
    status: 202,
    kept: "missing_name",
  },
  { what: "a text that is no JSON", payload: "{", status: 202, kept: "invalid_event" },
  {
    what: "a contact that Apollo refuses",
    fault: { kind: "status", status: 422 },
    status: 202,
    kept: "invalid_contact",
  },
  {
    what: "an exhausted quota",
    fault: { kind: "status", status: 429, headers: { "retry-after": "7" } },
    status: 429,
    retryAfter: "7",
  },
  { what: "a failing Apollo", fault: { kind: "status", status: 500 }, status: 503, retryAfter: "30" },
  { what: "a lost connection", fault: { kind: "reset", written: true }, status: 503, retryAfter: "30" },
  { what: "a key that is wrong", fault: { kind: "status", status: 401 }, status: 503, retryAfter: "300" },
];

test.each(outcomes)("$what is answered with $status", async ({ payload = body, fault, status, retryAfter, kept }) => {
  if (fault !== undefined) sandbox.failNext(fault);
  const response = await post(await startWebhook(), payload);

  expect(response.status).toBe(status);
  expect(response.headers.get("retry-after")).toBe(retryAfter ?? null);
  expect(deadLetters.map(({ reason }) => reason)).toEqual(kept === undefined ? [] : [kept]);
});

test("an event that comes again after its answer was lost updates the same contact", async () => {
  const url = await startWebhook();
  sandbox.failNext({ kind: "reset", written: true });

  expect((await post(url, body)).status).toBe(503);
  expect((await post(url, body)).status).toBe(200);
  expect(sandbox.contacts()).toHaveLength(1);
});

test("that holds whatever a program in JavaScript says of deduplication", async () => {
  const url = await startWebhook({ deduplicate: false } as Partial<WebhookOptions>);

  expect((await post(url, body)).status).toBe(200);
  expect((await post(url, body)).status).toBe(200);
  expect(sandbox.contacts()).toHaveLength(1);
});

test("events of one person that come at the same moment make one contact", async () => {
  const url = await startWebhook();
  const responses = await Promise.all(Array.from({ length: 5 }, () => post(url, body)));

  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(sandbox.contacts()).toHaveLength(1);
});

test("an event that can be neither delivered nor kept stays with Signal", async () => {
  const url = await startWebhook({ keep: () => Promise.reject(new Error("The disk is full.")) });

  expect((await post(url, "{")).status).toBe(500);
});

test("neither answers nor the log hold the key, the secret or personal data", async () => {
  const url = await startWebhook({ apiKey: "sandbox-key-without-scope" });
  const answers = [await post(url, body), await post(url, "{"), await post(url, body, {})];
  const told = JSON.stringify([log, ...(await Promise.all(answers.map((answer) => answer.text())))]);

  expect(told).toContain("permission_denied");
  expect(told).not.toMatch(/sandbox-key|the secret|tim|zheng/i);
});

/** Posts without saying how long the body is, and gives the status of the answer. */
async function postInChunks(url: string, payload: string): Promise<number | undefined> {
  const headers = await sign(payload, secret);
  const posted = request(url, { method: "POST", headers: { ...headers, "transfer-encoding": "chunked" } });
  posted.on("error", () => undefined); // the server may hang up before it has read all
  posted.end(payload);
  const [response] = (await once(posted, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}
