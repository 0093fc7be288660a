import type { components } from "./generated/apollo.js";

type Schemas = components["schemas"];

/**
 * What to write to Apollo: the body of `POST /contacts`.
 *
 * A field that is left out stays as it was on a match; a field that is sent **empty is cleared**.
 *
 * @interface
 */
export type CreateContactRequest = Schemas["CreateContactRequest"];

/**
 * Apollo's answer to a contact that was created or updated, as it stands on the wire.
 *
 * @interface
 */
export type CreateContactResponse = Schemas["CreateContactResponse"];

/**
 * Which contacts to add to which lists: the body of `POST /labels/add_entity_ids_to_label_names`, as far as there is a choice.
 *
 * @interface
 */
export type AddToListsRequest = Omit<Schemas["AddToListsRequest"], "modality">;

/**
 * Apollo's answer to contacts that were added to lists, as it stands on the wire.
 *
 * @interface
 */
export type AddToListsResponse = Schemas["AddToListsResponse"];

/**
 * A contact as Apollo stores it. Only `id` is certain; Apollo adds fields without notice.
 *
 * @interface
 */
export type Contact = Schemas["Contact"];

/**
 * A list that contacts are on. Apollo's user interface says list, its API says label.
 *
 * @interface
 */
export type Label = Schemas["Label"];

/**
 * One phone number of a contact: as it was sent, and as Apollo understood it.
 *
 * @interface
 */
export type PhoneNumber = Schemas["PhoneNumber"];

/**
 * What Apollo's look for a match found. It may be missing from an answer, even from that of a match.
 *
 * @interface
 */
export type DedupeResult = Schemas["DedupeResult"];

/**
 * What Apollo says of an API key.
 *
 * @interface
 */
export type KeyHealth = Schemas["KeyHealth"];

/**
 * What an answer other than 200 may hold. There is no common form; every field is optional.
 *
 * @interface
 */
export type ErrorBody = Schemas["ErrorBody"];
