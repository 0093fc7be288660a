import { readFile } from "node:fs/promises";

import type { MiddlewareHandler } from "hono";
import { Hono } from "hono";

/** Where the build puts the page. The sources and the built package both stand beside it. */
const folder = new URL("../dist/page/", import.meta.url);

const files = [
  { path: "/", file: "index.html", type: "text/html; charset=utf-8" },
  { path: "/page.css", file: "page.css", type: "text/css; charset=utf-8" },
  { path: "/page.js", file: "page.js", type: "text/javascript; charset=utf-8" },
  { path: "/icon.svg", file: "icon.svg", type: "image/svg+xml" },
] as const;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // The browser itself refuses to make markup of text.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const securityHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** Shuts the page in: it runs its own script only, talks to its own origin only, and stands in no other page. */
export const shutIn: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
};

/** The files of the page. */
export function pageFiles(): Hono {
  const app = new Hono();
  for (const { path, file, type } of files) {
    app.get(path, async (context) => {
      try {
        return context.body(await readFile(new URL(file, folder), "utf8"), 200, { "content-type": type });
      } catch {
        return context.text(
          "The page has not been built. Run `npm test` or the build of @datafly/apollo-sandbox.\n",
          503,
        );
      }
    });
  }
  return app;
}
