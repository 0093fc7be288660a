import { expect, test } from "vitest";

import { APOLLO } from "../src/apollo-connector.js";
import { contactLink } from "../src/contact-link.js";
import { colorsFor } from "../../signal-delivery/src/report/color.js";
import { resultLine } from "../../signal-delivery/src/report/result-line.js";
import type { DeliveryResult } from "../../signal-delivery/src/stream/delivery-result.js";

const id = "66f1c0ffee0000000000a001";
const page = `https://app.apollo.io/#/contacts/${id}`;
const colors = colorsFor(process.stdout, { NO_COLOR: "1" });
const delivered: DeliveryResult = {
  position: 1,
  messageId: "message-1",
  event: "Demo Requested",
  attempts: 1,
  outcome: { status: "delivered", recordId: id, matched: true, httpStatus: 200, warnings: [] },
};

test.each([undefined, "", "https://api.apollo.io/api/v1", "https://API.apollo.io/api/v1/"])(
  "a contact delivered to %j has a page in Apollo",
  (baseUrl) => {
    expect(contactLink(baseUrl)?.(id)).toBe(page);
  },
);

test.each(["http://127.0.0.1:4010/api/v1", "https://api.apollo.io.example/api/v1", "nowhere"])(
  "a contact delivered to %s has none",
  (baseUrl) => {
    expect(contactLink(baseUrl)).toBeUndefined();
  },
);

test("a line shows the link in place of the id, unless the terminal would cut it", () => {
  const link = contactLink(undefined);

  expect(resultLine(delivered, APOLLO, colors, undefined, link)).toContain(`delivered  200 updated ${page}`);
  expect(resultLine(delivered, APOLLO, colors, 120, link)).toContain(`200 updated ${page}`);
  for (const columns of [80, 100])
    expect(resultLine(delivered, APOLLO, colors, columns, link)).toContain(`200 updated ${id}`);
  expect(resultLine(delivered, APOLLO, colors)).toContain(`200 updated ${id}`);
});

test("without a valid id there is nothing to link to", () => {
  const outcome = { status: "delivered", httpStatus: 200, warnings: [] } as const;

  expect(resultLine({ ...delivered, outcome }, APOLLO, colors, undefined, contactLink(undefined))).toContain(
    "200 contact (no valid id in the answer)",
  );
});
