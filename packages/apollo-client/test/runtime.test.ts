import { getEventListeners } from "node:events";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createApolloClient } from "@datafly/apollo-client";
import { completeRuntime, systemRuntime } from "@datafly/safe-http";
import { ada, errorOf } from "./support/setup.js";

describe("the real sleep", () => {
  const useFakeTimers = () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  };

  test("ends when its time has come, and lets go of the signal", async () => {
    useFakeTimers();
    const { signal } = new AbortController();
    const sleeping = systemRuntime.sleep(1000, signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);

    await vi.advanceTimersByTimeAsync(1000);

    await expect(sleeping).resolves.toBeUndefined();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("needs no signal", async () => {
    useFakeTimers();
    const sleeping = systemRuntime.sleep(1000);

    await vi.advanceTimersByTimeAsync(1000);

    await expect(sleeping).resolves.toBeUndefined();
  });

  test.each(["before", "while"])(
    "is over at once when it is aborted %s it sleeps, and leaves no timer",
    async (when) => {
      useFakeTimers();
      const abort = new AbortController();
      if (when === "before") abort.abort();
      const sleeping = systemRuntime.sleep(1000, abort.signal);
      abort.abort();

      await expect(sleeping).rejects.toThrow("aborted");
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    },
  );
});

test("what is missing of a runtime is the real one", () => {
  vi.useFakeTimers({ now: 1_000 });
  onTestFinished(() => void vi.useRealTimers());

  const runtime = completeRuntime({ random: () => 0.25 });

  expect([runtime.now(), runtime.random()]).toEqual([1_000, 0.25]);
  expect(completeRuntime({}).random()).toBeLessThan(1);
});

test("a runtime can be an instance of a class, with state of its own", async () => {
  class TestRuntime {
    readonly waits: number[] = [];
    now() {
      return Date.parse("2026-02-25T14:30:00Z") + this.waits.length;
    }
    random() {
      return this.waits.length === 0 ? 0.5 : 0;
    }
    sleep(ms: number) {
      this.waits.push(ms);
      return Promise.resolve();
    }
  }
  const runtime = new TestRuntime();
  const fetch = () => Promise.resolve(new Response("", { status: 503 }));

  await errorOf(createApolloClient({ apiKey: "key", runtime, fetch }).contacts.create({ ...ada, run_dedupe: true }));

  expect(runtime.waits).toEqual([250, 0]);
});
