import { createApolloClient, type ConnectionError } from "@datafly/apollo-client";
import { EnvHttpProxyAgent, fetch } from "undici";
import { expect, test } from "vitest";

import { proxyFetch } from "../../src/proxy/proxy-fetch.js";
import type { Proxy } from "../../src/proxy/proxy.js";
import { answerCreated, serverForTest } from "../support/http-server.js";
import { proxyForTest, type ProxyForTest } from "../support/proxy.js";

const ada = { first_name: "Ada", last_name: "Byron" };

const proxyAt = ({ host }: ProxyForTest): Proxy => ({
  url: `http://${host}`,
  authorization: undefined,
  noProxy: "",
  name: `proxy ${host} (HTTPS_PROXY)`,
  variable: "HTTPS_PROXY",
});

test("a proxy that never opens the tunnel is not waited for until the call times out: nothing was sent", async () => {
  const proxy = await proxyForTest(1, { refusal: "is silent" });
  const client = createApolloClient({
    apiKey: "key",
    baseUrl: "https://apollo.example/api/v1",
    maxRetries: 0,
    fetch: proxyFetch(proxyAt(proxy), { tunnelTimeoutMs: 20 }),
  });

  const error = await client.contacts.create(ada).catch((thrown: unknown) => thrown as ConnectionError);

  expect(error).toMatchObject({ name: "ConnectionError", maybeDelivered: false });
  expect((error as ConnectionError).message).toContain(
    `The proxy ${proxy.host} (HTTPS_PROXY) cannot be reached, or does not answer (UND_ERR_HEADERS_TIMEOUT).`,
  );
});

test("a call that is given up is given up at the server, too", async () => {
  let [arrived, closed] = [false, false];
  const { url } = await serverForTest((response) => {
    arrived = true;
    response.on("close", () => (closed = true));
  });
  const proxy = await proxyForTest(Number(new URL(url).port));
  const client = createApolloClient({ apiKey: "key", baseUrl: url, maxRetries: 0, fetch: proxyFetch(proxyAt(proxy)) });
  const controller = new AbortController();
  const call = client.contacts.create(ada, { signal: controller.signal }).catch((thrown: unknown) => thrown);
  await expect.poll(() => arrived).toBe(true);

  controller.abort();

  expect(await call).toMatchObject({ name: "RequestAbortedError", maybeDelivered: true });
  await expect.poll(() => closed).toBe(true);
});

test("a connection that is lost behind the proxy may have delivered", async () => {
  const { url } = await serverForTest((response) => {
    response.destroy();
  });
  const proxy = await proxyForTest(Number(new URL(url).port));
  const client = createApolloClient({ apiKey: "key", baseUrl: url, maxRetries: 0, fetch: proxyFetch(proxyAt(proxy)) });

  expect(await client.contacts.create(ada).catch((thrown: unknown) => thrown)).toMatchObject({ maybeDelivered: true });
});

test("calls go on after one that the proxy refused, on the same connection or another", async () => {
  const { url } = await serverForTest(answerCreated);
  const [refusing, open] = [await proxyForTest(1, { refusal: 407 }), await proxyForTest(Number(new URL(url).port))];
  const clientOf = (proxy: ProxyForTest) =>
    createApolloClient({ apiKey: "key", baseUrl: url, maxRetries: 0, fetch: proxyFetch(proxyAt(proxy)) });
  const refused = clientOf(refusing);

  for (let call = 1; call <= 3; call++) {
    expect(await refused.contacts.create(ada).catch((thrown: unknown) => thrown)).toMatchObject({
      name: "ConnectionError",
      maybeDelivered: false,
    });
  }
  expect(refusing.asked).toHaveLength(3);
  expect(await clientOf(open).contacts.create(ada)).toMatchObject({ status: 200 });
});

test("the client alone, with undici's own agent as its README has it, knows a refused tunnel as well", async () => {
  const { host } = await proxyForTest(1, { refusal: 407 });
  const dispatcher = new EnvHttpProxyAgent({ httpsProxy: `http://${host}`, noProxy: "" });
  const client = createApolloClient({
    apiKey: "key",
    baseUrl: "https://apollo.example/api/v1",
    maxRetries: 0,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- undici's Response has all that is used
    fetch: (url, init) => fetch(url, { ...init, dispatcher }),
  });

  const error = await client.contacts.create(ada).catch((thrown: unknown) => thrown as ConnectionError);

  expect(error).toMatchObject({ name: "ConnectionError", maybeDelivered: false });
  expect((error as ConnectionError).message).toContain("A proxy refused the connection.");
});
