import { eventOfLetter } from "./dead-letter-message.js";
import type { KafkaMessage } from "./kafka-client.js";

/** A replay of a topic of dead letters: how far it goes, and where it came to the first letter of each event. */
export class Replay {
  /** The offset after the last one of each partition that is read. */
  readonly ends: ReadonlyMap<number, number>;
  readonly #firstLetters = new Map<string, string>();

  constructor(ends: ReadonlyMap<number, number>) {
    this.ends = ends;
  }

  /**
   * Returns where the replay came to another letter of the same event before, which is sent, or stays a letter; `undefined` if it
   * did not.
   */
  firstLetterOf(place: string, message: KafkaMessage): string | undefined {
    const event = eventOfLetter(message);
    if (event === undefined) return undefined;
    const first = this.#firstLetters.get(event) ?? place;
    this.#firstLetters.set(event, first);
    return first === place ? undefined : first;
  }
}
