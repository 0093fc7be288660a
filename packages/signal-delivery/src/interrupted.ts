/** A run was asked to end before it had anything to deliver. Its message says what became of what it had begun. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
