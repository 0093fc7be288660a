import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { REASON_OF_ERROR, WARNINGS } from "@datafly/signal-apollo-connector";
import { beforeAll, describe, expect, test } from "vitest";

import { PAGES } from "../../docs/tools/site.js";
import { APOLLO } from "../../packages/signal-apollo-worker/src/apollo-connector.js";
import { reasonExplanations } from "../../packages/signal-delivery/src/report/reason-explanations.js";
import { root } from "../pages.js";
import { useBuiltSite } from "./built-site.js";

/** A link or something that is loaded, and the page that it stands on. */
interface Reference {
  readonly page: string;
  readonly kind: "link" | "load";
  readonly target: string;
}

// That it is built at all says that all public exports are documented: warnings are errors.
const site = useBuiltSite();

describe("the site", () => {
  let pages: ReadonlyMap<string, string>;
  let references: readonly Reference[];
  beforeAll(() => {
    pages = new Map(markupFilesOf(site()).map((page) => [page, readFileSync(join(site(), page), "utf8")]));
    references = [...pages].flatMap(([page, html]) => referencesOf(page, html));
  });

  test("has a reference of each package", () => {
    const names = readdirSync(join(root, "packages"));
    expect(readdirSync(join(site(), "modules")).sort()).toEqual(names.map((name) => `_datafly_${name}.html`).sort());
  });

  test("has each page of the folder docs", () => {
    const files = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "README.md");
    expect([...PAGES].sort()).toEqual(files.map((name) => name.replace(".md", "")).sort());
    expect(readdirSync(join(site(), "documents"))).toHaveLength(PAGES.length);
  });

  test("links only to pages and anchors that are there", () => {
    const broken = references
      .filter(({ target }) => !isElsewhere(target) && !target.startsWith("data:"))
      .filter(({ page, target }) => !isThere(page, target, pages));
    expect(references.length).toBeGreaterThan(1_000);
    expect(broken).toEqual([]);
  });

  test("explains each reason, warning and error under its own name", () => {
    const anchors = idsOf(pages.get("documents/Errors_and_troubleshooting.html") ?? "");
    const errors = Object.keys(REASON_OF_ERROR).map((name) => name.toLowerCase());
    const names = [...Object.keys(reasonExplanations(APOLLO)), ...Object.keys(WARNINGS), ...errors];
    expect(names.filter((name) => !anchors.has(name))).toEqual([]);
  });

  test("loads nothing from another host", () => {
    expect(references.filter(({ kind, target }) => kind === "load" && isElsewhere(target))).toEqual([]);
    const stylesheets = readdirSync(join(site(), "assets")).filter((name) => name.endsWith(".css"));
    for (const name of stylesheets) {
      expect(readFileSync(join(site(), "assets", name), "utf8")).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//);
    }
  });

  test("leads to the playground from every page of its own", () => {
    const own = [...pages].filter(([page]) => page.endsWith(".html") && !page.startsWith("playground/"));
    expect(own.filter(([, html]) => !/href="(?:\.\.\/)?playground\/index\.html"/.test(html))).toEqual([]);
  });

  test("tells nothing of the machine that it was built on", () => {
    const telling = [...pages].filter(([, html]) => html.includes(root.replace(/[\\/]$/, "")));
    expect(telling.map(([page]) => page)).toEqual([]);
  });

  function isThere(page: string, target: string, all: ReadonlyMap<string, string>): boolean {
    const [path = "", anchor = ""] = target.split("#");
    const file = path === "" ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
    if (!existsSync(join(site(), file))) return false;
    return anchor === "" || idsOf(all.get(file) ?? "").has(decodeURIComponent(anchor));
  }
});

function markupFilesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html") || name.endsWith(".svg"));
}

function referencesOf(page: string, html: string): Reference[] {
  return [...html.matchAll(/<(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, tag = "", target = ""]) => ({
    page,
    kind: tag === "a" ? "link" : "load",
    target: target.replaceAll("&amp;", "&"),
  }));
}

function idsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));
}

/** Another host. What stands in the page itself, as `data:`, is not. */
function isElsewhere(target: string): boolean {
  return /^(?:(?!data:)[a-z][a-z\d+.-]*:|\/\/)/i.test(target);
}
