import { omitted, taken, type Normaliser } from "./normaliser.js";

/** The longest address that can be sent mail to (RFC 5321, through RFC 3696's erratum). */
const MAX_LENGTH = 254;
/**
 * A local part that is more than dots, and labels of a domain in any script that begin and end with no hyphen. No quoting, no
 * brackets, no display names.
 */
const ADDRESS =
  /^(?!\.+@)[^\s\p{Cf}"(),:;<>@[\\\]]{1,64}@(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}(?<!-)\.)+[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{1,62}(?<!-)$/u;

/** Lowercases an e-mail address (the rule of Signal's documentation: Apollo matches on cleartext identifiers). */
export const normaliseEmail: Normaliser = (text) => {
  const value = text.toLowerCase();
  return value.length <= MAX_LENGTH && ADDRESS.test(value) ? taken(value) : omitted("invalid_email");
};
