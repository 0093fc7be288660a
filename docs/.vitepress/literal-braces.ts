import type { MarkdownRenderer } from "vitepress";

/** Shows double braces in texts as they are: pages are for readers of the repository, too, and hold no expressions of Vue. */
export function useLiteralBraces(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  for (const name of ["text", "code_inline"] as const) {
    const rule = rules[name];
    if (rule === undefined) throw new Error(`The Markdown renderer has no rule for ${name}.`);
    rules[name] = (...args) => rule(...args).replaceAll("{{", "&#123;&#123;");
  }
}
