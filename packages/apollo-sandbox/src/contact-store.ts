import type { Label } from "@datafly/apollo-client";

import type { ChangeFeed } from "./change-feed.js";
import type { Clock } from "./clock.js";
import type { ContactFields } from "./contact-fields.js";
import { ContactIndex } from "./contact-index.js";
import { fieldChanges, type FieldChange, type ListedContact } from "./field-change.js";
import { idSequence } from "./id-sequence.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { LabelStore } from "./label-store.js";
import { sentIdentity, type MatchReason } from "./match-rules.js";
import { overwrite, withAdditionalEmails } from "./overwrite.js";
import type { ParsedSeed } from "./seed-contact.js";
import { blankContact, type StoredContact } from "./stored-contact.js";

/** A contact that was created or, if there is a reason for a match, updated. */
export interface WrittenContact {
  readonly contact: StoredContact;
  readonly labels: Label[];
  /** What is different since, field by field. */
  readonly changes: FieldChange[];
  readonly matchReason?: MatchReason;
}

/** The team's contacts, and how Apollo writes them. */
export class ContactStore {
  readonly #clock: Clock;
  readonly #matchDelayMs: number;
  readonly #feed: ChangeFeed;
  readonly #contacts = new ContactIndex();
  readonly #labels: LabelStore;
  readonly #nextId = idSequence("contact");

  constructor(clock: Clock, matchDelayMs: number, feed: ChangeFeed) {
    this.#clock = clock;
    this.#matchDelayMs = matchDelayMs;
    this.#feed = feed;
    this.#labels = new LabelStore(clock);
  }

  all(): readonly StoredContact[] {
    return this.#contacts.all();
  }

  /** The contact with this id, and the lists that it is on. */
  get(id: string): ListedContact | undefined {
    const contact = this.#contacts.get(id);
    return contact && this.#listed(contact);
  }

  labels(): readonly Label[] {
    return this.#labels.all();
  }

  /** Inserts a contact, whatever there is. */
  insert(sent: ContactFields): WrittenContact {
    return this.#write(blankContact(this.#freeId(), this.#now()), sent);
  }

  /** Looks for a match and updates it, or inserts. The two steps are apart, as at Apollo: what comes between is not seen. */
  async upsert(sent: ContactFields): Promise<WrittenContact> {
    const match = this.#contacts.find(sentIdentity(sent));
    await this.#clock.sleep(this.#matchDelayMs);
    if (match === undefined) return this.insert(sent);
    const current = this.#contacts.get(match.contact.id) ?? match.contact;
    return { ...this.#write(current, sent), matchReason: match.reason };
  }

  /** Adds a contact to lists, and takes it off none. */
  addToLists(id: string, labelNames: readonly string[]): WrittenContact {
    const stored = this.#contacts.get(id);
    if (stored === undefined) throw new RangeError(`There is no contact ${id}.`);
    const labelIds = [...new Set([...stored.label_ids, ...this.#labels.idsOf(labelNames)])];
    const isNew = labelIds.length > stored.label_ids.length;
    return this.#store(stored, isNew ? { ...stored, label_ids: labelIds, updated_at: this.#now() } : stored);
  }

  /** The lists with these names. Lists that do not exist are created. */
  labelsNamed(names: readonly string[]): Label[] {
    return this.#labels.withIds(this.#labels.idsOf(names));
  }

  /** Stores a contact that is to be there already. */
  seed({ fields, additionalEmails }: ParsedSeed): StoredContact {
    const id = fields.id ?? this.#freeId();
    if (this.#contacts.get(id) !== undefined)
      throw new InvalidInputError(`A contact with the id ${id} already exists.`);
    return this.#write(withAdditionalEmails(blankContact(id, this.#now()), additionalEmails), fields).contact;
  }

  #write(stored: StoredContact, sent: ContactFields): WrittenContact {
    const labelIds = sent.labelNames === undefined ? stored.label_ids : this.#labels.idsOf(sent.labelNames);
    return this.#store(stored, { ...overwrite(stored, sent, this.#now()), label_ids: labelIds });
  }

  #store(before: StoredContact, contact: StoredContact): WrittenContact {
    this.#labels.move(before.label_ids, contact.label_ids);
    this.#contacts.set(contact);
    this.#feed.contactChanged(contact.id);
    const changes = fieldChanges(this.#listed(before), this.#listed(contact));
    return { contact, labels: this.#labels.withIds(contact.label_ids), changes };
  }

  #listed(contact: StoredContact): ListedContact {
    return { contact, labelNames: this.#labels.withIds(contact.label_ids).map(({ name }) => name) };
  }

  /** A seed may have taken an id ahead of its turn. */
  #freeId(): string {
    let id = this.#nextId();
    while (this.#contacts.get(id) !== undefined) id = this.#nextId();
    return id;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
