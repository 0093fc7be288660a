const MAX_LENGTH = 200;

/**
 * Whether a name or an id may be told where no personal data may be. They come with the events, so that anything may be in them:
 * an e-mail address as the id of a message, for one.
 */
export function isLoggableName(name: string): boolean {
  return name.length <= MAX_LENGTH && !/[@\uFF20]|%40/.test(name);
}

/** A name or an id as it may be told; `null` if it may not. */
export function loggableName(name: string | null): string | null {
  return name !== null && isLoggableName(name) ? name : null;
}
