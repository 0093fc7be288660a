/** The journal cannot be written, or what it is of has changed. The line must stop: what is delivered without it could be delivered again. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}
