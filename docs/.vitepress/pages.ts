import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { DefaultTheme } from "vitepress";

import { root } from "../tools/root.js";

/** A group of the sidebar: its heading, and the files of its pages, from the root of the repository. */
interface PageGroup {
  readonly heading: string;
  readonly files: readonly string[];
}

/** Where the generated pages are written: the API reference and the changelog. */
export const GENERATED_FOLDER = "docs/reference";

/** The pages of the site, in the order of the sidebar, which previous and next follow. The front page is `docs/index.md`. */
export const PAGE_GROUPS: readonly PageGroup[] = [
  { heading: "Start", files: ["docs/getting-started.md", "docs/concepts.md", "docs/playground.md", "docs/faq.md"] },
  {
    heading: "Guides",
    files: [
      "docs/mapping.md",
      "docs/delivery.md",
      "docs/apollo.md",
      "packages/apollo-client/README.md",
      "packages/signal-apollo-connector/README.md",
      "packages/apollo-sandbox/README.md",
    ],
  },
  {
    heading: "Operate",
    files: [
      "packages/signal-apollo-worker/README.md",
      "docs/operations.md",
      "docs/errors.md",
      "SECURITY.md",
      "docs/benchmarks.md",
    ],
  },
  {
    heading: "Write a connector",
    files: [
      "docs/own-connector.md",
      "docs/prove-a-connector.md",
      "packages/signal-connector-kit/README.md",
      "packages/signal-delivery/README.md",
    ],
  },
  { heading: "Reference", files: ["docs/cli.md", "docs/reference/index.md", "docs/reference/changelog.md"] },
  { heading: "Examples", files: ["examples/README.md"] },
  { heading: "Project", files: ["CONTRIBUTING.md", "contracts/README.md"] },
];

const FRONT_PAGE = "docs/index.md";
const listedFiles = [FRONT_PAGE, ...PAGE_GROUPS.flatMap(({ files }) => files)];

/** The names of the packages that have a page, and so a part of the API reference. */
export const documentedPackages: readonly string[] = listedFiles.flatMap(
  (file) => /^packages\/([^/]+)\/README\.md$/.exec(file)?.[1] ?? [],
);

/** Returns whether a file of the repository is a page of the site. */
export function isPage(file: string): boolean {
  return listedFiles.includes(file) || (file.startsWith(`${GENERATED_FOLDER}/`) && file.endsWith(".md"));
}

/** Returns the path of a page below the address of the site, with `.md` at its end: `packages/x/README.md` is `packages/x.md`. */
export function sitePath(file: string): string {
  return file
    .replace(/^docs\/reference\/changelog\.md$/, "changelog.md")
    .replace(/^docs\//, "")
    .replace(/^(.+)\/README\.md$/, "$1.md")
    .replace(/^(?:CONTRIBUTING|SECURITY)\.md$/, (name) => name.toLowerCase());
}

/** Returns the address of a page within the site: `/delivery`, `/reference/`. */
export function pageAddress(file: string): string {
  return `/${sitePath(file)}`.replace(/(?:(?<=\/)index)?\.md$/, "");
}

/** Returns the first heading of a page. */
export function pageTitle(file: string): string {
  const title = /^# (.*)$/m.exec(readFileSync(join(root, file), "utf8"))?.[1];
  if (title === undefined) throw new Error(`${file} has no heading.`);
  return title;
}

/** Returns the sidebar. `reference` is the part of it that TypeDoc has written. */
export function sidebar(reference: DefaultTheme.SidebarItem[]): DefaultTheme.SidebarItem[] {
  return PAGE_GROUPS.map(({ heading, files }) => ({
    text: heading,
    items: files.map((file) => ({
      // Generated pages are missing until `npm run docs` has written them.
      text: existsSync(join(root, file)) ? pageTitle(file).replace("@datafly/", "") : file,
      link: pageAddress(file),
      ...(file === `${GENERATED_FOLDER}/index.md` && { items: reference, collapsed: true }),
    })),
  }));
}
