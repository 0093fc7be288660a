/** What an id is given to. It shows in the id, which helps when reading a log. */
const prefixes = { contact: "66f1c0ffee0a", label: "66f1c0ffee0b" } as const;

/** Whether Apollo would take the text for one of its ids: 24 hexadecimal digits. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{24}$/i.test(text);
}

/** Whether Apollo would take the text for the id of a custom field. Its own examples show three forms. */
export function isCustomFieldId(text: string): boolean {
  return /^(?:(?:contact\.)?[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text);
}

/** The user whose key it is, and who therefore owns what the key creates. */
export const keyOwnerId = "66f1c0ffee0c000000000001";

/** Ids of Apollo's form that count up, so that a test can foretell them. */
export function idSequence(kind: keyof typeof prefixes): () => string {
  let last = 0;
  return () => {
    last += 1;
    return prefixes[kind] + last.toString(16).padStart(12, "0");
  };
}
