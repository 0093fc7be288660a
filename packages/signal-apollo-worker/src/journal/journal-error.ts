/** The journal cannot be written. The line must stop: what is delivered without it could be delivered again. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}
