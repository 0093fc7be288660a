/** A block of code on a page, which a reader may copy. */
export interface Block {
  /** Where it stands, for a person: `README.md:12`. */
  readonly where: string;
  readonly code: string;
}

/** Regions that show whole files of the repository. Those are compiled and run where they are. */
const SHOWN_FILE = /^<!-- begin generated: source-file .*? -->$.*?^<!-- end generated -->$/gms;

/** The blocks of one language on a page. */
export function blocksOf(path: string, text: string, language: string): Block[] {
  // Line breaks stay, so that the numbers of the lines do.
  const own = text.replace(SHOWN_FILE, (region) => region.replace(/[^\n]/g, ""));
  return [...own.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(({ index, 1: code = "" }) => ({
    where: `${path}:${own.slice(0, index).split("\n").length}`,
    code,
  }));
}
