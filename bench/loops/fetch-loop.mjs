// What somebody would write in five minutes.
import { eachLead, headers, url } from "./each-lead.mjs";

await eachLead(async (contact) => {
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(contact) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
});
