import type { Journal } from "../journal/journal.js";

/** One event of a source, or what stands in the place of one. */
export type SourceRecord = EventRecord | UnreadableRecord;

/** Where a record comes from, where there is more than one place. */
export interface RecordOrigin {
  readonly topic: string;
  readonly partition: number;
  /** The message as it stands there. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: MessageHeaders;
}

/** The headers of a message. One may have no value, and one name may be there more than once. */
export type MessageHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>;

/** The value of a header. */
export type HeaderValue = string | Buffer | null;

/** Something that could be read; whether it is an event of Signal is for the plan to say. */
export interface EventRecord {
  readonly kind: "event";
  /** Where it stands in the source: the number of its line, or its offset in a partition. Positions only grow. */
  readonly position: number;
  /** Where the next record begins: in bytes from the beginning of a file. */
  readonly endOffset: number;
  /** The checksum of its line. Not there for a message of Kafka. */
  readonly checksum?: number;
  /** Not there for a file or a pipe. */
  readonly origin?: RecordOrigin;
  readonly event: unknown;
  /** What a dead letter says of a record that is written, while a call is left: what that call needs. */
  readonly resume?: string;
  /** The line as it is in the source, if the event does not hold all of it: JavaScript would round some of its numbers. */
  readonly line?: string;
}

/** Something that could not be read. */
export interface UnreadableRecord {
  readonly kind: "unreadable";
  readonly position: number;
  readonly endOffset: number;
  /** The checksum of its line. Not there for a message of Kafka. */
  readonly checksum?: number;
  readonly origin?: RecordOrigin;
  /** What stands there, as far as it can be shown. */
  readonly line: string;
  /** Its bytes in Base64, where the text does not hold all of them: it is not UTF-8. */
  readonly lineBase64?: string;
  /** Why it could not be read. */
  readonly message: string;
}

/** Events in order. Not read ahead: the next one is asked for when there is room for it. */
export type EventRecords = AsyncIterable<SourceRecord>;

/**
 * Where events come from, and where it is noted how far they are: a file, a pipe, or a batch of a Kafka partition. All that a
 * stream knows of its source.
 */
export interface EventSource {
  readonly events: EventRecords;
  /** Is told which positions are taken up, about to be sent, and settled. */
  readonly journal: Journal;
  /** What names the journal in dead letters, so that a later run finds its own; not there if no later run looks for them. */
  readonly journalId?: string | undefined;
  /** Aborted to take up no more events and end what is in the air in peace; the stream itself aborts it when it must stop. */
  readonly stop: AbortController;
  /** Aborted to end what is in the air at once. */
  readonly abort: AbortSignal;
}
