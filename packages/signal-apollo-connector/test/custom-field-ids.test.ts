import { expect, test } from "vitest";

import { defaultBlueprint, planDelivery, type Blueprint } from "@datafly/signal-apollo-connector";
import { demoRequested } from "../../../examples/events/events.js";

test.each(["66f1c0ffee0000000000c001", "contact.66f1c0ffee0000000000c001", "0b0f5a7c-6d5e-4e0a-9d3c-2f1e0d9c8b7a"])(
  "a custom field is sent by its id as Apollo lists it: %s",
  (id) => {
    const blueprint: Blueprint = { ...defaultBlueprint, typed_custom_fields: { [id]: "properties.lead_source" } };

    expect(planDelivery(demoRequested(), { blueprint })).toMatchObject({
      contact: { typed_custom_fields: { [id]: "Website demo form" } },
    });
  },
);
