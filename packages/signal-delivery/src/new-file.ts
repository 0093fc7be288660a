import { lstat, open, unlink, type FileHandle } from "node:fs/promises";

/**
 * Makes a file in the place of whatever is there, readable by its owner only. What is there is removed, not written to: it could
 * be a link that leads elsewhere.
 */
export async function openNewFile(path: string): Promise<FileHandle> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      // Some systems say of a folder that it is not permitted.
      const isFolder = await lstat(path).then(
        (found) => found.isDirectory(),
        () => false,
      );
      throw isFolder ? Object.assign(new Error("it is a folder"), { code: "EISDIR" }) : error;
    }
  }
  return open(path, "wx", 0o600);
}
