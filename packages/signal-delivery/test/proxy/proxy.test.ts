import { describe, expect, test } from "vitest";

import { proxyOf } from "../../src/proxy/proxy.js";
import { UsageError } from "../../src/usage-error.js";

const apollo = "https://api.apollo.io/api/v1";
const sandbox = "http://127.0.0.1:4010/api/v1";
const proxy = "http://proxy.example:3128";

describe("which proxy the environment names", () => {
  test.each<[string, Record<string, string>, string, string | undefined]>([
    ["none", {}, apollo, undefined],
    ["HTTPS_PROXY for https", { HTTPS_PROXY: proxy }, apollo, "HTTPS_PROXY"],
    ["https_proxy, in lower case", { https_proxy: proxy }, apollo, "https_proxy"],
    ["lower case before upper case", { https_proxy: proxy, HTTPS_PROXY: "http://other" }, apollo, "https_proxy"],
    ["HTTP_PROXY for https, too", { HTTP_PROXY: proxy }, apollo, "HTTP_PROXY"],
    ["HTTPS_PROXY before HTTP_PROXY", { HTTPS_PROXY: proxy, HTTP_PROXY: "http://other" }, apollo, "HTTPS_PROXY"],
    ["HTTPS_PROXY not for http: a local sandbox is called directly", { HTTPS_PROXY: proxy }, sandbox, undefined],
    ["HTTP_PROXY for http, a local sandbox included", { http_proxy: proxy }, sandbox, "http_proxy"],
    ["an empty variable is none", { HTTPS_PROXY: "" }, apollo, undefined],
    ["an empty one in lower case switches the other off", { https_proxy: "", HTTPS_PROXY: proxy }, apollo, undefined],
    ["NO_PROXY=* is none", { HTTPS_PROXY: proxy, NO_PROXY: "*" }, apollo, undefined],
    ["a * in a list as well", { HTTPS_PROXY: proxy, no_proxy: "localhost, *" }, apollo, undefined],
    ["NO_PROXY alone is none", { NO_PROXY: "localhost" }, apollo, undefined],
    ["none for an address that the client rejects", { HTTPS_PROXY: "?" }, "nonsense", undefined],
  ])("%s", (_, env, target, variable) => {
    expect(proxyOf(env, target)?.variable).toBe(variable);
  });
});

test.each([
  ["http://proxy.example:3128", "http://proxy.example:3128", undefined],
  ["http://proxy.example:3128/", "http://proxy.example:3128", undefined],
  ["proxy.example:3128", "http://proxy.example:3128", undefined],
  ["https://proxy.example", "https://proxy.example", undefined],
  ["http://ada:pass@proxy.example:3128", "http://proxy.example:3128", "ada:pass"],
  ["ada:pass@proxy.example:3128", "http://proxy.example:3128", "ada:pass"],
  ["http://ada:p%40%C3%A4@proxy.example:3128", "http://proxy.example:3128", "ada:p@ä"],
  ["http://token@proxy.example:3128", "http://proxy.example:3128", "token:"],
])("%s is a proxy at %s with the credentials %s", (value, url, credentials) => {
  const found = proxyOf({ HTTPS_PROXY: value }, apollo);

  expect(found?.url).toBe(url);
  expect(found?.authorization).toBe(
    credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`,
  );
  expect(JSON.stringify({ ...found, authorization: "" })).not.toMatch(/ada|pass|p@|p%40|token/);
});

test.each([
  "http://",
  "http://ada:SECRET@",
  "ftp://ada:SECRET@proxy.example",
  "socks5://ada:SECRET@proxy.example:1080",
  "http://ada:SECRET@proxy.example:99999",
  "http://ada:SE%zzCRET@proxy.example:3128",
  "http://ada:SE/CRET@proxy.example:3128",
  "http://ada:1/SECRET@proxy.example:3128",
  "http://ada:1?SECRET@proxy.example:3128",
  "http://ada:1#SECRET@proxy.example:3128",
  "http://proxy.example:3128/path",
])("%s is rejected with an explanation that does not repeat it", (value) => {
  const attempt = () => proxyOf({ HTTPS_PROXY: value }, apollo);

  expect(attempt).toThrow(UsageError);
  expect(attempt).toThrow(
    "HTTPS_PROXY is not the URL of an HTTP proxy, such as http://proxy.example:3128. Percent-encode special characters in its user name and password.",
  );
});
