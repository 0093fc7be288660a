import { join } from "node:path";

import { build } from "esbuild";
import { expect, test } from "vitest";

import { budget } from "../bench/budget.js";
import { BUNDLES, bundle, sizeOf, type BundleName } from "../bench/sizes.js";
import { demoRequested, withTraits } from "../examples/events/events.js";
import { root } from "./pages.js";

const names = Object.keys(BUNDLES) as BundleName[];

test("each bundle has a budget, and no other", () => {
  expect(Object.keys(budget.bundles).sort()).toEqual([...names].sort());
});

test.each(names)(
  "%s takes nine tenths of its budget or more, minified and gzipped, and not more than all: otherwise change bench/budget.json",
  async (name) => {
    const { gzipped } = await sizeOf(name);

    expect(gzipped).toBeLessThanOrEqual(budget.bundles[name]);
    // A budget that is far too large guards nothing.
    expect(gzipped).toBeGreaterThan(budget.bundles[name] * 0.9);
  },
);

test("with the phone numbers of three countries, those of others are left out with a warning", async () => {
  const plan = await planOf("planSmall");

  expect(plan(demoRequested())).toMatchObject({ contact: { mobile_phone: "+15553031234" }, warnings: [] });
  expect(plan(withTraits({ phone: "+81 3 1234 5678" }))).toMatchObject({
    action: "deliver",
    warnings: [{ code: "invalid_phone" }],
  });
});

test("whoever only reads consent with the kit bundles consent alone: no schema, no phone number, no list of words", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import { readConsent } from "@datafly/signal-connector-kit"; globalThis.read = readConsent;',
      resolveDir: join(root, "bench"),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    tsconfigRaw: {},
  });
  expect(outputFiles[0]?.contents.byteLength).toBeLessThan(2_000);
});

/** The plan of a bundle, as it runs where the bundle does. */
async function planOf(name: BundleName): Promise<(event: unknown) => unknown> {
  const bytes = await bundle(name);
  await import(`data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`);
  return (globalThis as unknown as { plan: (event: unknown) => unknown }).plan;
}
