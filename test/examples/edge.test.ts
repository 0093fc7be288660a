import { createContext, runInContext } from "node:vm";

import { startSandbox } from "@datafly/apollo-sandbox";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";

import type worker from "../../examples/edge/worker.js";
import type { Env } from "../../examples/edge/worker.js";
import { demoRequested } from "../../examples/events/events.js";
import { sign } from "../../examples/webhook/signature.js";
import { root } from "../pages.js";

/** What an edge platform has beside the language. Nothing of Node. */
const { AbortController, AbortSignal, Blob, DOMException, FormData, Headers, Request, Response } = globalThis;
const { TextDecoder, TextEncoder, URL, URLSearchParams, btoa, clearTimeout, console, crypto, fetch, setTimeout } =
  globalThis;
const platform = {
  ...{ AbortController, AbortSignal, Blob, DOMException, FormData, Headers, Request, Response },
  ...{ TextDecoder, TextEncoder, URL, URLSearchParams, btoa, clearTimeout, console, crypto, fetch, setTimeout },
};

const secret = "the secret that Signal signs with";

/** The worker with all that it imports, from the packages as they are built. */
const bundled = await build({
  absWorkingDir: root,
  entryPoints: ["examples/edge/worker.ts"],
  bundle: true,
  write: false,
  metafile: true,
  format: "iife",
  globalName: "bundle",
  platform: "browser",
  conditions: ["worker"],
  tsconfigRaw: {},
});

test("the worker is bundled whole, from the built packages, without a module of Node", () => {
  const inputs = Object.keys(bundled.metafile.inputs);
  const packages = inputs
    .filter((path) => path.startsWith("packages/"))
    .map((path) => path.replace(/\/[^/]+\.js$/, ""));
  expect([...new Set(packages)].sort()).toEqual([
    "packages/apollo-client/dist",
    "packages/signal-apollo-connector/dist",
    "packages/signal-connector-kit/dist",
  ]);
  const imports = Object.values(bundled.metafile.outputs).flatMap((output) => output.imports);
  expect(imports).toEqual([]);
});

test("it delivers where there is nothing but the platform of the web", async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const deadLetters = new Map<string, string>();
  const env: Env = {
    APOLLO_API_KEY: sandbox.apiKey,
    APOLLO_BASE_URL: sandbox.url,
    SIGNAL_WEBHOOK_SECRET: secret,
    DEAD_LETTERS: {
      put: (key, value) => {
        deadLetters.set(key, value);
        return Promise.resolve();
      },
    },
  };
  const script = `${bundled.outputFiles[0]?.text ?? ""}; bundle.default`;
  const built = runInContext(script, createContext({ ...platform })) as typeof worker;
  const post = async (body: string, headers?: Record<string, string>) => {
    const signed = headers ?? (await sign(body, secret));
    return built.fetch(new Request("https://edge.example/signal", { method: "POST", headers: signed, body }), env);
  };

  expect((await post(JSON.stringify(demoRequested()))).status).toBe(200);
  expect(sandbox.contacts()).toMatchObject([{ email: "tim@apollo.io" }]);

  expect((await post("not an event")).status).toBe(202);
  expect([...deadLetters.values()].map((letter) => JSON.parse(letter) as unknown)).toEqual([
    { reason: "invalid_event", event: "not an event" },
  ]);

  expect((await post(JSON.stringify(demoRequested()), await sign("another body", secret))).status).toBe(401);
  expect((await built.fetch(new Request("https://edge.example/"), env)).status).toBe(404);
  expect(sandbox.requests()).toHaveLength(1);
});
