import { z } from "zod";

/**
 * What the connector needs an event to be. It is loose on purpose: events also come from servers and webhooks, so that any
 * field can be of a wrong type, and none but these few may cost a lead. Unknown fields pass.
 */
export const signalEventSchema = z
  .looseObject({
    /** `track`, `page`, `identify` or `group`. Only `track` events can become contacts. */
    type: z.string(),
    /** The name of the event; stands on track events only. */
    event: z.unknown().optional(),
    /** What the event is about. */
    properties: z.looseObject({}).nullish(),
    /** What is known of the person. */
    traits: z.looseObject({}).nullish(),
    /** Where the event came from: page, consent, and traits once more. */
    context: z.looseObject({}).nullish(),
  })
  .refine(({ type, event }) => type !== "track" || typeof event === "string", {
    path: ["event"],
    message: "Invalid input: a track event needs its name, a string",
  });

/**
 * An event of Datafly Signal, as far as the connector looks at it. Signal's other fields (`messageId`, `userId`,
 * `anonymousId`, `timestamp` and so on) pass as they are.
 */
export type SignalEvent = z.infer<typeof signalEventSchema>;
