/** Returns the first paragraph after the heading of a page as plain text in one line; empty if something else comes first. */
export function firstParagraph(markdown: string): string {
  const [, paragraph = ""] = /^# .*\n+((?:(?![#`<|\-*:\n]).*\n)+)/m.exec(markdown) ?? [];
  return paragraph
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*_]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
