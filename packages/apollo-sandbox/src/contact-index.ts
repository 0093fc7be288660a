import { matchRules, storedIdentity, type Identity, type MatchReason } from "./match-rules.js";
import type { StoredContact } from "./stored-contact.js";

/** A stored contact that is the same as one that was sent, and why. */
export interface Match {
  readonly contact: StoredContact;
  readonly reason: MatchReason;
}

interface Entry {
  contact: StoredContact;
  /** Counts from 0, in the order of creation. */
  readonly age: number;
}

/** The stored contacts, and a way to find the one that matches without looking at each. */
export class ContactIndex {
  readonly #entries = new Map<string, Entry>();
  /** Who has, or once had, a trait. */
  readonly #bearers = new Map<string, Set<Entry>>();

  all(): readonly StoredContact[] {
    return [...this.#entries.values()].map(({ contact }) => contact);
  }

  get(id: string): StoredContact | undefined {
    return this.#entries.get(id)?.contact;
  }

  set(contact: StoredContact): void {
    const entry = this.#entries.get(contact.id) ?? { contact, age: this.#entries.size };
    entry.contact = contact;
    this.#entries.set(contact.id, entry);
    for (const { reason, traits } of matchRules) {
      for (const trait of traits(storedIdentity(contact))) {
        const key = keyOf(reason, trait);
        this.#bearers.set(key, (this.#bearers.get(key) ?? new Set()).add(entry));
      }
    }
  }

  /** The match by the first rule that has one; of several, the oldest contact. */
  find(sent: Identity): Match | undefined {
    for (const { reason, traits } of matchRules) {
      const matches = traits(sent).flatMap((trait) =>
        [...(this.#bearers.get(keyOf(reason, trait)) ?? [])].filter(({ contact }) =>
          traits(storedIdentity(contact)).includes(trait),
        ),
      );
      const [oldest] = matches.sort((a, b) => a.age - b.age);
      if (oldest !== undefined) return { contact: oldest.contact, reason };
    }
    return undefined;
  }
}

function keyOf(reason: MatchReason, trait: string): string {
  return `${reason} ${trait}`;
}
