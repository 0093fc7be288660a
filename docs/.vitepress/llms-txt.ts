import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../tools/root.js";
import { firstParagraph } from "./first-paragraph.js";
import { PAGE_GROUPS, pageAddress, pageTitle } from "./pages.js";

/**
 * Returns the text of `llms.txt`, an index of the site for language models: https://llmstxt.org
 *
 * @param base the address of the site, or the path below its host, without a slash at its end
 */
export function llmsTxt(title: string, description: string, base: string): string {
  const groups = PAGE_GROUPS.map(({ heading, files }) => {
    const lines = files.map((file) => {
      const text = firstParagraph(readFileSync(join(root, file), "utf8"));
      return `- [${pageTitle(file)}](${base}${pageAddress(file)})${text === "" ? "" : `: ${text}`}`;
    });
    return `## ${heading}\n\n${lines.join("\n")}`;
  });
  return `# ${title}\n\n> ${description}\n\n${groups.join("\n\n")}\n`;
}
