import { CONSENT_PURPOSES } from "../consent/consent.js";
import type { Connector } from "../connector/connector.js";
import { readPath } from "../event/path.js";
import { ensure, type ConformanceCase } from "./conformance-case.js";
import type { ConformanceEvent } from "./conformance-options.js";
import { withConsent, withFlag, withoutValues, withValue } from "./event-parts.js";
import { polluted } from "./polluted-prototype.js";
import { anyValue, forAll } from "./random-events.js";
import type { Suite } from "./suite.js";

const READ_CONSENT = "read consent with readConsent(event, purpose) of the kit, and deliver only if it says granted";

/** What is not the literal `true`, although it looks like it. */
const NOT_TRUE: readonly unknown[] = [
  undefined,
  null,
  "true",
  "TRUE",
  "yes",
  "granted",
  1,
  0,
  "",
  {},
  [],
  [true],
  { granted: true },
  { value: true },
  Object(true),
  new Date(0),
];

/** Checks that only consent delivers, and only the literal `true` is consent. */
export function consentCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { events } = suite;
  /** @throws ConformanceError if an event without consent is not dropped */
  const ensureDropped = (
    connector: Connector<Payload>,
    event: unknown,
    form: string,
    reasons: readonly string[] = ["consent_denied", "consent_missing"],
  ): void => {
    const decision = connector.plan(event);
    ensure(
      decision.action === "drop" && reasons.includes(decision.reason),
      `An event with ${form} is not dropped for ${reasons.join(" or ")}: the decision is ${decision.action}${decision.action === "deliver" ? "" : `, ${decision.reason}`}.`,
      READ_CONSENT,
    );
  };
  const each = (check: (connector: Connector<Payload>, event: ConformanceEvent) => void) => async () => {
    const connector = await suite.disconnected();
    for (const event of events) check(connector, event);
  };

  return [
    {
      name: "consent: the literal true is delivered, in Signal's canonical and in its older flat form",
      run: each((connector, event) => {
        const { purpose } = connector;
        suite.planned(connector, event);
        suite.planned(connector, withFlag(event, purpose, true));
        suite.planned(connector, withConsent(event, { [purpose]: true }));
      }),
    },
    {
      name: "consent: the literal false is dropped as consent_denied, and no consent as consent_missing",
      run: each((connector, event) => {
        ensureDropped(connector, withFlag(event, connector.purpose, false), "consent false", ["consent_denied"]);
        ensureDropped(connector, withConsent(event, undefined), "no consent", ["consent_missing"]);
        ensureDropped(connector, withValue(event, ["context"], undefined), "no context", ["consent_missing"]);
      }),
    },
    {
      name: "consent: nothing but the literal true grants it",
      run: each((connector, event) => {
        const { purpose } = connector;
        for (const flag of NOT_TRUE) {
          const form = `${purpose} = ${describe(flag)}`;
          ensureDropped(connector, withFlag(event, purpose, flag), `canonical consent ${form}`);
          ensureDropped(connector, withConsent(event, { [purpose]: flag }), `flat consent ${form}`);
        }
        forAll(suite, anyValue, (flag) => {
          if (flag === true) return;
          ensureDropped(connector, withFlag(event, purpose, flag), "consent of another kind than true");
        });
      }),
    },
    {
      name: "consent: a malformed consent grants nothing",
      run: each((connector, event) => {
        const { purpose } = connector;
        for (const consent of [null, true, "all", 1, [], [purpose], "granted"]) {
          ensureDropped(connector, withConsent(event, consent), `context.consent = ${describe(consent)}`);
          ensureDropped(connector, withValue(event, ["context"], consent), `context = ${describe(consent)}`);
          // Where there is a canonical form, the flat one does not count.
          const canonical = consent;
          ensureDropped(
            connector,
            withConsent(event, { canonical, [purpose]: true }),
            `canonical = ${describe(consent)} beside a flat true`,
          );
        }
        forAll(suite, anyValue, (consent) => {
          const flags = [readPath(consent, [purpose]), readPath(consent, ["canonical", purpose])];
          if (!flags.includes(true)) ensureDropped(connector, withConsent(event, consent), "a malformed consent");
        });
      }),
    },
    {
      name: "consent: a canonical form overrules the older flat one",
      run: each((connector, event) => {
        const { purpose } = connector;
        for (const canonical of [{}, { [purpose]: false }, { [purpose]: null }]) {
          const consent = { canonical, [purpose]: true };
          ensureDropped(connector, withConsent(event, consent), `canonical ${describe(canonical)} beside a flat true`);
        }
      }),
    },
    {
      name: "consent: neither other purposes nor the customer's own categories grant it",
      run: each((connector, event) => {
        const { purpose } = connector;
        const all = Object.fromEntries(CONSENT_PURPOSES.map((one) => [one, one !== purpose]));
        const others = CONSENT_PURPOSES.filter((one) => one !== purpose);
        const canonical = Object.fromEntries(others.map((one) => [one, true]));
        ensureDropped(connector, withConsent(event, { canonical: all }), "every purpose granted but its own");
        ensureDropped(connector, withConsent(event, { canonical }), "other purposes granted");
        ensureDropped(connector, withConsent(event, { categories: { [purpose]: true } }), "a category granted");
      }),
    },
    {
      name: "consent: an inherited flag grants nothing",
      run: each((connector, event) => {
        const { purpose } = connector;
        const flag = { [purpose]: true };
        const inherits = (value: object): unknown => Object.create(value);
        const advice = "an inherited flag";
        ensureDropped(connector, withConsent(event, { canonical: inherits(flag) }), advice);
        ensureDropped(connector, withConsent(event, inherits({ canonical: flag })), "an inherited canonical consent");
        ensureDropped(connector, withConsent(event, inherits(flag)), advice);
        ensureDropped(connector, withValue(event, ["context"], inherits({ consent: { canonical: flag } })), advice);
      }),
    },
    {
      name: "consent: a polluted Object.prototype grants nothing",
      run: each((connector, event) => {
        const { purpose } = connector;
        const canonical = { [purpose]: true };
        const pollutions = { [purpose]: true, canonical, consent: { canonical }, context: { consent: { canonical } } };
        const { context, ...rest } = event;
        const events = [
          rest,
          withConsent(event, undefined),
          withConsent(event, {}),
          withConsent(event, { canonical: {} }),
          withConsent({ ...rest, context: {} }, {}),
        ];
        for (const [name, value] of Object.entries(pollutions))
          for (const one of events)
            polluted(name, value, () => {
              ensureDropped(connector, one, `no consent, while Object.prototype.${name} is set,`);
            });
        // Nothing is left behind, or other cases would see it.
        suite.planned(connector, context === undefined ? event : { ...rest, context });
      }),
    },
    {
      name: "consent: it comes first, so that nothing is kept of an event without it that could not become a record anyway",
      run: each((connector, event) => {
        const { purpose } = connector;
        for (const flag of [false, undefined, "true"])
          ensureDropped(connector, withoutValues(withFlag(event, purpose, flag)), "no consent and no values");
      }),
    },
  ];
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
    ? Object.prototype.toString.call(value)
    : JSON.stringify(value);
}
