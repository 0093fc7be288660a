/** What has been settled of a source, so that a run that ended early can go on where it was. */
export interface Journal {
  /** The last position that, like all before it, is settled; 0 at the start. */
  readonly settledThrough: number;
  /** Positions beyond that which are settled all the same, in order. */
  settledBeyond(): number[];
  /** Whether an earlier run has settled a position beyond the watermark. */
  isSettled(position: number): boolean;
  /** Whether an earlier run was sending a position when it ended, so that it may have been delivered. */
  wasInFlight(position: number): boolean;
  /** Whether earlier runs ended while a position was being planned, so often that it must not be planned again. */
  hasEndedRuns(position: number): boolean;
  /** A position is about to be planned. Resolves when a later run would know it, if this one ends meanwhile. */
  planning(position: number): Promise<void> | void;
  /** The position has been planned, and the run goes on. */
  planned(): void;
  /** A position is taken up. Positions are taken up in the order of the source. The checksum is that of its line, if it is one. */
  begin(position: number, endOffset: number, checksum?: number): void;
  /**
   * A position is about to be sent. Resolves when that is on disk: a restart could not find it out.
   *
   * @param isHarmless whether sending it twice does no harm, whatever the settings say: then there is nothing to note
   */
  attempt(position: number, isHarmless?: boolean): Promise<void>;
  /** What an earlier run noted of a position whose record is written: what the next call needs to do the rest. */
  resumeOf(position: number): string | undefined;
  /**
   * The record of a position is written, and a call is left. Resolves when a later run knows that, so that it does not write the record
   * again if that would do harm.
   *
   * @param resume what the next call needs to do the rest
   */
  progressed(position: number, resume: string): Promise<void>;
  /** Whether a later run knows what {@link Journal.progressed} noted, or need not. */
  readonly keepsProgress: boolean;
  /**
   * A position is about to become a dead letter. Resolves when a crash before the letter counts as settled cannot have the event
   * sent again, where its letter may be sent, too.
   */
  beforeDeadLetter(position: number): Promise<void>;
  /** A position that was sent was certainly not delivered: it is not in the air any more. */
  withdraw(position: number): void;
  /** A position is settled: delivered, dropped, or a dead letter that is on disk. */
  settle(position: number): void;
  /** Writes what is not yet written, and lets go of the file. */
  close(): Promise<void>;
}
