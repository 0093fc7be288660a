/** The caller's input is invalid. The message says what would be valid; the admin API sends it with a 400. */
export class InvalidInputError extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "InvalidInputError";
}
