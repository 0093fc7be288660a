import type { CreateContactRequest } from "@datafly/apollo-client";
import { personKey as keyOf, withoutInherited } from "@datafly/signal-connector-kit";

/**
 * Which person an event is about: by e-mail, else phone, else `userId`, else `anonymousId`, else by what Apollo itself
 * would match, the name. Events of one person are to be delivered one at a time and in order, since Apollo looks for a match
 * before it writes and not in one step with it.
 *
 * @param contact what the event is delivered as
 * @returns a key that is equal for events of the same person; personal data, not for logs
 */
export function personKey(event: unknown, contact: CreateContactRequest): string {
  const { email, mobile_phone: phone, first_name, last_name } = withoutInherited(contact);
  return keyOf(event, { email, phone, name: [first_name, last_name].join(" ") });
}
