// The cheapest that is known: undici's pool.
import { Pool } from "undici";

import { eachLead, headers, url } from "./each-lead.mjs";

const { origin, pathname: path } = new URL(url);
const pool = new Pool(origin);

await eachLead(async (contact) => {
  const answer = await pool.request({ path, method: "POST", headers, body: JSON.stringify(contact) });
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}`);
  return answer.body.json();
});
await pool.close();
