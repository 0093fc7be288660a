import * as z from "zod";

import { checkValue, type Issue } from "../decision/issue.js";
import { isObject } from "../object/is-object.js";

/**
 * What a connector needs an event to be: its `type`, and the name of a track event. It is loose on purpose: events also come
 * from servers and webhooks, so that any field can be of a wrong type (PHP writes an empty object as `[]`). Unknown fields
 * pass.
 */
export const signalEventSchema = /* @__PURE__ */ makeSchema();

/** The same once more. A schema cannot be frozen, and a change of the one that is exported must not change a decision. */
const ownEventSchema = /* @__PURE__ */ makeSchema();

function makeSchema() {
  // One of the parts that events carry. What is no object there counts as absent: it may cost a value, but no lead.
  const partSchema = z.looseObject({}).nullish().catch(undefined);
  return z
    .looseObject({
      /** `track`, `page`, `identify` or `group`. Only `track` events can become contacts. */
      type: z.string(),
      /** The name of the event; stands on track events only. */
      event: z.unknown().optional(),
      /** What the event is about. */
      properties: partSchema,
      /** What is known of the person. */
      traits: partSchema,
      /** Where the event came from: page, consent, and traits once more. */
      context: partSchema,
    })
    .refine(isNamedIfTrack, {
      path: ["event"],
      message: "A track event needs its name, a text",
    });
}

/** Whether {@link signalEventSchema} takes a value: the same rules as one look, for the many events that are well. */
export function isSignalEvent(value: unknown): value is { readonly type: string; readonly event?: unknown } {
  if (!isObject(value)) return false;
  const { type, event } = value as Partial<Record<string, unknown>>;
  return typeof type === "string" && isNamedIfTrack({ type, event });
}

/** What is wrong with a value that is not an event; nothing if {@link isSignalEvent} says that it is one. */
export function eventIssues(value: unknown): readonly Issue[] {
  const checked = checkValue(ownEventSchema, value);
  return "issues" in checked ? checked.issues : [];
}

function isNamedIfTrack({ type, event }: { readonly type: string; readonly event?: unknown }): boolean {
  return type !== "track" || typeof event === "string";
}

/**
 * An event of Datafly Signal, as far as connectors look at it. Signal's other fields (`messageId`, `userId`,
 * `anonymousId`, `timestamp` and so on) pass as they are.
 */
export type SignalEvent = z.infer<typeof signalEventSchema>;
