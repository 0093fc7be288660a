import type { RecordedRequest, Sandbox } from "@datafly/apollo-sandbox";

import type { StreamLine } from "./lead-stream.js";

/** What is held against each other at the end. */
export interface Books {
  readonly lines: readonly StreamLine[];
  readonly sandbox: Pick<Sandbox, "contacts" | "labels" | "requests">;
  readonly deadLetters: readonly Record<string, unknown>[];
  readonly deduplicate: boolean;
  /** Whether contacts are added to their lists in a second call. */
  readonly addsToLists?: boolean;
  /** Whether the process was killed on the way. With deduplication a letter then cannot tell of calls made before. */
  readonly killed?: boolean;
  /** The positions of events whose consent was revoked on the way, and which are to be nowhere else. */
  readonly revoked?: ReadonlySet<number>;
}

/** A dead letter, as far as it is looked at. */
interface Letter {
  readonly status: unknown;
  readonly maybeDelivered: boolean;
}

/** All that does not add up, in sentences; none if nothing was lost, nothing made up, and nothing sent that must not be. */
export function imbalances(books: Books): string[] {
  const letters = new Map<number, Letter>();
  return [
    ...wireFaults(books),
    ...deadLetterFaults(books, letters),
    ...(books.deduplicate ? personFaults(books, letters) : insertFaults(books, letters)),
    ...(books.addsToLists === true ? listFaults(books, letters) : []),
  ];
}

/** Only leads with consent may have been sent, and each as the person it is about. */
function wireFaults({ lines, sandbox }: Books): string[] {
  const leads = new Map(lines.filter(({ fate }) => fate === "contact").map((line) => [line.title, line]));
  // A check of the key writes nothing.
  const calls = sandbox.requests().filter(({ path }) => path === "/api/v1/contacts");
  return calls.flatMap((request) => {
    const { title, email } = bodyOf(request);
    const line = leads.get(String(title));
    if (line === undefined) return [`Request ${request.number} was sent without consent or name: ${String(title)}.`];
    return line.email === email ? [] : [`Request ${request.number} has the address of somebody else.`];
  });
}

/** Dead letters are all rejects and what was given up; each once, and nothing else. Collects them by position. */
function deadLetterFaults({ lines, deadLetters, revoked }: Books, letters: Map<number, Letter>): string[] {
  const faults: string[] = [];
  for (const { position, status, maybeDelivered } of deadLetters) {
    if (letters.has(Number(position))) faults.push(`Line ${String(position)} is a dead letter twice.`);
    letters.set(Number(position), { status, maybeDelivered: maybeDelivered === true });
  }
  const expected = { contact: "failed", dropped: undefined, rejected: "rejected" } as const;
  for (const { position, fate } of lines) {
    const letter = letters.get(position);
    if (fate === "rejected" && letter === undefined) faults.push(`Line ${position} is rejected and no dead letter.`);
    if (letter === undefined) continue;
    if (letter.status !== expected[fate]) faults.push(`Line ${position} is a dead letter, and was to be ${fate}.`);
    if (revoked?.has(position)) faults.push(`Line ${position} is revoked, and a dead letter.`);
  }
  if (deadLetters.some(({ position }) => lines[Number(position) - 1]?.position !== position)) {
    faults.push("There is a dead letter of a line that does not exist.");
  }
  return faults;
}

/** With deduplication each person stands there once, with the values of the last event that was delivered. */
function personFaults(
  { lines, sandbox, revoked, killed, addsToLists }: Books,
  letters: ReadonlyMap<number, Letter>,
): string[] {
  const possible = new Map<string, { certain: boolean; newest: StreamLine[] }>();
  for (const line of lines) {
    if (line.fate !== "contact") continue;
    const before = possible.get(line.email) ?? { certain: false, newest: [] };
    const letter = letters.get(line.position);
    const uncertain = letter?.maybeDelivered === true || (killed === true && letter !== undefined);
    if (uncertain || revoked?.has(line.position))
      possible.set(line.email, { ...before, newest: [...before.newest, line] });
    else if (letter === undefined) possible.set(line.email, { certain: true, newest: [line] });
  }
  const contacts = groupedBy(sandbox.contacts(), ({ email }) => email ?? "nobody");
  const labelNames = new Map(sandbox.labels().map(({ id, name }) => [id, name]));
  const faults = [...contacts.keys()].filter((email) => !possible.has(email)).map((email) => `${email} is made up.`);
  for (const [email, { certain, newest }] of possible) {
    const [contact, ...others] = contacts.get(email) ?? [];
    if (others.length > 0) faults.push(`${email} stands there ${others.length + 1} times.`);
    if (contact === undefined) {
      if (certain) faults.push(`${email} is lost.`);
      continue;
    }
    const labels = contact.label_ids.map((id) => labelNames.get(id));
    // A second call that has failed leaves the contact off its list; listFaults looks at those that have not.
    const right = newest.some(
      ({ title, label }) => contact.title === title && (addsToLists === true || labels.includes(label)),
    );
    const wanted = newest.map(({ title }) => title).join(" or ");
    if (!right) faults.push(`${email} has ${String(contact.title)}, not ${wanted}.`);
  }
  return faults;
}

/** Who is added to lists is taken off none: each event that is no letter has left its own on a contact of that person. */
function listFaults({ lines, sandbox, revoked }: Books, letters: ReadonlyMap<number, Letter>): string[] {
  const labelNames = new Map(sandbox.labels().map(({ id, name }) => [id, name]));
  const lists = groupedBy(sandbox.contacts(), ({ email }) => email ?? "nobody");
  return lines.flatMap(({ position, fate, email, label }) => {
    if (fate !== "contact" || letters.has(position) || revoked?.has(position)) return [];
    const names = (lists.get(email) ?? []).flatMap(({ label_ids }) => label_ids.map((id) => labelNames.get(id)));
    return names.includes(label) ? [] : [`Line ${position} is delivered, and its contact is not on its list.`];
  });
}

/** Without deduplication each event is inserted once at the most, and is a dead letter where it is not. */
function insertFaults({ lines, sandbox, revoked }: Books, letters: ReadonlyMap<number, Letter>): string[] {
  const contacts = groupedBy(sandbox.contacts(), ({ title }) => title ?? "nothing");
  const faults: string[] = [];
  for (const { position, fate, title } of lines) {
    const inserted = contacts.get(title)?.length ?? 0;
    contacts.delete(title);
    if (fate !== "contact") continue;
    const letter = letters.get(position);
    if (inserted > 1) faults.push(`Line ${position} was inserted ${inserted} times.`);
    if (inserted === 0 && letter === undefined && revoked?.has(position) !== true) {
      faults.push(`Line ${position} is lost.`);
    }
    if (inserted > 0 && letter?.maybeDelivered === false) {
      faults.push(`Line ${position} was inserted, and its dead letter says it was not.`);
    }
    if (inserted > 0 && revoked?.has(position)) faults.push(`Line ${position} was inserted and dropped.`);
  }
  for (const title of contacts.keys()) faults.push(`${title} is made up.`);
  return faults;
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

function bodyOf({ body }: RecordedRequest): Partial<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? body : {};
}
