import type { FileHandle } from "node:fs/promises";

/**
 * The line feed that has to come before the next line: a crash, or a disk that was full, can have left half a line at the end,
 * also one of another process. To be written together with that line.
 */
export async function lineFeedIfTorn(file: FileHandle): Promise<"" | "\n"> {
  const { size } = await file.stat();
  if (size === 0) return "";
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 0 || buffer.toString() === "\n" ? "" : "\n";
}
