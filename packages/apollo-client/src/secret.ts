/** What stands where the API key stood. */
const REDACTED = "[redacted]";

/** Removes one secret from texts that came from outside. */
export type Redact = (text: string) => string;

/** Makes a function that removes a secret from a text, also in the forms that JSON and URLs give it. */
export function redactorOf(secret: string): Redact {
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const remove = (text: string) => [...forms].reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
  return (text) => {
    const clean = remove(text);
    // JSON may write any character as an escape, and a reader of the text would turn it back.
    const plain = withoutEscapes(clean);
    const cleanPlain = remove(plain);
    return cleanPlain === plain ? clean : cleanPlain;
  };
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(["\\/]))/gi, (_, hex: string | undefined, character: string | undefined) =>
    hex === undefined ? (character ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
