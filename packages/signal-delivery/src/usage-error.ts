/** The command line, a setting or a file is wrong. Its message is one sentence that says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  EEXIST: "there is a file of that name",
  ENOTDIR: "a part of its path is no folder",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  EDQUOT: "the disk quota is used up",
  ELOOP: "it is a link",
  EMFILE: "too many files are open",
};

/** What an error of the file system means, in words. */
export function fileErrorReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}
