import { describe, expect, test } from "vitest";

import { WARNINGS } from "@datafly/signal-apollo-connector";
import { planValue } from "./support/plan-value.js";

const planEmail = (email: unknown) => planValue("email", email);

describe("an address is repaired if there is one and no doubt", () => {
  test.each([
    "mara@example.com.",
    "mara@example.com,",
    "mara@example.com;",
    "mara@example.com:",
    "mara@example.com >",
    "mara@example.com/",
    "<mara@example.com>",
    "<<mara@example.com>>",
    "(mara@example.com)",
    "[mara@example.com]",
    "{mara@example.com}",
    "Mara Quill <mara@example.com>",
    '"Quill, Mara" <mara@example.com>',
    "Mara Quill <mara@example.com>;",
    "Mara Quill (mara@example.com)",
    "Mara Quill [mailto:mara@example.com]",
    "mara@example.com (Mara Quill)",
    "mara@example.com <mailto:mara@example.com>",
    "mailto:mara@example.com",
    "MAILTO:Mara@Example.com",
    "mailto: mara@example.com",
    "mailto:mailto:mara@example.com",
    "mailto:mara@example.com?subject=Hello",
    "<mailto:mara@example.com>",
    "E-mail: mara@example.com",
    "email:mara@example.com",
    "'mara@example.com'",
    "'mara@example.com",
    '"mara@example.com"',
    "`mara@example.com`",
    "\u2018mara@example.com\u2019",
    "\u201cmara@example.com\u201d",
    "\u201emara@example.com\u201c",
    "\u00abmara@example.com\u00bb",
    '="mara@example.com"',
    "mara\uff20example.com",
    "\uff2d\uff41\uff52\uff41@example.com",
    "mara@example\uff0ecom",
    "mara@example\u3002com",
    "mara @ example.com",
    "mara@ example.com",
    "mara%40example.com",
    "mara@example.com mara@example.com",
    "mara@example.com, Mara@Example.com",
    "ma\u200bra@exam\u00adple.com",
    "\u202amara@example.com\u202c",
    " mara@example.com\u00a0",
  ])("%j", (email) => {
    expect(planEmail(email)).toEqual({ sent: "mara@example.com", warnings: [] });
  });
});

describe("an address from a URL or a Turkish keyboard is repaired", () => {
  test.each([
    ["tim%2Btest%40acme.example", "tim+test@acme.example"],
    ["mailto:tim%2Bx@acme.example", "tim+x@acme.example"],
    ["%20tim@acme.example", "tim@acme.example"],
    ["\u0130nfo@firma.example", "info@firma.example"],
  ])("%s is sent as %s", (email, expected) => {
    expect(planEmail(email)).toEqual({ sent: expected, warnings: [] });
  });
});

describe("an address that is right stays", () => {
  test.each([
    "o'brien@example.ie",
    "mara+demo@mail.example.com",
    "mara_quill-1@example.co.uk",
    "mara.quill@example.museum",
    "jos\u00e9@ex\u00e4mple.de",
    "\u0438\u0432\u0430\u043d@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444",
    "mara@xn--bcher-kva.example",
    "mara@example.xn--p1ai",
    "4917612345678@example.com",
    "mara@123.example",
  ])("%s", (email) => {
    expect(planEmail(email)).toEqual({ sent: email, warnings: [] });
  });

  test("composed and decomposed letters are one address", () => {
    expect(planEmail("e\u0301lodie@petit.example")).toEqual(planEmail("\u00e9lodie@petit.example"));
  });
});

describe("what is not certainly one address is omitted", () => {
  test.each([
    "mara@192.168.1.10",
    "mara@[192.168.1.10]",
    "mara@10.0.0.10",
    "mara@example.123",
    "mara@example.c0m",
    "mara.@example.com",
    ".mara@example.com",
    "mara..quill@example.com",
    "mara@example..com",
    "mara@.example.com",
    "mara@example,com",
    "mara@example .com",
    "mara quill@example.com",
    "Mara mara@example.com",
    "mara@example.com; bob@example.com",
    "mara@example.com bob@example.com",
    "mara@example.com/bob@example.com",
    "mara@example.com|bob@example.com",
    "mara@example.com (bob@example.com)",
    "bob@example.com <mara@example.com>",
    "mailto:mara@example.com?cc=bob@example.com",
    "m***@example.com",
    "mara\ufffd@example.com",
    "mara?@example.com",
    "mara@localhost",
    "mara@exa_mple.com",
    "mara(at)example.com",
    "n/a",
    "none",
    "@example.com",
    "mara@",
  ])("%j", (email) => {
    expect(planEmail(email)).toEqual({ sent: undefined, warnings: ["invalid_email"] });
  });

  test.each([
    "{{email}}",
    "%%email%%",
    "*|EMAIL|*",
    "${email}",
    "{{user}}@example.com",
    "[email]",
    "undefined",
    "#N/A",
  ])("a placeholder: %s", (email) => {
    expect(planEmail(email)).toEqual({ sent: undefined, warnings: ["placeholder"] });
  });
});

describe("a hash is not an address, and the warning says that Apollo needs cleartext", () => {
  test.each([
    "5d41402abc4b2a76b9719d911017c592",
    "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
    "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
    "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
  ])("%s", (email) => {
    expect(planEmail(email)).toEqual({ sent: undefined, warnings: ["hashed_email"] });
  });

  test("in words", () => {
    expect(WARNINGS.hashed_email.meaning).toContain("cleartext");
    expect(WARNINGS.hashed_email.whatToDo).toContain("name and company");
  });
});
