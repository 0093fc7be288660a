/** Part of an event that is almost what the connector maps, so that the event is dropped. */
export interface NearMiss {
  /** Where it is in the event. */
  readonly path: "event" | "type";
  /** What is there. */
  readonly found: string;
  /** What was most likely meant. */
  readonly meant: string;
}
