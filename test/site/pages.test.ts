import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

import { REASON_OF_ERROR, WARNINGS } from "@datafly/signal-apollo-connector";
import { describe, expect, inject, test } from "vitest";

import { firstParagraph } from "../../docs/.vitepress/first-paragraph.js";
import { documentedPackages, isPage, PAGE_GROUPS, sitePath } from "../../docs/.vitepress/pages.js";
import { weightOf } from "../../docs/.vitepress/theme/search-weight.js";
import { APOLLO } from "../../packages/signal-apollo-worker/src/apollo-connector.js";
import { reasonExplanations } from "../../packages/signal-delivery/src/report/reason-explanations.js";
import { root } from "../pages.js";
import { PUBLISHED_URL, REPOSITORY } from "./published.js";

/** A link or something that is loaded, and the page that it is on. */
interface Reference {
  readonly page: string;
  readonly kind: "link" | "load";
  readonly target: string;
}

const site = inject("siteFolder");
const base = new URL(PUBLISHED_URL).pathname;
const pages = new Map(markupFilesOf(site).map((page) => [page, readFileSync(join(site, page), "utf8")]));
const references = [...pages].flatMap(([page, html]) => referencesOf(page, html));
const files = PAGE_GROUPS.flatMap((group) => group.files);

// That it is built at all says that all public exports are documented and that no page links to one that is missing.
describe("the site", () => {
  test("has each page of the repository once", () => {
    const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
    expect(docs.map((name) => `docs/${name}`).filter((file) => !isPage(file))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
    const expected = files.map((file) => sitePath(file).replace(/\.md$/, ".html"));
    const generated = documentedPackages.map((name) => `reference/${name}.html`);
    expect([...pages.keys()].filter((page) => page.endsWith(".html")).sort()).toEqual(
      [...expected, ...generated, "404.html", "index.html"].sort(),
    );
  });

  test("has the README of each package that is published, and the reference of its API", () => {
    const published = readdirSync(join(root, "packages")).filter((name) => {
      const { private: isPrivate } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as {
        private?: boolean;
      };
      return isPrivate !== true;
    });
    expect([...documentedPackages].sort()).toEqual(published.sort());
  });

  test("links only to pages and anchors that are there", () => {
    const broken = references
      .filter(({ target }) => !isElsewhere(target) && !target.startsWith("data:"))
      .filter(({ page, target }) => !isThere(page, target));
    expect(references.length).toBeGreaterThan(1_000);
    expect(broken).toEqual([]);
  });

  test("links to the files of the repository that are not pages, where its host shows them", () => {
    const sources = references.filter(({ kind, target }) => kind === "link" && target.startsWith(`${REPOSITORY}/`));
    const missing = sources
      .map(({ target }) => /\/(?:blob|tree|edit)\/main\/([^#]*)/.exec(target)?.[1])
      .filter((file) => file !== undefined && !existsSync(join(root, file)));
    expect(sources.map(({ target }) => target)).toContain(`${REPOSITORY}/blob/main/examples/events/leads.ndjson`);
    expect(missing).toEqual([]);
  });

  test("explains each reason, warning and error under its own name", () => {
    const anchors = idsOf(pages.get("errors.html") ?? "");
    const errors = Object.keys(REASON_OF_ERROR).map((name) => name.toLowerCase());
    const names = [...Object.keys(reasonExplanations(APOLLO)), ...Object.keys(WARNINGS), ...errors];
    expect(names.filter((name) => !anchors.has(name))).toEqual([]);
  });

  test("loads nothing from another host, and its policy allows nothing else", () => {
    expect(references.filter(({ kind, target }) => kind === "load" && isElsewhere(target))).toEqual([]);
    for (const [page, html] of pages) {
      if (!page.endsWith(".html")) continue;
      expect(html, page).toMatch(/<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
      expect(policyOf(html), page).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
    }
  });

  test("offers to edit each page of the repository, and no generated one", () => {
    const edited = (file: string) => pages.get(sitePath(file).replace(/\.md$/, ".html"))?.includes("/edit/main/");
    expect(pages.get("packages/apollo-client.html")).toContain(
      `${REPOSITORY}/edit/main/packages/apollo-client/README.md`,
    );
    expect(edited("docs/reference/changelog.md")).toBe(false);
    expect(edited("docs/reference/apollo-client.md")).toBe(false);
  });

  test("has tabs for npm, pnpm and yarn where packages are installed", () => {
    const { "packages/apollo-sandbox.html": html = "" } = Object.fromEntries(pages);
    const text = html.replace(/<[^>]*>/g, "");
    expect(text).toContain("npm install --save-dev @datafly/apollo-sandbox");
    expect(text).toContain("pnpm add --save-dev @datafly/apollo-sandbox");
    expect(text).toContain("yarn add --dev @datafly/apollo-sandbox");
  });

  test("has a sitemap, social tags and a canonical address", () => {
    expect(readFileSync(join(site, "sitemap.xml"), "utf8")).toContain(`<loc>${PUBLISHED_URL}delivery</loc>`);
    const html = pages.get("delivery.html") ?? "";
    expect(html).toContain(`<link rel="canonical" href="${PUBLISHED_URL}delivery">`);
    expect(html).toContain(`<meta property="og:title" content="Delivery | Signal → Apollo">`);
    expect(html).toContain(`<meta property="og:image" content="${PUBLISHED_URL}social.png">`);
    expect(html).toMatch(/<meta property="og:description" content="What signal-apollo deliver promises/);
    expect(existsSync(join(site, "social.png"))).toBe(true);
  });

  test("has an index for language models, with each page", () => {
    const text = readFileSync(join(site, "llms.txt"), "utf8");
    expect(text).toMatch(/^# Signal → Apollo\n\n> Delivers lead events/);
    for (const { heading } of PAGE_GROUPS) expect(text).toContain(`\n## ${heading}\n`);
    expect(text).toContain(`- [Delivery](${PUBLISHED_URL}delivery): What signal-apollo deliver promises`);
    expect(text.match(/^- \[/gm)).toHaveLength(files.length);
  });

  test("lists the versions of the packages, and what changed in each", () => {
    const html = pages.get("changelog.html") ?? "";
    expect([...idsOf(html)]).toEqual(expect.arrayContaining(documentedPackages.map((name) => `datafly-${name}`)));
  });

  test("tells nothing of the machine that it was built on", () => {
    const texts = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(?:html|js|txt)$/.test(name),
    );
    const telling = texts.filter((name) => readFileSync(join(site, name), "utf8").includes(root.replace(/[\\/]$/, "")));
    expect(telling).toEqual([]);
  });

  function isThere(page: string, target: string): boolean {
    const [path = "", anchor = ""] = target.split("#");
    const below = path.startsWith(base) ? path.slice(base.length) : posix.join(posix.dirname(page), path);
    const candidates = path === "" ? [page] : [below, `${below}.html`, posix.join(below, "index.html")];
    const file = candidates.map((name) => decodeURIComponent(name)).find((name) => isFile(join(site, name)));
    if (file === undefined || (path.startsWith("/") && !path.startsWith(base))) return false;
    return anchor === "" || idsOf(pages.get(file) ?? "").has(decodeURIComponent(anchor));
  }
});

describe("what the site is made with", () => {
  test.each([
    ["delivery#quotas", 1],
    ["packages/apollo-client#use", 0.5],
    ["reference/apollo-client#ratelimiterror", 0.02],
  ])("a hit in %s weighs %d", (address, weight) => {
    expect(weightOf(address)).toBe(weight);
  });

  test.each([
    ["# A\n\nSome `code` and\na [link](b.md).\n\nMore.\n", "Some code and a link."],
    ["# A\n\n```sh\nx\n```\n", ""],
    ["# A\n\n## B\n\nText.\n", ""],
  ])("the description of %j is its first paragraph", (page, description) => {
    expect(firstParagraph(page)).toBe(description);
  });
});

function policyOf(html: string): string {
  return /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "*";
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function markupFilesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html") || name.endsWith(".svg"));
}

function referencesOf(page: string, html: string): Reference[] {
  return [...html.matchAll(/<(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([element, tag = "", target = ""]) => ({
    page,
    kind: tag === "a" || element.includes('rel="canonical"') ? "link" : "load",
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
