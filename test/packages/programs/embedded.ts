// The sandbox and the worker inside a program of one's own.
import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import { ExitCode, main } from "@datafly/signal-apollo-worker";

const sandbox: Sandbox = await startSandbox();
process.env.APOLLO_API_KEY = sandbox.apiKey;
process.env.APOLLO_BASE_URL = sandbox.url;
const exitCode: ExitCode = await main(["deliver", "--no-journal", ...process.argv.slice(2)]);
console.log(exitCode === ExitCode.done, sandbox.contacts()[0]?.name);
await sandbox.close();
