import { existsSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";

import { beforeAll, describe, expect, it } from "vitest";

import { sandboxForTest } from "./caller.js";

beforeAll(() => {
  const built = new URL("../dist/page/index.html", import.meta.url);
  if (!existsSync(built)) throw new Error("The page is missing. Build before testing: pnpm run build");
});

describe("the page", () => {
  it.each([
    { path: "", type: "text/html; charset=utf-8" },
    { path: "page.css", type: "text/css; charset=utf-8" },
    { path: "page.js", type: "text/javascript; charset=utf-8" },
    { path: "icon.svg", type: "image/svg+xml" },
  ])("is served with its files, shut in: $path", async ({ path, type }) => {
    const sandbox = await sandboxForTest();
    const response = await fetch(new URL(path, sandbox.pageUrl));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": type,
      "content-security-policy": expect.stringMatching(
        /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
      ) as string,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(await response.text()).not.toMatch(/https?:\/\/(?!www\.(w3\.org\/2000\/svg|apollo\.io\/))/);
  });

  it("allows neither inline script nor inline style, and has none", async () => {
    const sandbox = await sandboxForTest();
    const response = await fetch(sandbox.pageUrl);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(await response.text()).not.toMatch(/<style|<script(?![^>]* src=)|\sstyle=|\son\w+=/);
  });

  it("holds no key that a sandbox was given", async () => {
    const sandbox = await sandboxForTest({ keys: { "my-own-key": "contacts/create" } });
    for (const path of ["", "page.js"]) {
      expect(await (await fetch(new URL(path, sandbox.pageUrl))).text()).not.toContain("my-own-key");
    }
  });

  it.each(["/", "/_sandbox"])("is where %s leads, which no log records", async (path) => {
    const sandbox = await sandboxForTest();
    const response = await fetch(new URL(path, sandbox.url));
    expect(response.url).toBe(sandbox.pageUrl);
    expect(response.status).toBe(200);
    expect(sandbox.requests()).toEqual([]);
  });

  it.each(["", "events", "requests/1"])(
    "answers neither another site nor a name turned to this machine: /%s",
    async (path) => {
      const { pageUrl } = await sandboxForTest();
      for (const headers of [{ origin: "https://elsewhere.example" }, { host: "rebound.example:4010" }]) {
        // `fetch` does not let a caller set the host.
        const answer = await new Promise<IncomingMessage>((resolve, reject) => {
          get(new URL(path, pageUrl), { headers }, resolve).on("error", reject);
        });
        answer.resume();
        expect(answer.statusCode).toBe(403);
        expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      }
    },
  );
});
