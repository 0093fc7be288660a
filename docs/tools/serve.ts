// Shows the documentation site on 127.0.0.1, at port 4011 or at another one that is given, until it is interrupted.
import { join } from "node:path";

import { root } from "./root.js";
import { startSiteServer } from "./site-server.js";

const port = Number(process.argv[2] ?? 4011);
try {
  const { url } = await startSiteServer(join(root, "docs/site"), port);
  console.log(`The documentation is at ${url}/, the playground at ${url}/playground/. Ctrl-C ends it.`);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const taken = `Port ${port} is in use. Give another one: npm run docs:serve -- 4012`;
  console.error(code === "EADDRINUSE" ? taken : message);
  process.exitCode = 1;
}
