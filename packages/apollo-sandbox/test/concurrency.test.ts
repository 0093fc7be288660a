import { expect, it, vi } from "vitest";

import { ada, create, sandboxForTest } from "./caller.js";
import { VirtualClock } from "./virtual-clock.js";

const lead = { ...ada, email: "ada@x.example", run_dedupe: true };

it("makes a duplicate of two calls for one new person that are under way together", async () => {
  const clock = new VirtualClock();
  const sandbox = await sandboxForTest({ clock, matchDelayMs: 50 });

  const calls = [create(sandbox, lead), create(sandbox, lead)];
  await vi.waitFor(() => {
    expect(clock.sleeping).toBe(2);
  });
  clock.advance(50);
  const answers = await Promise.all(calls);

  expect(answers.map((answer) => answer.dedupe_result)).toEqual([undefined, undefined]);
  expect(sandbox.contacts()).toHaveLength(2);
});

it("makes none of the same calls one after the other", async () => {
  const sandbox = await sandboxForTest({ matchDelayMs: 5 });

  await create(sandbox, lead);
  const second = await create(sandbox, lead);

  expect(second.dedupe_result?.match_reason).toBe("email_match");
  expect(sandbox.contacts()).toHaveLength(1);
});

it("loses no field when two calls update one contact together", async () => {
  const clock = new VirtualClock();
  const sandbox = await sandboxForTest({ clock, matchDelayMs: 50 });
  sandbox.addContact(lead);

  const calls = [
    create(sandbox, { ...lead, title: "Countess" }),
    create(sandbox, { ...lead, website_url: "https://x" }),
  ];
  await vi.waitFor(() => {
    expect(clock.sleeping).toBe(2);
  });
  clock.advance(50);
  await Promise.all(calls);

  expect(sandbox.contacts()).toMatchObject([{ title: "Countess", website_url: "https://x" }]);
});

it("forgets what a call writes that was under way when the sandbox was reset", async () => {
  const clock = new VirtualClock();
  const sandbox = await sandboxForTest({ clock, matchDelayMs: 50 });
  const call = create(sandbox, lead);
  await vi.waitFor(() => {
    expect(clock.sleeping).toBe(1);
  });

  sandbox.reset();
  clock.advance(50);
  await call;

  expect(sandbox.contacts()).toEqual([]);
  expect(sandbox.requests()).toEqual([]);
});
