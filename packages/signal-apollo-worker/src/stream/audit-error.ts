/** The audit can no longer be written. The line must stop: what is not recorded cannot be answered for. */
export class AuditError extends Error {
  override readonly name = "AuditError";
}
