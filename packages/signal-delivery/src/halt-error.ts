/**
 * The journal, the audit or dead letters can no longer be written. Delivery must stop: an event whose result is not kept could be lost,
 * or delivered twice.
 */
export class HaltError extends Error {
  override readonly name = "HaltError";
}
