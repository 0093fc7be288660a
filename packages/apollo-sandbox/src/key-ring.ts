import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject } from "./json.js";

/** What a key may do: create contacts, show a contact, add contacts to lists, everything, or nothing that needs a scope. */
export type KeyScope = "contacts/create" | "contacts/show" | "labels/add_entity_ids_to_label_names" | "master" | "none";

/** One scope, or several. */
export type KeyScopes = KeyScope | readonly KeyScope[];

/** The keys of a sandbox that is given none. */
export const defaultKeys = {
  "sandbox-key": ["contacts/create", "contacts/show", "labels/add_entity_ids_to_label_names"],
  "sandbox-key-without-lists": ["contacts/create", "contacts/show"],
  "sandbox-key-without-scope": "none",
} as const satisfies Record<string, KeyScopes>;

const scopes: readonly KeyScope[] = [
  "contacts/create",
  "contacts/show",
  "labels/add_entity_ids_to_label_names",
  "master",
  "none",
];

/** What stands in for a key wherever the sandbox shows what it was sent. */
const placeholder = "[key]";

/** The keys that the sandbox knows, and the eye for where they must not be. */
export class KeyRing {
  readonly #scopes: ReadonlyMap<string, readonly KeyScope[]>;
  /** Longest first, so that a key that begins with another one is not replaced by halves. */
  readonly #keys: readonly string[];
  /** The first key that may create contacts. */
  readonly apiKey: string;

  /** @throws InvalidInputError if no key may create contacts, one cannot stand in a header, or a scope is not known. */
  constructor(keys: Readonly<Record<string, KeyScopes>>) {
    if (!isJsonObject(keys)) throw new InvalidInputError("keys must be an object that maps each key to its scopes.");
    this.#scopes = new Map(Object.entries(keys).map(([key, granted]) => [key, [granted].flat()]));
    this.#keys = Object.keys(keys).sort((a, b) => b.length - a.length);
    if (!this.#keys.every((key) => /^[\x21-\x7e]+$/.test(key))) {
      throw new InvalidInputError("A key must consist of visible ASCII characters, without spaces.");
    }
    const quoted = scopes.map((scope) => `"${scope}"`);
    if (![...this.#scopes.values()].flat().every((scope) => scopes.includes(scope))) {
      throw new InvalidInputError(
        `The scope of a key must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}, or an array of these.`,
      );
    }
    const creating = Object.keys(keys).find((key) => this.grants(key, "contacts/create"));
    if (creating === undefined) {
      throw new InvalidInputError('At least one key must have the scope "contacts/create" or "master".');
    }
    this.apiKey = creating;
  }

  /** Whether the sandbox knows the key, whatever it may do. */
  knows(key: string): boolean {
    return this.#scopes.has(key);
  }

  /** Whether the key has the scope, or is a master key. */
  grants(key: string, scope: KeyScope): boolean {
    const granted = this.#scopes.get(key) ?? [];
    return granted.includes(scope) || granted.includes("master");
  }

  /** Whether a known key, or a parameter that is named like one, stands anywhere in the value. */
  isLeakedIn(value: unknown): boolean {
    return JSON.stringify(this.redact(value)) !== JSON.stringify(value);
  }

  /** A copy of the value in which no known key is left, nor what a parameter named like a key held. */
  redact(value: unknown): unknown {
    if (typeof value === "string") return this.redactText(value);
    if (typeof value === "number") return this.#isKeyOfDigits(value) ? placeholder : value;
    if (Array.isArray(value)) return value.map((item) => this.redact(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        this.redactText(name),
        isNamedLikeKey(name) ? placeholder : this.redact(member),
      ]),
    );
  }

  #isKeyOfDigits(value: number): boolean {
    return this.#keys.some((key) => /^\d+$/.test(key) && Number(key) === value);
  }

  /** The text without any known key. */
  redactText(text: string): string {
    return this.#keys.reduce((redacted, key) => redacted.replaceAll(key, placeholder), text);
  }
}

function isNamedLikeKey(name: string): boolean {
  return /^(x[-_]?)?api[-_]?key$/i.test(name);
}
