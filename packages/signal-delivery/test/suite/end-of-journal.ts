import { readFile } from "node:fs/promises";

/** Up to which line a journal that was closed says that all is settled. */
export async function settledThrough(journal: string): Promise<unknown> {
  const [checkpoint = ""] = (await readFile(journal, "utf8")).split("\n");
  return (JSON.parse(checkpoint) as { readonly position: unknown }).position;
}
