import { readFile } from "node:fs/promises";

import type { Connector, SendResult, Vendor } from "@datafly/signal-connector-kit";
import { expect, test } from "vitest";

import { UnmappedEvents } from "../src/report/unmapped-events.js";
import { folderForTest } from "./support/folder.js";
import { freePort } from "./support/free-port.js";
import { pipelineForTest } from "./support/pipeline.js";

const ACME: Vendor = {
  name: "Acme",
  connector: "acme",
  record: "person",
  drops: {
    event_not_mapped: { meaning: "not one of Acme's events", whatToDo: "Nothing." },
    consent_denied: { meaning: "consent is denied", whatToDo: "Nothing." },
    consent_missing: { meaning: "no consent is known", whatToDo: "Nothing." },
  },
  rejections: { no_email: { meaning: "no e-mail address", whatToDo: "Ask for it." } },
  failures: {
    bad_token: { meaning: "the token is not valid", whatToDo: "Make another one.", class: "setup" },
    slow_down: { meaning: "the quota is used up", whatToDo: "Wait.", class: "throttle" },
    unreachable: { meaning: "it does not answer", whatToDo: "Wait.", class: "transient" },
    unwanted: { meaning: "Acme refused the person", whatToDo: "Look at it.", class: "final" },
  },
  warnings: {},
  quotas: [{ name: "ten_seconds", lengthMs: 10_000, title: "quota of ten seconds" }],
};

const delivered: SendResult = { status: "delivered", recordId: "p1", matched: true, httpStatus: 200, warnings: [] };
const failed = (reason: string, httpStatus?: number, more: Partial<SendResult> = {}): SendResult => ({
  status: "failed",
  reason,
  maybeDelivered: false,
  message: `Acme: ${reason}.`,
  ...(httpStatus !== undefined && { httpStatus }),
  warnings: [],
  ...(more as object),
});

/** A connector to a vendor that is not Apollo; each call comes to the next result, and after the last one is delivered. */
function acme(...results: SendResult[]): Connector<string> {
  return {
    vendor: ACME,
    purpose: "analytics",
    events: ["Lead"],
    idempotent: true,
    plan: (event) => {
      const { email } = event as { email?: string };
      if (email === undefined) return { action: "reject", reason: "no_email", issues: [] };
      return { action: "deliver", payload: email, person: email, warnings: [] };
    },
    send: () => Promise.resolve(results.shift() ?? delivered),
  };
}

const lead = (name: string) => ({ type: "track", event: "Lead", messageId: name, email: `${name}@lead.example` });

test("another vendor's records are reported, recorded and counted in its own words", async () => {
  const folder = await folderForTest();
  const port = await freePort();
  const quota = { ten_seconds: { limit: 5, used: 1, left: 4 } };
  const pipeline = await pipelineForTest(
    {},
    {
      connector: acme({ ...delivered, quota }, failed("unwanted", 422, { vendorMessage: "bad ada" })),
      audit: folder.at("audit.ndjson"),
      metricsPort: port,
      concurrency: 1,
    },
  );

  const end = await pipeline.deliverEvents([lead("ada"), lead("ben"), { type: "track", event: "Lead" }]);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

  expect(end.problem).toBeUndefined();
  const lines = pipeline.stdout().trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { messageId: "ada", status: "delivered", personId: "p1", matched: true },
    { status: "rejected", reason: "no_email" },
    { messageId: "ben", status: "failed", reason: "unwanted", httpStatus: 422 },
  ]);
  expect(pipeline.letters).toMatchObject([
    { reason: "no_email" },
    { class: "final", message: "Acme: unwanted. Acme says: bad ada", vendorMessage: "bad ada" },
  ]);
  expect(await readFile(folder.at("audit.ndjson"), "utf8")).toContain('"personId":"p1"');
  expect(metrics).toContain('window="ten_seconds"');
  expect(metrics).toContain('reason="unwanted"');
  expect(pipeline.stdout() + pipeline.stderr()).not.toMatch(/apollo|contact|bad ada/i);
});

test("a refusal of the class setup stops delivery with the vendor's words, and no event is at fault", async () => {
  const refusal = failed("bad_token", 401, { vendorMessage: "token expired" });
  const pipeline = await pipelineForTest({}, { connector: acme(refusal) });

  const end = await pipeline.deliverEvents([lead("ada")]);

  expect(end).toMatchObject({ problem: "Acme: bad_token. Acme says: token expired", settledThrough: 0 });
  expect(pipeline.letters).toEqual([]);
});

test("a refusal without a time waits for the vendor's shortest window, and costs no attempt", async () => {
  const sleeps: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void sleeps.push(ms));
  let now = 0;
  const pipeline = await pipelineForTest(
    {},
    { connector: acme(failed("slow_down", 429)), maxAttempts: 1, sleep, now: () => (now += 1) },
  );

  await pipeline.deliverEvents([lead("ada")]);

  expect(sleeps[0]).toBeGreaterThanOrEqual(9_990);
  expect(sleeps[0]).toBeLessThanOrEqual(11_000);
  expect(JSON.parse(pipeline.stdout())).toMatchObject({ status: "delivered", attempts: 1 });
});

test("when a vendor that cannot be checked is away, calls are the probes, and the report says who is away", async () => {
  const away = Array.from({ length: 6 }, () => failed("unreachable", 503));
  const pipeline = await pipelineForTest({}, { connector: acme(delivered, ...away), concurrency: 4 });

  const end = await pipeline.deliverEvents(["ada", "ben", "cy", "di", "eve"].map(lead));

  expect(end.problem).toBeUndefined();
  expect(pipeline.letters).toEqual([]);
  expect(pipeline.stderr()).toContain("Acme is away: it answers 503.");
  expect(pipeline.stderr()).toContain("Acme has recovered. Resuming.");
});

test("without a search for near misses, names that are not mapped are shown alone", () => {
  const unmapped = new UnmappedEvents();
  unmapped.add("lead", "event_not_mapped");

  expect(unmapped.line(acme())).toBe('Not one event is mapped. Dropped: 1 "lead".');
});
