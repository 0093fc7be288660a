/** What stands where the API key stood. */
const REDACTED = "[redacted]";

/** Removes one secret from texts that came from outside. */
export type Redact = (text: string) => string;

/** Makes a function that removes a secret from a text, also in the forms that JSON and URLs give it. */
export function redactorOf(secret: string): Redact {
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return (text) => [...forms].reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
}
