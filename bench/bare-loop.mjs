// What somebody would write in five minutes: reads a file of events and posts each to Apollo. No consent, no pace, no journal.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const [file, concurrency] = process.argv.slice(2);
const url = `${process.env.APOLLO_BASE_URL}/contacts`;
const headers = { "X-Api-Key": process.env.APOLLO_API_KEY, "Content-Type": "application/json" };

const lines = createInterface({ input: createReadStream(file) })[Symbol.asyncIterator]();

await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      const { traits, properties } = JSON.parse(next.value);
      const answer = await fetch(url, {
        method: "POST",
        headers,
        body: JSON.stringify({
          first_name: traits.first_name,
          last_name: traits.last_name,
          email: traits.email,
          organization_name: traits.company,
          title: traits.title,
          mobile_phone: traits.phone,
          website_url: traits.website,
          label_names: ["Signal - Marketing Opt-in", properties.lead_source],
          run_dedupe: true,
        }),
      });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { contact } = await answer.json();
      process.stdout.write(`${contact.id}\n`);
    }
  }),
);
