/** Removes the secrets of a client from texts that came from outside. */
export interface Redactor {
  /** Remembers a secret; of many, the latest. */
  readonly learn: (secret: string) => void;
  /**
   * Removes the secrets from a text, as they are, as JSON and as part of a URL.
   *
   * @param cutOff whether the text may end inside a secret, whose beginning is then removed as well
   */
  readonly redact: (text: string, cutOff?: boolean) => string;
}
/** Returns a redactor that knows no secret yet. */
export declare function createRedactor(): Redactor;
//# sourceMappingURL=redactor.d.ts.map
