import { once } from "node:events";
import { createServer } from "node:net";

import { main } from "@datafly/apollo-sandbox";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { version } from "../package.json";

/** What the process would print, instead of printing it. */
function capturedOutput() {
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    const spy = vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text.toString();
      return true;
    });
    onTestFinished(() => {
      spy.mockRestore();
    });
  }
  return written;
}

/** Does what the process would on a signal, without sending one: other listeners would end the test run. */
function interrupt(signal: "SIGINT" | "SIGTERM", before: readonly unknown[]) {
  for (const listener of process.listeners(signal)) if (!before.includes(listener)) listener(signal);
}

describe("apollo-sandbox", () => {
  it.each([
    { signal: "SIGINT", exitCode: 130 },
    { signal: "SIGTERM", exitCode: 143 },
  ] as const)("runs until $signal, and then ends with $exitCode", async ({ signal, exitCode }) => {
    const output = capturedOutput();
    const before = process.listeners(signal);
    const running = main(["--port", "0", "--plan", "free", "--match-delay", "0", "--api-key", "my-own-key"]);
    await vi.waitFor(() => {
      expect(output.stdout).toContain("Press Ctrl-C to stop it");
    });

    const url = /http:\S+\/api\/v1\b/.exec(output.stdout)?.[0] ?? "";
    const answer = await fetch(`${url}/contacts`, {
      method: "POST",
      headers: { "x-api-key": "my-own-key", "content-type": "application/json" },
      body: JSON.stringify({ first_name: "Ada", last_name: "Byron" }),
    });
    expect(answer.headers.get("x-rate-limit-minute")).toBe("50");
    expect(answer.status).toBe(200);
    // By the package's name: `npx signal-apollo` would fetch whatever somebody publishes under that one, and give it the key.
    expect(output.stdout).toContain(
      `APOLLO_API_KEY='my-own-key' APOLLO_BASE_URL=${url} \\
    npx --package @datafly/signal-apollo-worker signal-apollo deliver leads.ndjson\n`,
    );
    expect(output.stdout).toContain(`curl ${url}/contacts`);
    expect(output.stdout).toContain(`Page       ${new URL("/_sandbox/", url).href}\n`);

    interrupt(signal, before);
    expect(await running).toBe(exitCode);
    expect(output.stderr).toBe("");
    expect(process.listeners(signal)).toEqual(before);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("says its version, and how it is used", async () => {
    const output = capturedOutput();
    expect(await main(["--version"])).toBe(0);
    expect(output.stdout).toBe(`${version}\n`);
    expect(await main(["--help"])).toBe(0);
    for (const flag of ["--port", "--host", "--plan", "--plan-without-api", "--match-delay", "--api-key"])
      expect(output.stdout).toContain(flag);
    expect(output.stderr).toBe("");
  });

  it("says in one sentence that the port is in use", async () => {
    const output = capturedOutput();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;

    expect(await main(["--port", String(port)])).toBe(2);
    expect(output).toEqual({
      stdout: "",
      stderr: `error: Port ${port} on 127.0.0.1 is in use. Choose another one with --port.\n`,
    });
  });

  it.each([
    { argv: ["--porte", "1"], complaint: "unknown option '--porte' (Did you mean --port?)" },
    { argv: ["--port", "http"], complaint: "It must be a whole number from 0 to 65535." },
    { argv: ["--port", "65536"], complaint: "It must be a whole number from 0 to 65535." },
    { argv: ["--port"], complaint: "argument missing" },
    { argv: ["--match-delay", "-1"], complaint: "It must be a whole number from 0 to 60000." },
    { argv: ["--plan", "gold"], complaint: "Allowed choices are free, basic, professional, organization, unlimited." },
    { argv: ["--api-key", "two words"], complaint: "visible ASCII" },
    { argv: ["--host", ""], complaint: "host must be an address or a host name" },
    { argv: ["--host", "203.0.113.1"], complaint: "203.0.113.1 is not an address of this machine." },
    { argv: ["start"], complaint: "too many arguments" },
  ])("says in one sentence what is wrong with $argv", async ({ argv, complaint }) => {
    const output = capturedOutput();
    expect(await main(argv)).toBe(2);
    expect(output.stdout).toBe("");
    expect(output.stderr).toMatch(/^error: .*\n$/);
    expect(output.stderr).toContain(complaint);
  });
});
