/** Where an event stood in its source. */
export interface Place {
  /** The number of its line, or its offset in the partition. */
  readonly position: number;
  /** Not there for a file or a pipe. */
  readonly topic?: string;
  /** Not there for a file or a pipe. */
  readonly partition?: number;
}
