import { ADD_TO_LISTS } from "./add-to-lists.js";
import type { ApolloOperation } from "./apollo-operation.js";
import { CHECK_KEY } from "./check-key.js";
import { CREATE_CONTACT } from "./create-contact.js";
import type { paths } from "./generated/apollo.js";

/** The operations of the spec, by method and path: one that is added to the spec does not compile without an entry here. */
type OperationName = {
  [Path in keyof paths]: {
    [Method in keyof paths[Path]]-?: paths[Path][Method] extends { responses: unknown }
      ? `${Uppercase<Method & string>} ${Path}`
      : never;
  }[keyof paths[Path]];
}[keyof paths];

const OPERATIONS: ReadonlyMap<string, ApolloOperation> = new Map(
  Object.entries({
    "GET /auth/health": CHECK_KEY,
    "POST /contacts": CREATE_CONTACT,
    "POST /labels/add_entity_ids_to_label_names": ADD_TO_LISTS,
  } satisfies Record<OperationName, ApolloOperation>),
);

/** Returns what is to be known of an operation. One that is not in the spec counts as a write that does harm if it is carried out twice. */
export function operationOf(method: string, path: string): ApolloOperation {
  return OPERATIONS.get(`${method} ${path}`) ?? UNKNOWN_OPERATION;
}

const UNKNOWN_OPERATION: ApolloOperation = {
  writes: true,
  harmlessTwice: () => false,
  proves: () => true,
  words: {
    maybeDelivered: () => "Apollo may have carried out the call.",
    unproven: "",
    refused: "the call",
    refusedAdvice: ".",
    endpoint: "Create a Contact",
  },
};
