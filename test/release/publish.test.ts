import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { pnpm } from "../../scripts/pnpm.js";
import { packages, readManifest } from "./packages.js";

test.each([
  ["all at once", ["publish"]],
  // Without "exec", pnpm omits the private package itself.
  [
    "one by one, as the first time needs it",
    ["--filter", "!@datafly/safe-http", "exec", "pnpm", "publish", "--no-provenance"],
  ],
])(
  "a dry run publishes the packages %s, and writes nothing",
  async (_, command) => {
    const registry = await emptyRegistry();

    const stdout = await pnpm(
      ...["--filter", "./packages/*", ...command],
      ...["--dry-run", "--no-git-checks", `--registry=${registry.url}`],
    );

    const published = stdout.split("\n").filter((line) => line.startsWith("+ "));
    expect(published.sort()).toEqual(
      packages.map(({ name, folder }) => `+ @datafly/${name}@${readManifest(folder).version}`),
    );
    expect(new Set(registry.methods)).toEqual(new Set(["GET"]));
  },
  120_000,
);

/** A registry on this machine that has no package yet, and says so at once. */
async function emptyRegistry(): Promise<{ readonly url: string; readonly methods: readonly (string | undefined)[] }> {
  const methods: (string | undefined)[] = [];
  const server = createServer(({ method }, response) => {
    methods.push(method);
    response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, methods };
}
