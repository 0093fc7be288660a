import { existsSync, statSync } from "node:fs";
import { join, posix, relative } from "node:path";

import type { MarkdownRenderer } from "vitepress";

import { root } from "../tools/root.js";
import { isPage, pageAddress } from "./pages.js";

/** What VitePress says about the page that is being rendered. */
export interface PageEnvironment {
  /** The file of the page in the repository, absolute. Only the search index has none: there, `path` is that file. */
  readonly realPath?: string;
  readonly path?: string;
}

/**
 * Lets the links of a page work both in the repository and on the site. A link to a page leads to that page; a link to another file of the
 * repository leads to the file on the host of the repository, or becomes plain text if no host is known.
 *
 * @param repository the address of the repository, without a slash at its end; `undefined` if it is not published
 */
export function useRepositoryLinks(markdown: MarkdownRenderer, repository: string | undefined): void {
  markdown.core.ruler.push("repository-links", ({ tokens, env }) => {
    const { path, realPath = path } = env as PageEnvironment;
    if (realPath === undefined) return;
    const page = relative(root, realPath).replaceAll("\\", "/");
    for (const { children } of tokens) {
      const unlinked: number[] = [];
      let closesNothing = false;
      for (const [at, token] of (children ?? []).entries()) {
        if (token.type === "link_open") {
          const target = addressOf(page, token.attrGet("href") ?? "", repository);
          if (target === undefined) unlinked.push(at);
          else token.attrSet("href", target);
          closesNothing = target === undefined;
        } else if (token.type === "link_close" && closesNothing) {
          unlinked.push(at);
          closesNothing = false;
        }
      }
      for (const at of unlinked.reverse()) children?.splice(at, 1);
    }
  });
}

/** Returns where a link of a page leads to on the site; `undefined` if it leads nowhere. */
function addressOf(page: string, href: string, repository: string | undefined): string | undefined {
  if (/^(?:[a-z][a-z\d+.-]*:|[#/])/i.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  const file = posix.normalize(posix.join(posix.dirname(page), path)).replace(/\/$/, "");
  if (isPage(file)) return pageAddress(file) + hash;
  const readme = posix.join(file, "README.md");
  if (isPage(readme)) return pageAddress(readme) + hash;
  if (!existsSync(join(root, file))) return href;
  if (repository === undefined) return undefined;
  const kind = statSync(join(root, file)).isDirectory() ? "tree" : "blob";
  return `${repository}/${kind}/main/${file}${hash}`;
}
