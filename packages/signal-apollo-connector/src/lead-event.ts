import type { ConsentPurpose } from "@datafly/signal-connector-kit";

import type { Blueprint, Source } from "./blueprint.js";
import type { RequiredField } from "./contact-fields.js";
import type { defaultBlueprint } from "./default-blueprint.js";

/**
 * An event that becomes a contact, for those who *write* events: its names, traits and properties are those of the blueprint, so that a
 * misspelt one does not compile. A union by the event's name. Those who *read* events take `unknown`, as `plan` and `deliver` do:
 * what comes over the wire has no type.
 *
 * The traits that the names are taken from first are required, and so is the consent, granted or not. Whatever else an event carries
 * can be spread into its parts: `traits: { ...others, first_name, last_name }`.
 *
 * @typeParam B the blueprint; {@link defaultBlueprint} unless named. One of your own is written `as const satisfies Blueprint`
 *
 * @example
 * ```ts
 * import { createApolloConnector, type LeadEvent } from "@datafly/signal-apollo-connector";
 *
 * const event: LeadEvent = {
 *   type: "track",
 *   event: "Demo Requested",
 *   traits: { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" },
 *   properties: { lead_source: "Website demo form" },
 *   context: { consent: { canonical: { marketing: true } } },
 * };
 *
 * await createApolloConnector({ apiKey: process.env.APOLLO_API_KEY ?? "" }).deliver(event);
 * ```
 */
export type LeadEvent<B extends Blueprint = typeof defaultBlueprint> = LeadEventNamed<B, B["events"][number]>;

/** The event of each name. */
type LeadEventNamed<B extends Blueprint, Name extends string> = Name extends string
  ? {
      readonly type: "track";
      readonly event: Name;
      readonly traits: Part<Below<"traits", Texts<B, Name>>, Below<"traits", Flags<B, Name>>> & RequiredTraits<B, Name>;
      readonly properties?: Part<Below<"properties", Texts<B, Name>>, Below<"properties", Flags<B, Name>>>;
      readonly context: LeadContext<B["consent"]> & ContextPart<Below<"context", Texts<B, Name> | Flags<B, Name>>>;
      readonly messageId?: string;
      readonly userId?: string | null;
      readonly anonymousId?: string | null;
      readonly groupId?: string | null;
      /** In ISO 8601. */
      readonly timestamp?: string;
    }
  : never;

/** Where an event came from, and what the person has consented to. */
interface LeadContext<Purpose extends ConsentPurpose> {
  readonly consent: {
    /** Signal's purposes. Only the literal `true` grants one. */
    readonly canonical: Readonly<Record<Purpose, boolean>> & Readonly<Partial<Record<ConsentPurpose, boolean>>>;
    /** The customer's own categories. Never read. */
    readonly categories?: Readonly<Record<string, boolean>>;
  };
  readonly page?: {
    readonly url?: string;
    readonly path?: string;
    readonly referrer?: string;
    readonly title?: string;
    readonly search?: string;
  };
  readonly locale?: string;
  readonly ip?: string;
  readonly userAgent?: string;
}

/** What a field or a label can be made of. */
type TextValue = string | number | null;

/** The paths of fields and labels that count for an event. */
type Texts<B extends Blueprint, Name extends string> = PathOf<
  Option<B["fields"][keyof B["fields"]] | B["labels"][number]>,
  Name
>;

/** The paths of the team's own fields that count for an event: a flag is a value of theirs. */
type Flags<B extends Blueprint, Name extends string> =
  B["typed_custom_fields"] extends Readonly<Record<string, infer S>> ? PathOf<Option<S>, Name> : never;

/** The options of a source, one by one. */
type Option<S> = S extends readonly (infer O)[] ? O : S;

/** The path of an option, if it counts for an event. */
type PathOf<O, Name extends string> = O extends string
  ? O
  : O extends { readonly path: infer P extends string }
    ? O extends { readonly events: readonly (infer E)[] }
      ? Name extends E
        ? P
        : never
      : P
    : never;

/** The paths below a part of the event, without it. */
type Below<Head extends string, P extends string> = P extends `${Head}.${infer Rest}` ? Rest : never;

type HeadOf<P extends string> = P extends `${infer Head}.${string}` ? Head : P;

/** An object that has these paths, and no others. */
type Part<T extends string, F extends string = never> = [T | F] extends [never]
  ? Readonly<Record<string, never>>
  : {
      readonly [Name in HeadOf<T | F>]?:
        | (Name extends T ? TextValue : never)
        | (Name extends F ? TextValue | boolean : never)
        | ([Below<Name, T | F>] extends [never] ? never : Part<Below<Name, T>, Below<Name, F>>);
    };

/** Beside what every context has, nothing need be named. */
type ContextPart<P extends string> = [P] extends [never] ? unknown : Part<never, P>;

/** The traits in which the names are looked for first. */
type RequiredTraits<B extends Blueprint, Name extends string> = Readonly<
  Record<TopLevel<Below<"traits", PathOf<FirstOption<B["fields"][RequiredField]>, Name>>>, string>
>;

type FirstOption<S extends Source> = S extends readonly [infer First, ...unknown[]] ? First : Option<S>;

/** Not what is further inside: nothing is said of the objects on the way to it. */
type TopLevel<P extends string> = P extends `${string}.${string}` ? never : P;
