/** A program as people type it, and the npm package that it comes in. */
export interface Program {
  /** What is typed: `signal-acme`. Also the consumer group and the client id in Kafka, unless set otherwise. */
  readonly name: string;
  /** The npm package, for those who have npx fetch it: `@acme/signal-acme-worker`. */
  readonly packageName: string;
  /** Its version, for `--version`. */
  readonly version: string;
}
