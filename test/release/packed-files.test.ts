import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { packAll, type PackedPackage } from "../../scripts/packed.js";
import { root } from "../pages.js";
import { packages, readManifest, type Manifest } from "./packages.js";

let folder: string;
let packed: readonly PackedPackage[];

// The first half of `pnpm publish`. publish.test.ts has a dry run of the whole.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signal-apollo-packed-"));
  packed = await packAll(folder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("what is published is what users need, and nothing else", () => {
  const files = packed.flatMap(({ name, files }) => files.map(({ path }) => `${name}/${withoutHash(path)}`));
  // There is a changelog from the first release on.
  expect([...new Set(files)].filter((file) => !file.endsWith("/CHANGELOG.md")).sort()).toMatchInlineSnapshot(`
    [
      "@datafly/apollo-client/LICENSE",
      "@datafly/apollo-client/README.md",
      "@datafly/apollo-client/dist/index.cjs",
      "@datafly/apollo-client/dist/index.cjs.map",
      "@datafly/apollo-client/dist/index.d.cts",
      "@datafly/apollo-client/dist/index.d.ts",
      "@datafly/apollo-client/dist/index.js",
      "@datafly/apollo-client/dist/index.js.map",
      "@datafly/apollo-client/openapi/apollo.yaml",
      "@datafly/apollo-client/package.json",
      "@datafly/apollo-sandbox/LICENSE",
      "@datafly/apollo-sandbox/README.md",
      "@datafly/apollo-sandbox/bin/apollo-sandbox.js",
      "@datafly/apollo-sandbox/dist/index.d.ts",
      "@datafly/apollo-sandbox/dist/index.js",
      "@datafly/apollo-sandbox/dist/index.js.map",
      "@datafly/apollo-sandbox/dist/page/icon.svg",
      "@datafly/apollo-sandbox/dist/page/index.html",
      "@datafly/apollo-sandbox/dist/page/page.css",
      "@datafly/apollo-sandbox/dist/page/page.css.map",
      "@datafly/apollo-sandbox/dist/page/page.js",
      "@datafly/apollo-sandbox/dist/page/page.js.map",
      "@datafly/apollo-sandbox/package.json",
      "@datafly/signal-apollo-connector/LICENSE",
      "@datafly/signal-apollo-connector/README.md",
      "@datafly/signal-apollo-connector/dist/index.cjs",
      "@datafly/signal-apollo-connector/dist/index.cjs.map",
      "@datafly/signal-apollo-connector/dist/index.d.cts",
      "@datafly/signal-apollo-connector/dist/index.d.ts",
      "@datafly/signal-apollo-connector/dist/index.js",
      "@datafly/signal-apollo-connector/dist/index.js.map",
      "@datafly/signal-apollo-connector/package.json",
      "@datafly/signal-apollo-worker/LICENSE",
      "@datafly/signal-apollo-worker/README.md",
      "@datafly/signal-apollo-worker/bin/signal-apollo.js",
      "@datafly/signal-apollo-worker/dist/index.d.ts",
      "@datafly/signal-apollo-worker/dist/index.js",
      "@datafly/signal-apollo-worker/dist/index.js.map",
      "@datafly/signal-apollo-worker/package.json",
      "@datafly/signal-connector-kit/LICENSE",
      "@datafly/signal-connector-kit/README.md",
      "@datafly/signal-connector-kit/dist/authentication-<hash>.d.cts",
      "@datafly/signal-connector-kit/dist/authentication-<hash>.d.ts",
      "@datafly/signal-connector-kit/dist/chunk-<hash>.js",
      "@datafly/signal-connector-kit/dist/chunk-<hash>.js.map",
      "@datafly/signal-connector-kit/dist/connector-<hash>.d.cts",
      "@datafly/signal-connector-kit/dist/connector-<hash>.d.ts",
      "@datafly/signal-connector-kit/dist/fetch-<hash>.d.cts",
      "@datafly/signal-connector-kit/dist/fetch-<hash>.d.ts",
      "@datafly/signal-connector-kit/dist/http.cjs",
      "@datafly/signal-connector-kit/dist/http.cjs.map",
      "@datafly/signal-connector-kit/dist/http.d.cts",
      "@datafly/signal-connector-kit/dist/http.d.ts",
      "@datafly/signal-connector-kit/dist/http.js",
      "@datafly/signal-connector-kit/dist/http.js.map",
      "@datafly/signal-connector-kit/dist/http/oauth.cjs",
      "@datafly/signal-connector-kit/dist/http/oauth.cjs.map",
      "@datafly/signal-connector-kit/dist/http/oauth.d.cts",
      "@datafly/signal-connector-kit/dist/http/oauth.d.ts",
      "@datafly/signal-connector-kit/dist/http/oauth.js",
      "@datafly/signal-connector-kit/dist/http/oauth.js.map",
      "@datafly/signal-connector-kit/dist/index.cjs",
      "@datafly/signal-connector-kit/dist/index.cjs.map",
      "@datafly/signal-connector-kit/dist/index.d.cts",
      "@datafly/signal-connector-kit/dist/index.d.ts",
      "@datafly/signal-connector-kit/dist/index.js",
      "@datafly/signal-connector-kit/dist/index.js.map",
      "@datafly/signal-connector-kit/dist/testing.cjs",
      "@datafly/signal-connector-kit/dist/testing.cjs.map",
      "@datafly/signal-connector-kit/dist/testing.d.cts",
      "@datafly/signal-connector-kit/dist/testing.d.ts",
      "@datafly/signal-connector-kit/dist/testing.js",
      "@datafly/signal-connector-kit/dist/testing.js.map",
      "@datafly/signal-connector-kit/package.json",
      "@datafly/signal-delivery/LICENSE",
      "@datafly/signal-delivery/README.md",
      "@datafly/signal-delivery/dist/check-<hash>.js",
      "@datafly/signal-delivery/dist/check-<hash>.js.map",
      "@datafly/signal-delivery/dist/chunk-<hash>.js",
      "@datafly/signal-delivery/dist/chunk-<hash>.js.map",
      "@datafly/signal-delivery/dist/completion-<hash>.js",
      "@datafly/signal-delivery/dist/completion-<hash>.js.map",
      "@datafly/signal-delivery/dist/consume-<hash>.js",
      "@datafly/signal-delivery/dist/consume-<hash>.js.map",
      "@datafly/signal-delivery/dist/dead-letter-store-<hash>.js",
      "@datafly/signal-delivery/dist/dead-letter-store-<hash>.js.map",
      "@datafly/signal-delivery/dist/dead-letter-topics-<hash>.js",
      "@datafly/signal-delivery/dist/dead-letter-topics-<hash>.js.map",
      "@datafly/signal-delivery/dist/dead-letters-<hash>.js",
      "@datafly/signal-delivery/dist/dead-letters-<hash>.js.map",
      "@datafly/signal-delivery/dist/deliver-<hash>.js",
      "@datafly/signal-delivery/dist/deliver-<hash>.js.map",
      "@datafly/signal-delivery/dist/direct-fetch-<hash>.js",
      "@datafly/signal-delivery/dist/direct-fetch-<hash>.js.map",
      "@datafly/signal-delivery/dist/explain-<hash>.js",
      "@datafly/signal-delivery/dist/explain-<hash>.js.map",
      "@datafly/signal-delivery/dist/forget-person-<hash>.js",
      "@datafly/signal-delivery/dist/forget-person-<hash>.js.map",
      "@datafly/signal-delivery/dist/health-server-<hash>.js",
      "@datafly/signal-delivery/dist/health-server-<hash>.js.map",
      "@datafly/signal-delivery/dist/index.d.ts",
      "@datafly/signal-delivery/dist/index.js",
      "@datafly/signal-delivery/dist/index.js.map",
      "@datafly/signal-delivery/dist/init-<hash>.js",
      "@datafly/signal-delivery/dist/init-<hash>.js.map",
      "@datafly/signal-delivery/dist/logger-<hash>.js",
      "@datafly/signal-delivery/dist/logger-<hash>.js.map",
      "@datafly/signal-delivery/dist/manifest-<hash>.js",
      "@datafly/signal-delivery/dist/manifest-<hash>.js.map",
      "@datafly/signal-delivery/dist/metrics-<hash>.js",
      "@datafly/signal-delivery/dist/metrics-<hash>.js.map",
      "@datafly/signal-delivery/dist/preview-<hash>.js",
      "@datafly/signal-delivery/dist/preview-<hash>.js.map",
      "@datafly/signal-delivery/dist/proxy-fetch-<hash>.js",
      "@datafly/signal-delivery/dist/proxy-fetch-<hash>.js.map",
      "@datafly/signal-delivery/dist/redis-consent-store-<hash>.js",
      "@datafly/signal-delivery/dist/redis-consent-store-<hash>.js.map",
      "@datafly/signal-delivery/package.json",
    ]
  `);
});

test.each(packages)("$name is published with versions in place of workspace ranges", ({ name }) => {
  const { filename = "" } = packed.find((one) => one.name === `@datafly/${name}`) ?? {};
  const manifest = JSON.parse(
    execFileSync("tar", ["-xOf", basename(filename), "package/package.json"], { cwd: folder, encoding: "utf8" }),
  ) as Manifest;

  const own = Object.keys(manifest.dependencies ?? {}).filter((dependency) => dependency.startsWith("@datafly/"));
  for (const dependency of own) {
    const { version } = readManifest(join(root, dependency.replace("@datafly/", "packages/")));
    expect(manifest.dependencies?.[dependency]).toBe(`^${version}`);
  }
  expect(JSON.stringify(manifest)).not.toContain("workspace:");
});

/** Chunks of a bundle are named after their content. */
function withoutHash(path: string): string {
  return path.replace(/-[\w-]{8}(\.js|\.d\.c?ts)/, "-<hash>$1");
}
