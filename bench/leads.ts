import { once } from "node:events";
import { createWriteStream } from "node:fs";

import { withTraits } from "../examples/events/events.js";

/** So many people take turns, so that the sandbox does not grow with the input. */
const PEOPLE = 5_000;

/** A lead event as a line of JSON, and the person whom it is about. */
export interface Lead {
  readonly person: string;
  readonly line: string;
}

/** Lead events of people who have granted consent, one after the other. */
export function* leads(count: number): Generator<Lead> {
  for (let number = 0; number < count; number++) {
    const turn = number % PEOPLE;
    const person = `person${turn}@example.com`;
    const event = withTraits({ email: person, phone: `+1555303${1000 + turn}` });
    yield { person, line: JSON.stringify({ ...event, messageId: `message-${number}` }) };
  }
}

/** Writes lead events to a file, one to a line, and resolves to its path. */
export async function writeLeads(file: string, count: number): Promise<string> {
  const stream = createWriteStream(file);
  for (const { line } of leads(count)) if (!stream.write(`${line}\n`)) await once(stream, "drain");
  stream.end();
  await once(stream, "close");
  return file;
}
