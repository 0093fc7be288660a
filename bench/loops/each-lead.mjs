// What all loops have in common: reads a file of events, maps each to a contact, and has it sent. No consent, no pace, no journal.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

export const url = `${process.env.APOLLO_BASE_URL}/contacts`;
export const headers = {
  "x-api-key": process.env.APOLLO_API_KEY,
  "content-type": "application/json",
  accept: "application/json",
};

/** Sends the events of the file that the command line names, as many at a time as it says. */
export async function eachLead(send) {
  const [file, concurrency] = process.argv.slice(2);
  const lines = createInterface({ input: createReadStream(file) })[Symbol.asyncIterator]();
  await Promise.all(
    Array.from({ length: Number(concurrency) }, async () => {
      for (let next = await lines.next(); !next.done; next = await lines.next()) {
        const { contact } = await send(contactOf(JSON.parse(next.value)));
        process.stdout.write(`${contact.id}\n`);
      }
    }),
  );
}

function contactOf({ traits, properties }) {
  return {
    first_name: traits.first_name,
    last_name: traits.last_name,
    email: traits.email,
    organization_name: traits.company,
    title: traits.title,
    mobile_phone: traits.phone,
    website_url: traits.website,
    label_names: ["Signal - Marketing Opt-in", properties.lead_source],
    run_dedupe: true,
  };
}
