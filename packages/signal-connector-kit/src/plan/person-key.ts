import { readPath } from "../event/path.js";
import { readText } from "../normalise/text.js";

/** What tells people apart, in the form in which it is sent. */
export interface PersonTraits {
  /** The e-mail address. */
  readonly email?: string | undefined;
  /** A phone number. */
  readonly phone?: string | undefined;
  /** The name; case does not count. */
  readonly name?: string | undefined;
}

/**
 * Which person an event is about: by e-mail, else phone, else the event's `userId`, else `anonymousId`, else the name. Events of one
 * person are to be delivered one at a time and in order: most vendors look for a match before they write, and not in one step with it.
 *
 * @param traits those of the record that the event becomes
 * @returns a key that is equal for events of the same person; personal data, not for logs
 */
export function personKey(event: unknown, { email, phone, name = "" }: PersonTraits): string {
  if (email !== undefined) return `email:${email}`;
  if (phone !== undefined) return `phone:${phone}`;
  for (const id of ["userId", "anonymousId"]) {
    const value = readId(event, id);
    if (value !== undefined) return `${id}:${value}`;
  }
  return `name:${name.toLowerCase()}`;
}

/** However long it is: cut off, two people could become one. Reading it takes linear time. */
function readId(event: unknown, name: string): string | undefined {
  return readText(readPath(event, [name]), Infinity)?.value;
}
