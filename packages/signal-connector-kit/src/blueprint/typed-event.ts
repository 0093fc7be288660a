import type { ConsentPurpose } from "../consent/consent.js";
import type { Blueprint } from "./blueprint.js";

/**
 * An event that a blueprint maps, for those who *write* events: its names, traits and properties are those of the blueprint, so that a
 * misspelt one does not compile. A union by the event's name. Those who *read* events take `unknown`, as `plan` does: what comes over
 * the wire has no type.
 *
 * The traits that required fields are taken from first are required, and so is the consent, granted or not. Whatever else an event
 * carries can be spread into its parts.
 *
 * @typeParam B the blueprint, written `as const satisfies …`
 * @typeParam Required the fields without which an event is rejected
 */
export type TypedEvent<B extends Blueprint, Required extends keyof B["fields"]> = EventNamed<
  B,
  Required,
  B["events"][number]
>;

/** The event of each name. */
type EventNamed<B extends Blueprint, Required extends keyof B["fields"], Name extends string> = Name extends string
  ? {
      readonly type: "track";
      readonly event: Name;
      readonly traits: Part<Below<"traits", Texts<B, Name>>, Below<"traits", Flags<B, Name>>> &
        RequiredTraits<B, Required, Name>;
      readonly properties?: Part<Below<"properties", Texts<B, Name>>, Below<"properties", Flags<B, Name>>>;
      readonly context: EventContext<B["consent"]> & ContextPart<Below<"context", Texts<B, Name> | Flags<B, Name>>>;
      readonly messageId?: string;
      readonly userId?: string | null;
      readonly anonymousId?: string | null;
      readonly groupId?: string | null;
      /** In ISO 8601. */
      readonly timestamp?: string;
    }
  : never;

/** Where an event came from, and what the person has consented to. */
interface EventContext<Purpose extends ConsentPurpose> {
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

/** The paths of fields and lists that count for an event. */
type Texts<B extends Blueprint, Name extends string> = PathOf<
  Option<B["fields"][keyof B["fields"]] | ListSource<B>>,
  Name
>;

/** The paths of custom fields that count for an event: a flag is a value of theirs. */
type Flags<B extends Blueprint, Name extends string> = PathOf<Option<GroupSource<B>>, Name>;

/** The parts of a blueprint that belong to its vendor's record. */
type PartName<B extends Blueprint> = Exclude<keyof B, keyof Blueprint>;

type ListSource<B extends Blueprint> = {
  [P in PartName<B>]: B[P] extends readonly (infer S)[] ? S : never;
}[PartName<B>];

type GroupSource<B extends Blueprint> = {
  [P in PartName<B>]: B[P] extends readonly unknown[]
    ? never
    : B[P] extends Readonly<Record<string, infer S>>
      ? S
      : never;
}[PartName<B>];

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

/** The traits in which required fields are looked for first. */
type RequiredTraits<B extends Blueprint, Required extends keyof B["fields"], Name extends string> = Readonly<
  Record<TopLevel<Below<"traits", PathOf<FirstOption<B["fields"][Required]>, Name>>>, string>
>;

type FirstOption<S> = S extends readonly [infer First, ...unknown[]] ? First : Option<S>;

/** Not what is further inside: nothing is said of the objects on the way to it. */
type TopLevel<P extends string> = P extends `${string}.${string}` ? never : P;
