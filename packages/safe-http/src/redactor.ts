/** What replaces a secret. */
const REDACTED = "[redacted]";

/** A beginning of a secret that is shorter than this gives nothing away and may well be a word. */
const MIN_BEGINNING = 4;

/** How many secrets are remembered: with rotation, those that were used long ago are not in use any more. */
const MAX_SECRETS = 32;

/** Removes the secrets of a client from texts that came from outside. */
export interface Redactor {
  /** Remembers a secret; of many, the latest. */
  readonly learn: (secret: string) => void;
  /**
   * Removes the secrets from a text, as they are, as JSON and as part of a URL.
   *
   * @param cutOff whether the text may end inside a secret, whose beginning is then removed as well
   */
  readonly redact: (text: string, cutOff?: boolean) => string;
}

/** Returns a redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const known = new Map<string, readonly string[]>();
  let forms: readonly string[] = [];
  let latest: string | undefined;
  return {
    learn: (secret) => {
      if (secret === latest) return;
      latest = secret;
      const itsForms = known.get(secret) ?? formsOf(secret);
      // The last one used is the last to be forgotten.
      known.delete(secret);
      known.set(secret, itsForms);
      const [oldest] = known.keys();
      if (known.size > MAX_SECRETS && oldest !== undefined) known.delete(oldest);
      // A secret can be the beginning of a longer one, whose rest would stay.
      forms = [...known.values()].flat().sort((one, other) => other.length - one.length);
    },
    redact: (text, cutOff = false) => {
      for (const form of forms) {
        text = text.replaceAll(form, REDACTED);
        if (cutOff) text = withoutBeginning(text, form);
      }
      return text;
    },
  };
}

/** The secret as it is, as JSON, whose writers may escape slashes, and as part of a URL. */
function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, json.replaceAll("/", "\\/"), encodeURIComponent(secret)])];
}

/** Removes the beginning of a form at the end of a text. */
function withoutBeginning(text: string, form: string): string {
  for (let length = form.length - 1; length >= MIN_BEGINNING; length--) {
    if (text.endsWith(form.slice(0, length))) return text.slice(0, -length) + REDACTED;
  }
  return text;
}
