/** Dead letters could not be kept. The line must stop: what is not kept would be lost. */
export class DeadLetterError extends Error {
  override readonly name = "DeadLetterError";
}
