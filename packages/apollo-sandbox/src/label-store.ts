import type { Label } from "@datafly/apollo-client";

import type { Clock } from "./clock.js";
import { idSequence, keyOwnerId } from "./id-sequence.js";

type StoredLabel = Label & { readonly cached_count: number };

/** The lists that contacts are on. */
export class LabelStore {
  readonly #clock: Clock;
  readonly #labels = new Map<string, StoredLabel>();
  readonly #idByName = new Map<string, string>();
  readonly #nextId = idSequence("label");

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  all(): readonly Label[] {
    return [...this.#labels.values()];
  }

  /** The lists with these ids, in this order. */
  withIds(ids: readonly string[]): Label[] {
    return ids.flatMap((id) => this.#labels.get(id) ?? []);
  }

  /** The ids of the lists with these names. A list that does not exist is created; blanks and repeats are skipped. */
  idsOf(names: readonly string[]): string[] {
    const wanted = new Set(names.map((name) => name.trim()).filter((name) => name !== ""));
    return [...wanted].map((name) => this.#idByName.get(name) ?? this.#create(name));
  }

  /** Takes one contact off some lists and puts it on others. */
  move(from: readonly string[], to: readonly string[]): void {
    for (const id of from) if (!to.includes(id)) this.#add(id, -1);
    for (const id of to) if (!from.includes(id)) this.#add(id, 1);
  }

  #add(id: string, contacts: 1 | -1): void {
    const label = this.#labels.get(id);
    if (label === undefined) return;
    this.#labels.set(id, { ...label, cached_count: label.cached_count + contacts, updated_at: this.#now() });
  }

  #create(name: string): string {
    const id = this.#nextId();
    const at = this.#now();
    this.#idByName.set(name, id);
    this.#labels.set(id, {
      id,
      name,
      modality: "contacts",
      cached_count: 0,
      user_id: keyOwnerId,
      created_at: at,
      updated_at: at,
    });
    return id;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
