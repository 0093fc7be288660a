import { describe, expect, it } from "vitest";

import { specViolations } from "../../apollo-client/test/support/spec-conformance.js";

const json = { "content-type": "application/json; charset=utf-8" };
const contact = '{"contact":{"id":"66f1c0ffee0a000000000001"}}';

describe("the check against the API's description", () => {
  it.each([
    { status: 200, headers: json, body: contact },
    { status: 200, headers: { ...json, "x-rate-limit-minute": "", "x-minute-usage": "3" }, body: contact },
    { status: 401, headers: { "content-type": "text/plain" }, body: "Invalid API key. Check it." },
    { status: 429, headers: { ...json, "retry-after": "30" }, body: '{"message":"Enough."}' },
    { status: 503, headers: { "content-type": "text/html" }, body: "<h1>503</h1>" },
  ])("passes a right $status", ({ status, headers, body }) => {
    expect(specViolations({ status, headers: new Headers(headers), body })).toEqual([]);
  });

  it.each([
    { wrong: "an undeclared status", status: 302, headers: {}, body: "", complaint: "status 302 is not declared" },
    { wrong: "a content type of its own", status: 401, headers: json, body: "{}", complaint: /content type .* 401/ },
    { wrong: "JSON that is broken off", status: 200, headers: json, body: '{"contact', complaint: "not JSON" },
    {
      wrong: "a member that is missing",
      status: 200,
      headers: json,
      body: "{}",
      complaint: /body must have .*contact/,
    },
    {
      wrong: "an id that is none",
      status: 200,
      headers: json,
      body: '{"contact":{"id":"1"}}',
      complaint: "/contact/id",
    },
    { wrong: "a header that is missing", status: 429, headers: json, body: '{"message":""}', complaint: "retry-after" },
    {
      wrong: "a header that does not fit",
      status: 200,
      headers: { ...json, "x-hourly-usage": "many" },
      body: contact,
      complaint: "header x-hourly-usage",
    },
    {
      wrong: "a quota before the key is known",
      status: 401,
      headers: { "content-type": "text/plain", "x-minute-usage": "1" },
      body: "Invalid API key. Check it.",
      complaint: "header x-minute-usage is not declared",
    },
  ])("does not pass $wrong", ({ status, headers, body, complaint }) => {
    const violations = specViolations({ status, headers: new Headers(headers), body });
    expect(violations.join("\n")).toMatch(complaint);
  });
});
