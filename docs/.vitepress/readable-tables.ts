import type { MarkdownRenderer } from "vitepress";

/**
 * Makes tables readable at any width: wide ones scroll, with the keyboard too; on a phone, each cell shows the heading of its column and
 * the style sheet stacks the cells of a row. Roles are given since a browser takes a stacked table for no table.
 */
export function useReadableTables(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("readable-tables", ({ tokens }) => {
    let headings: string[] = [];
    let column = 0;
    for (const [at, token] of tokens.entries()) {
      const text = () => textOf(tokens[at + 1]?.children ?? []);
      switch (token.type) {
        case "table_open":
          headings = [];
          token.attrSet("role", "table");
          break;
        case "thead_open":
        case "tbody_open":
          token.attrSet("role", "rowgroup");
          break;
        case "tr_open":
          column = 0;
          token.attrSet("role", "row");
          break;
        case "th_open":
          headings.push(text());
          token.attrSet("role", "columnheader");
          break;
        case "td_open":
          token.attrSet("role", "cell");
          if (headings[column]) token.attrSet("data-heading", headings[column] ?? "");
          column += 1;
          break;
        default:
      }
    }
  });
  const { rules } = markdown.renderer;
  rules.table_open = (tokens, at, options, _env, renderer) =>
    `<div class="wide-table" tabindex="0" role="group" aria-label="Table">${renderer.renderToken(tokens, at, options)}`;
  rules.table_close = () => "</table></div>\n";
}

function textOf(children: readonly { readonly content: string }[]): string {
  return children.map(({ content }) => content).join("");
}
