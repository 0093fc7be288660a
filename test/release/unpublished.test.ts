import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test, vi } from "vitest";

import { root } from "../pages.js";
import { packages, readManifest } from "./packages.js";

// npm is started once for each package.
vi.setConfig({ testTimeout: 60_000 });

/** What `release.yml` would publish, were nothing published yet. */
const all = packages.map(({ name, folder }) => `@datafly/${name}@${readManifest(folder).version}`);
const [first = "", ...others] = all;

/** The versions of a package that a registry has; a status where it answers nothing else. */
type Registry = (name: string) => readonly string[] | 403 | 404;

const isFirst = (name: string) => first.startsWith(`${name}@`);
const versionsOf = (name: string) =>
  all.flatMap((one) => (one.startsWith(`${name}@`) ? one.slice(name.length + 1) : []));

test.each<[string, Registry, readonly string[]]>([
  ["all, where npm knows none of them", () => 404, all],
  ["all, where npm has other versions", () => ["9.9.9"], all],
  ["none, where npm has them", versionsOf, []],
  ["the one that a release did not come to", (name) => (isFirst(name) ? 404 : versionsOf(name)), [first]],
  ["the others", (name) => (isFirst(name) ? versionsOf(name) : ["9.9.9"]), others],
])("to be published are %s", async (_, registry, expected) => {
  const { stdout } = await askedOf(registry);

  expect(stdout).toBe(`${expected.join(" ")}\n`);
});

test("a registry that does not say ends it with an error: nothing is taken for published, nor for missing", async () => {
  await expect(askedOf(() => 403)).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("E403") as string,
  });
});

/** Runs what `release.yml` runs, with a registry on this machine. */
async function askedOf(registry: Registry): Promise<{ stdout: string; stderr: string }> {
  const server = createServer(({ url = "" }, response) => {
    const name = decodeURIComponent(url.slice(1));
    const known = registry(name);
    const answer = typeof known === "number" ? { error: "no" } : packument(name, known);
    response.writeHead(typeof known === "number" ? known : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}` };
  return promisify(execFile)(process.execPath, [join(root, "scripts/unpublished.mjs")], { env });
}

function packument(name: string, versions: readonly string[]): object {
  return {
    name,
    "dist-tags": { latest: versions[0] },
    versions: Object.fromEntries(versions.map((version) => [version, { name, version }])),
  };
}
