/** What the transport has to know about an operation: when a retry is safe, and what proves success. */
export interface Operation {
  /** Whether the server writes something when it carries out the request. */
  readonly writes: boolean;
  /**
   * Whether it does no harm if the server carries out the request twice, so that it may be retried even if the first attempt was
   * carried out.
   *
   * @param body the body as it is sent
   */
  readonly harmlessTwice: (body: string | undefined) => boolean;
  /** Whether the parsed body of a response proves success; the status alone does not. */
  readonly proves: (body: unknown) => boolean;
}
//# sourceMappingURL=operation.d.ts.map
