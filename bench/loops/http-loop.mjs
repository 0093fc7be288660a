// Without a dependency: node:http.
import { Buffer } from "node:buffer";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";

import { eachLead, headers, url } from "./each-lead.mjs";

const agent = new Agent({ keepAlive: true });

await eachLead((contact) => {
  const body = Buffer.from(JSON.stringify(contact));
  return new Promise((resolve, reject) => {
    const options = { agent, method: "POST", headers: { ...headers, "content-length": body.length } };
    request(url, options, (answer) => {
      if (answer.statusCode === 200) json(answer).then(resolve, reject);
      else reject(new Error(`${answer.statusCode}`));
    })
      .on("error", reject)
      .end(body);
  });
});
agent.destroy();
