/** One event of a source, or what stands in the place of one. */
export type SourceRecord = EventRecord | UnreadableRecord;

/** Something that could be read; whether it is an event of Signal is for the plan to say. */
export interface EventRecord {
  readonly kind: "event";
  /** Where it stands in the source: the number of its line. Positions only grow. */
  readonly position: number;
  /** Where the next record begins, in bytes from the beginning of the source. */
  readonly endOffset: number;
  readonly event: unknown;
}

/** Something that could not be read. */
export interface UnreadableRecord {
  readonly kind: "unreadable";
  readonly position: number;
  readonly endOffset: number;
  /** What stands there, as far as it can be shown. */
  readonly line: string;
  /** Why it could not be read. */
  readonly message: string;
}

/** Where events come from, in order. Not read ahead: the next one is asked for when there is room for it. */
export type EventSource = AsyncIterable<SourceRecord>;
