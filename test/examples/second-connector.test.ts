import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { connector } from "../../examples/second-connector/connector.js";
import { startPelican, type PelicanServer } from "../../examples/second-connector/server.js";
import { root } from "../pages.js";

const LEADS = join(root, "examples/events/leads.ndjson");
const ONE_MINUTE = 60_000;

let pelican: PelicanServer;
let folder: string;
beforeEach(async () => {
  pelican = await startPelican();
  folder = mkdtempSync(join(tmpdir(), "pelican-"));
});
afterEach(async () => {
  await pelican.close();
  rmSync(folder, { recursive: true });
});

/** Runs the example as its reader would, in a folder of its own. */
async function run(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(root, "examples/second-connector/main.ts"), ...argv],
    {
      cwd: folder,
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: join(root, "examples/tsconfig.json"),
        PELICAN_BASE_URL: pelican.url,
        PELICAN_TOKEN: pelican.token,
        NO_COLOR: "1",
        ...env,
      },
    },
  );
  program.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, "exit") as Promise<[number]>,
  ]);
  return { stdout, stderr, code };
}

describe("the second connector, run as a user would", { timeout: 3 * ONE_MINUTE }, () => {
  test("previews without a token and sends nothing", async () => {
    const { stdout, code } = await run(["preview", LEADS], { PELICAN_TOKEN: undefined });

    expect(stdout).toMatch(/given_name +Tim/);
    expect(stdout).toContain("missing_email: traits.email: is not an e-mail address");
    expect(code).toBe(0);
    expect(pelican.requests).toEqual([]);
  });

  test("delivers, keeps dead letters, sends nothing twice, and replays what was corrected", async () => {
    const argv = ["deliver", LEADS, "--dead-letters", "dead-letters.ndjson", "--journal", "journal"];
    const first = await run(argv);

    expect(first.code).toBe(1);
    expect(pelican.people.get("tim@apollo.io")).toMatchObject({ given_name: "Tim", language: "en" });
    expect([...pelican.people.keys()]).not.toContain("nora@quill.example");
    const puts = () => pelican.requests.filter((line) => line.startsWith("PUT")).length;
    const before = puts();

    expect((await run(argv)).code).toBe(0);
    expect(puts()).toBe(before);

    const listed = await run(["dead-letters", "list", "dead-letters.ndjson"]);
    expect(listed.stdout).toContain("missing_email");

    const file = join(folder, "dead-letters.ndjson");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/"email":"[^"]*"/g, '"email":"mended@acme.example"'));
    // What is not an event stays a dead letter.
    expect((await run(["dead-letters", "replay", "dead-letters.ndjson"])).code).toBe(1);
    expect([...pelican.people.keys()]).toContain("mended@acme.example");
  });

  test("stops at a token that Pelican refuses, and shows it nowhere", async () => {
    const { stdout, stderr, code } = await run(["deliver", LEADS], { PELICAN_TOKEN: "wrong-token" });

    expect(code).toBe(3);
    expect(stderr).toContain("the credentials are not valid");
    expect(stdout + stderr).not.toContain("wrong-token");
    expect(pelican.people.size).toBe(0);
  });

  test("explains its options, those of consume, and its entry in the catalogue", async () => {
    expect((await run(["deliver", "--help"])).stdout).toMatch(/PELICAN_TOKEN[^]*--base-url <url>/);
    expect((await run(["consume", "--help"])).stdout).toContain("--brokers");
    expect(JSON.parse((await run(["manifest"])).stdout)).toMatchObject({ id: "pelican", name: "Pelican" });
  });
});

describe("one call of the second connector", () => {
  const event = {
    type: "track",
    event: "Demo Requested",
    traits: { email: "Ada@Analytical.Example", first_name: "Ada" },
    context: { locale: "tlh-KX", consent: { canonical: { marketing: true } } },
  };

  async function sendTo(server: PelicanServer) {
    const { token, url: baseUrl } = server;
    const connected = connector.connect({ token, baseUrl }, connector.blueprint.default, { now: () => Date.now() });
    const decision = connected.plan(event);
    if (decision.action !== "deliver") throw new Error("It must be delivered");
    return connected.send(decision);
  }

  test("writes the profile, says whether it was there, and reads the quota of ten seconds", async () => {
    expect(await sendTo(pelican)).toEqual({
      status: "delivered",
      recordId: "p1",
      matched: false,
      httpStatus: 200,
      warnings: [expect.objectContaining({ code: "unknown_language", source: "context.locale" })],
      quota: { ten_seconds: { limit: 100, used: 1, left: 99 } },
    });
    expect(await sendTo(pelican)).toMatchObject({ matched: true, quota: { ten_seconds: { left: 98 } } });
    expect(pelican.people).toEqual(new Map([["ada@analytical.example", { given_name: "Ada" }]]));
  });

  test("says how long Pelican asks to wait when the quota is used up", async () => {
    await pelican.close();
    pelican = await startPelican({ callsAllowed: 0 });

    const result = await sendTo(pelican);

    expect(result).toMatchObject({ status: "failed", reason: "rate_limited", maybeDelivered: false, httpStatus: 429 });
    expect(result.status === "failed" && result.retryAfterMs).toBeGreaterThan(8_000);
  });
});
