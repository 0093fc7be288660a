import { planDelivery } from "@datafly/signal-apollo-connector";
import jsonata from "jsonata";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

import { withTraits } from "../../examples/events/events.js";
import { compare, perSecond } from "../compare.js";
import { rowOf, type Effort, type Row } from "../row.js";

const SAMPLE = 1_000;

/** Events as they come: one line of JSON each, of different people. */
const lines = Array.from({ length: SAMPLE }, (_, number) =>
  JSON.stringify(
    withTraits({ email: `Person${number}@Example.com`, phone: `+1555303${String(1000 + number).padStart(4, "0")}` }),
  ),
);
const lineOf = (turn: number) => lines[turn % SAMPLE] ?? "";

/** The same table as the default blueprint's, for a general mapping tool; consent and labels included, names not checked. */
const expression = jsonata(`
  type = "track" and event in ["Lead Generated", "Demo Requested", "Signed Up"]
    and context.consent.canonical.marketing = true ? {
    "first_name": $trim(traits.first_name),
    "last_name": $trim(traits.last_name),
    "email": $lowercase($trim(traits.email)),
    "organization_name": $trim(traits.company),
    "title": $trim(traits.title),
    "mobile_phone": $e164(traits.phone),
    "website_url": $trim(traits.website),
    "label_names": ["Signal - Marketing Opt-in", $trim(properties.lead_source)],
    "run_dedupe": true
  }`);
expression.registerFunction("e164", (text: string) => parsePhoneNumberFromString(text, { extract: false })?.number);

/** The heart: from a line of JSON to a decision. */
export async function planRows({ quick, progress }: Effort): Promise<Row[]> {
  progress("planDelivery beside the floor and a general mapping tool");
  const times = quick ? 2_000 : 50_000;
  const figures = await compare(quick ? 2 : 9, {
    ours: () => perSecond(times, (turn) => planDelivery(JSON.parse(lineOf(turn)))),
    floor: () =>
      perSecond(times, (turn) => {
        const { traits } = JSON.parse(lineOf(turn)) as { traits: { phone: string } };
        return parsePhoneNumberFromString(traits.phone, { extract: false });
      }),
    general: () => perSecond(times, (turn) => expression.evaluate(JSON.parse(lineOf(turn)))),
  });
  const head = { what: "planDelivery, from a line of JSON, on one core", unit: "events/s" };
  return [
    rowOf(
      { id: "plan.floor", ...head, against: "JSON.parse and libphonenumber alone", goal: { atLeast: 0.8 } },
      figures.ours,
      figures.floor,
    ),
    rowOf({ id: "plan.general", ...head, against: "the same mapping in JSONata" }, figures.ours, figures.general),
  ];
}
