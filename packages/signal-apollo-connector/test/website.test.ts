import { describe, expect, test } from "vitest";

import { planValue } from "./support/plan-value.js";

const planWebsite = (website: unknown) => planValue("website_url", website);

describe("a website is repaired if there is no doubt", () => {
  test.each([
    ["https://https://example.com", "https://example.com"],
    ["http://http://example.com", "http://example.com"],
    ["http://https://example.com", "https://example.com"],
    ["https://http://example.com/a", "http://example.com/a"],
    ["http://https//example.com", "https://example.com"],
    ["https:/example.com", "https://example.com"],
    ["https:example.com", "https://example.com"],
    ["https//example.com", "https://example.com"],
    ["http:\\\\example.com", "http://example.com"],
    ["https:///example.com", "https://example.com"],
    ["https:// example.com", "https://example.com"],
    ["https://example.com,", "https://example.com"],
    ["https://example.com.", "https://example.com"],
    ["https://example.com;", "https://example.com"],
    ["https://example.com/?", "https://example.com/"],
    ["https://example.com)", "https://example.com"],
    ["(https://example.com)", "https://example.com"],
    ["<https://example.com>", "https://example.com"],
    ['"https://example.com"', "https://example.com"],
    ["'example.com'", "https://example.com"],
    ["example.com,", "https://example.com"],
    ["example.com.", "https://example.com"],
    ["https://example.com./a", "https://example.com/a"],
    ["URL: https://example.com", "https://example.com"],
    ["\uff45xample.com", "https://example.com"],
    ["exa\u200bmple.com", "https://example.com"],
    ["www.example.com", "https://www.example.com"],
  ])("%j is sent as %s", (website, expected) => {
    expect(planWebsite(website)).toEqual({ sent: expected, warnings: [] });
  });
});

describe("a website that is right stays", () => {
  test.each([
    "https://www.apollo.io/",
    "HTTP://Example.com/A?b=c#d",
    "https://example.com:8443/a",
    "https://my_shop.example.com",
    "https://b\u00fccher.example",
    "https://\u4f8b\u3048.jp",
    "https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/\u043f\u0443\u0442\u044c",
    "https://xn--bcher-kva.example",
    "https://\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com",
    "https://i\u2764.example",
    "https://example.com/wiki/Acme_(company)",
    "https://example.com/?next=https://example.org/",
    "https://www.linkedin.com/",
    "https://x.company",
    "https://notfacebook.com/acme",
  ])("%s", (website) => {
    expect(planWebsite(website)).toEqual({ sent: website, warnings: [] });
  });
});

describe("what is not a website of the world is omitted", () => {
  test.each([
    "http://n/a",
    "http://none",
    "https://null",
    "http://www",
    "https://www.",
    "https://www.none",
    "https://.com",
    "https://example..com",
    "https://a",
    "http://localhost",
    "http://localhost:3000/a",
    "http://192.168.1.1/",
    "http://[::1]/",
    "https://-example.com",
    "https://example-.com",
    "https://example.123",
    "https://example.c",
    "https://user:secret@example.com/",
    "https://user@example.com",
    "user:secret@example.com",
    "mara@example.com",
    "https://example.com example.org",
    "example.com, example.org",
    "https://example.com;https://example.org",
    "https://example.com\\a",
    "ftp://example.com",
    "javascript:alert(1)",
    "//example.com",
    "https://",
    "https://https://",
    "-",
    "?",
    "none",
  ])("%s", (website) => {
    expect(planWebsite(website)).toEqual({ sent: undefined, warnings: ["invalid_website"] });
  });

  test.each([
    "https://www.linkedin.com/in/mara-quill",
    "linkedin.com/company/acme",
    "https://de.linkedin.com/in/mara",
    "https://LinkedIn.com/in/mara",
    "facebook.com/acme",
    "https://m.facebook.com/profile.php?id=1",
    "https://x.com/acme",
    "https://twitter.com/acme",
    "https://www.instagram.com/acme/",
    "https://youtube.com/@acme",
    "https://www.xing.com/profile/Mara",
    "https://t.me/acme",
    "https://acme.tumblr.com",
    "https://github.com/acme",
  ])("a page on a social network: %s", (website) => {
    expect(planWebsite(website)).toEqual({ sent: undefined, warnings: ["social_profile"] });
  });

  test.each(["{{website}}", "https://${domain}", "https://example.com/{{path}}", "undefined"])(
    "a placeholder: %s",
    (website) => {
      expect(planWebsite(website)).toEqual({ sent: undefined, warnings: ["placeholder"] });
    },
  );
});
