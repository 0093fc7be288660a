import type { CreateContactRequest } from "@datafly/apollo-client";
import { readPath, readText, withoutInherited } from "@datafly/signal-connector-kit";

/**
 * Which person an event is about: by e-mail, else phone, else `userId`, else `anonymousId`, else by what Apollo itself
 * would match, the name. Events of one person are to be delivered one at a time and in order, since Apollo looks for a match
 * before it writes and not in one step with it.
 *
 * @param contact what the event is delivered as
 * @returns a key that is equal for events of the same person; personal data, not for logs
 */
export function personKey(event: unknown, contact: CreateContactRequest): string {
  const { email, mobile_phone: phone, first_name: first, last_name: last } = withoutInherited(contact);
  if (email !== undefined) return `email:${email}`;
  if (phone !== undefined) return `phone:${phone}`;
  for (const name of ["userId", "anonymousId"]) {
    const id = readId(event, name);
    if (id !== undefined) return `${name}:${id}`;
  }
  return `name:${[first, last].join(" ").toLowerCase()}`;
}

/** However long it is: cut off, two people could become one. Reading it takes linear time. */
function readId(event: unknown, name: string): string | undefined {
  return readText(readPath(event, [name]), Infinity)?.value;
}
