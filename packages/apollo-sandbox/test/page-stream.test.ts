import { expect, it, onTestFinished, vi } from "vitest";

import { ChangeFeed, type Watch } from "../src/change-feed.js";
import type { PageUpdate } from "../src/page-update.js";
import { ada, create, post, sandboxForTest, send } from "./caller.js";
import { followForTest } from "./page-reader.js";
import { VirtualClock } from "./virtual-clock.js";

/** Whether the page is told of the answer to this request. */
const isAnswered =
  (number: number) =>
  ({ requests }: PageUpdate): boolean =>
    requests.some((request) => request.number === number && request.durationMs !== null);

const lead = { ...ada, email: "ada@x.example", label_names: ["Leads"], run_dedupe: true };

it("tells everything at first, and then only what has changed", async () => {
  const sandbox = await sandboxForTest({ clock: new VirtualClock() });
  await create(sandbox, lead);
  await create(sandbox, { ...ada, email: "other@x.example" });

  const page = await followForTest(sandbox);
  expect(page.response.headers.get("content-type")).toBe("text/event-stream");
  expect(await page.next()).toMatchObject({
    everything: true,
    contacts: [{ email: "ada@x.example", labelNames: ["Leads"] }, { email: "other@x.example" }],
    requests: [{ number: 1, person: { name: "Ada Byron", email: "ada@x.example" } }, { number: 2 }],
    oldestRequest: 1,
    usage: sandbox.usage(),
    plan: "professional",
    faults: [],
    outage: null,
  });

  await create(sandbox, { ...lead, title: "Countess" });
  expect(await page.nextWith(isAnswered(3))).toMatchObject({
    everything: false,
    requests: [{ number: 3, status: 200, changes: [{ field: "title", from: null, to: "Countess" }] }],
  });
});

it("tells of an outage, without a key", async () => {
  const sandbox = await sandboxForTest();
  const page = await followForTest(sandbox);
  await page.next();

  sandbox.startOutage({ status: 502, retryAfter: sandbox.apiKey });
  expect(await page.next()).toMatchObject({ outage: { status: 502, retryAfter: "[key]" } });

  sandbox.endOutage();
  expect(await page.next()).toMatchObject({ outage: null });
});

it("tells of the plan and of planted faults", async () => {
  const sandbox = await sandboxForTest();
  const page = await followForTest(sandbox);
  await page.next();

  sandbox.failNext({ kind: "html" }, 2);
  sandbox.usePlan("free");
  expect(await page.next()).toMatchObject({
    contacts: [],
    requests: [],
    plan: "free",
    usage: { minute: { limit: 50 } },
    faults: [{ fault: { kind: "html" }, times: 2 }],
  });

  sandbox.usePlan({ minute: 1, hour: 1, day: 1 });
  await send(sandbox, lead);
  expect(await page.nextWith(isAnswered(1))).toMatchObject({
    plan: null,
    faults: [{ times: 1 }],
    requests: [{ fault: "html" }],
  });
});

it("says why a request was refused", async () => {
  const sandbox = await sandboxForTest();
  await post(sandbox, { first_name: "Ada" });
  await post(sandbox, ada, { "x-api-key": "unknown-key" });
  sandbox.usePlan({ minute: 0, hour: null, day: null });
  await post(sandbox, ada);

  const refusals = (await (await followForTest(sandbox)).next()).requests.map(({ refusal }) => refusal);
  expect(refusals).toEqual([
    "Parameters misconfigured. last_name can't be blank",
    "Invalid API key. It is not known.",
    expect.stringContaining("maximum number of api calls allowed"),
  ]);
});

it("does not take a fault's words for the reason of a refusal", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "html", written: true });
  await send(sandbox, { first_name: "Ada" });

  const { requests } = await (await followForTest(sandbox)).next();
  expect(requests).toMatchObject([{ outcome: "refused", fault: "html", refusal: "" }]);
});

it("goes on through a reset, which begins everything anew", async () => {
  const sandbox = await sandboxForTest();
  const page = await followForTest(sandbox);
  await create(sandbox, lead);
  await page.next();

  sandbox.reset();
  const anew = await page.nextWith(({ everything }) => everything);
  expect(anew).toMatchObject({ contacts: [], requests: [] });
  await create(sandbox, lead);
  expect(await page.nextWith(isAnswered(1))).toMatchObject({ everything: false });
});

it("tells of the requests that are remembered, and from which number on they are", async () => {
  const sandbox = await sandboxForTest({ maxRequests: 10, plan: "unlimited" });
  for (let call = 0; call < 50; call += 1) await send(sandbox, lead);
  const page = await followForTest(sandbox);
  const first = await page.next();
  expect(first.requests.map(({ number }) => number)).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
  expect(first.oldestRequest).toBe(41);

  await send(sandbox, lead);
  expect(await page.nextWith(isAnswered(51))).toMatchObject({ oldestRequest: 42, requests: [{ number: 51 }] });
});

it("remembers for somebody who is slow what has changed, and not how often", () => {
  const feed = new ChangeFeed();
  const watch = feed.watch();
  watch.take();
  for (let time = 0; time < 1000; time += 1) {
    feed.requestChanged(1);
    feed.contactChanged("a");
  }
  feed.requestChanged(2);
  expect(watch.take()).toEqual({ everything: false, requests: new Set([1, 2]), contacts: new Set(["a"]) });
  expect(watch.take()).toEqual({ everything: false, requests: new Set(), contacts: new Set() });
});

it("sends neither bodies nor long values", async () => {
  const sandbox = await sandboxForTest();
  await create(sandbox, { ...lead, title: "x".repeat(100_000), typed_custom_fields: { a: ["y".repeat(100_000)] } });
  const page = await followForTest(sandbox);
  const update = await page.next();
  expect(JSON.stringify(update).length).toBeLessThan(5000);
  expect(update.requests).not.toHaveProperty("0.body");
  expect(update.requests).not.toHaveProperty("0.answer");
});

it("lets go of a page that is closed, and of all when the sandbox is closed", async () => {
  const spy = vi.spyOn(ChangeFeed.prototype, "watch");
  const stopped = () => spy.mock.results.map(({ value }) => (value as Watch).stopped);
  onTestFinished(() => {
    spy.mockRestore();
  });
  const sandbox = await sandboxForTest();
  const [left, staying] = [await followForTest(sandbox), await followForTest(sandbox)];
  await Promise.all([left.next(), staying.next()]);

  left.leave();
  await vi.waitFor(() => {
    expect(stopped()).toEqual([true, false]);
  });
  await create(sandbox, lead);
  await staying.nextWith(isAnswered(1));

  await sandbox.close();
  await expect(staying.next()).rejects.toThrow();
  await vi.waitFor(() => {
    expect(stopped()).toEqual([true, true]);
  });
});
