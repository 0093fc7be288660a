import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { defineConfig, type DefaultTheme } from "vitepress";

import { root } from "../tools/root.js";
import { withContentSecurityPolicy } from "./content-security-policy.js";
import { firstParagraph } from "./first-paragraph.js";
import { githubSlug, referenceSlug } from "./heading-slug.js";
import { llmsTxt } from "./llms-txt.js";
import { usePackageManagerTabs } from "./package-manager-tabs.js";
import { useLiteralBraces } from "./literal-braces.js";
import { documentedPackages, GENERATED_FOLDER, isPage, sidebar, sitePath } from "./pages.js";
import { useReadableTables } from "./readable-tables.js";
import { useRepositoryLinks, type PageEnvironment } from "./repository-links.js";

const title = "Signal → Apollo";
const description =
  "Delivers lead events from Datafly Signal to Apollo.io as contacts: with consent, without duplicates, and without losing a lead.";

/** Where the site will be, with a slash at its end. Without it, there are no links that need the host: sitemap and social tags. */
const siteUrl = process.env.DOCS_URL;
/** Where the repository is. Without it, there are no edit links and no links to sources. */
const repository = process.env.DOCS_REPOSITORY?.replace(/\/$/, "");

const base = siteUrl === undefined ? "/" : new URL(siteUrl).pathname;

/** Returns the absolute address of a page, by its path with `.md`. */
function absoluteAddress(path: string, host: string): string {
  return new URL(path.replace(/(?:(?<=^|\/)index)?\.md$/, ""), host).href;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

function referenceSidebar(): DefaultTheme.SidebarItem[] {
  const file = `${GENERATED_FOLDER}/typedoc-sidebar.json`;
  return existsSync(join(root, file)) ? (readJson(file) as DefaultTheme.SidebarItem[]) : [];
}

function packageVersions(): { text: string; link: string }[] {
  return documentedPackages.map((name) => {
    const { version } = readJson(`packages/${name}/package.json`) as { version: string };
    const shown = version === "0.0.0" ? "unreleased" : version;
    return { text: `${name} ${shown}`, link: `/changelog#${referenceSlug(`@datafly/${name}`)}` };
  });
}

/** The packages' sources, so that the playground needs no build of them. */
function sourceAliases(): { find: string; replacement: string }[] {
  const { compilerOptions } = readJson("tsconfig.base.json") as {
    compilerOptions: { paths: Record<string, [string]> };
  };
  return Object.entries(compilerOptions.paths).map(([find, [path]]) => ({ find, replacement: join(root, path) }));
}

export default defineConfig({
  title,
  description,
  lang: "en",
  base,
  cleanUrls: true,
  // Pages stay where they are in the repository; `sitePath` says where they are on the site.
  srcDir: "..",
  srcExclude: [
    "**/CHANGELOG.md",
    "README.md",
    "CODE_OF_CONDUCT.md",
    "packages/*/etc/**",
    "packages/safe-http/**",
    "**/node_modules/**",
  ],
  rewrites: sitePath,
  outDir: "./site",
  lastUpdated: false,
  metaChunk: true,
  head: [
    ["link", { rel: "icon", href: `${base}icon.svg`, type: "image/svg+xml" }],
    ["meta", { name: "referrer", content: "no-referrer" }],
    ["meta", { property: "og:type", content: "website" }],
    ["meta", { property: "og:site_name", content: title }],
    ["meta", { name: "twitter:card", content: "summary_large_image" }],
  ],
  ...(siteUrl !== undefined && { sitemap: { hostname: siteUrl } }),
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    // Pages have the anchors that GitHub gives them, and generated ones those that TypeDoc links to.
    anchor: {
      slugifyWithState(heading, state) {
        const { path, realPath = path } = state.env as PageEnvironment;
        return realPath?.includes(`/${GENERATED_FOLDER}/`) === true ? referenceSlug(heading) : githubSlug(heading);
      },
    },
    config(markdown) {
      useLiteralBraces(markdown);
      useRepositoryLinks(markdown, repository);
      useReadableTables(markdown);
      usePackageManagerTabs(markdown);
    },
  },
  themeConfig: {
    nav: [
      { text: "Guides", link: "/getting-started" },
      { text: "Reference", link: "/reference/" },
      { text: "Playground", link: "/playground" },
      { text: "Releases", items: [{ text: "Changelog", link: "/changelog" }, ...packageVersions()] },
    ],
    sidebar: sidebar(referenceSidebar()),
    outline: [2, 3],
    search: {
      provider: "local",
      options: { detailedView: true },
    },
    externalLinkIcon: true,
    ...(repository !== undefined && {
      editLink: { pattern: `${repository}/edit/main/:path`, text: "Edit this page" },
      socialLinks: [{ icon: "github", link: repository }],
    }),
  },
  transformPageData(page) {
    const file = page.filePath;
    if (file.startsWith(`${GENERATED_FOLDER}/`)) page.frontmatter.editLink = false;
    if (page.description === "" && isPage(file))
      page.description = firstParagraph(readFileSync(join(root, file), "utf8"));
  },
  transformHead({ pageData, title: fullTitle, description: text }) {
    return [
      ["meta", { property: "og:title", content: fullTitle }],
      ["meta", { property: "og:description", content: text }],
      ...(siteUrl === undefined
        ? []
        : ([
            ["link", { rel: "canonical", href: absoluteAddress(pageData.relativePath, siteUrl) }],
            ["meta", { property: "og:url", content: absoluteAddress(pageData.relativePath, siteUrl) }],
            ["meta", { property: "og:image", content: new URL("social.png", siteUrl).href }],
          ] satisfies [string, Record<string, string>][])),
    ];
  },
  transformHtml: withContentSecurityPolicy,
  async buildEnd({ outDir }) {
    await writeFile(join(outDir, "llms.txt"), llmsTxt(title, description, (siteUrl ?? base).replace(/\/$/, "")));
  },
  vite: {
    publicDir: join(root, "docs/public"),
    resolve: { alias: sourceAliases() },
    build: {
      chunkSizeWarningLimit: 1_000,
      rollupOptions: {
        onwarn(warning, warn) {
          // Comments of zod that Rollup does not take for what they are.
          if (warning.code !== "INVALID_ANNOTATION") warn(warning);
        },
      },
    },
  },
});
