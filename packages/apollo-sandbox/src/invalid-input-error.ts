/** What a caller gave the sandbox cannot be used. The message says what would be right; the admin API answers 400 with it. */
export class InvalidInputError extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "InvalidInputError";
}
