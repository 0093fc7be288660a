// The client and the connector in CommonJS, as `require` gives them.
const { createApolloClient, isApolloError } = require("@datafly/apollo-client");
const { createApolloConnector } = require("@datafly/signal-apollo-connector");

async function main() {
  // The sandbox comes as an ES module only; `import()` loads it from CommonJS.
  const { startSandbox } = await import("@datafly/apollo-sandbox");
  const sandbox = await startSandbox();

  const connector = createApolloConnector({ apiKey: sandbox.apiKey, client: { baseUrl: sandbox.url } });
  const outcome = await connector.deliver({
    type: "track",
    event: "Demo Requested",
    traits: { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" },
    context: { consent: { canonical: { marketing: true } } },
  });
  console.log("connector:", outcome.status, sandbox.contacts()[0]?.name);

  const apollo = createApolloClient({ apiKey: "wrong", baseUrl: sandbox.url });
  const error = await apollo.contacts.create({ first_name: "Ada", last_name: "Byron" }).catch((reason) => reason);
  console.log("client:", isApolloError(error) ? error.message : error);

  await sandbox.close();
}

main();
