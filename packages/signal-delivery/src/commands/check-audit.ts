import { stat } from "node:fs/promises";

import { UsageError } from "../usage-error.js";

/**
 * Looks whether the audit would go into a file that holds something else. To be called when those are open: what is not there
 * yet cannot be told from the audit.
 *
 * @param others the paths of those files, and which files they are
 * @throws UsageError if it would
 */
export async function checkAudit(
  audit: string | undefined,
  others: readonly (readonly [path: string | undefined, which: string])[],
): Promise<void> {
  if (audit === undefined) return;
  for (const [path, which] of others) {
    if (path === undefined || !(await isSameFile(path, audit))) continue;
    throw new UsageError(`The audit would go into the file ${which}. Choose another one with --audit.`);
  }
}

/** Whether two paths lead to one file. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  // By device and inode, so that a link of either kind is noticed, too. What is not there is no file yet, and /dev/null is none.
  const [file, otherFile] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return file?.isFile() === true && file.dev === otherFile?.dev && file.ino === otherFile.ino;
}
