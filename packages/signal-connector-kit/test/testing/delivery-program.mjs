// A delivery program of a few lines: one event at a time, with a journal of how many are settled. Breaks the promise that BREAK names.
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const [, , file, url] = process.argv;
const broken = process.env.BREAK;
const journal = `${file}.journal`;
const settled = existsSync(journal) && broken !== "journal" ? readFileSync(journal).length : 0;
const events = readFileSync(file, "utf8").trim().split("\n");
if (broken === "order") events.reverse();

const send = async (event) => {
  const response = await fetch(url, { method: "POST", body: event });
  await response.text();
};

for (const event of events.slice(settled)) {
  if (broken === "settled") appendFileSync(journal, ".");
  await send(event);
  if (broken === "once") await send(event);
  if (broken !== "settled") appendFileSync(journal, ".");
}
process.exitCode = broken === "end" ? 70 : 0;
