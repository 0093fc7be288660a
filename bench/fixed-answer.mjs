// A server that costs next to nothing: the same answer to every request. It says where it is, as the sandbox does.
import { Buffer } from "node:buffer";
import { createServer } from "node:http";

const answer = Buffer.from(
  JSON.stringify({
    contact: { id: "66f1c0ffee0000000000a001", first_name: "Ada", last_name: "Byron" },
    labels: [],
    dedupe_result: { found_existing: false },
  }),
);
const headers = { "content-type": "application/json", "content-length": answer.length };

const server = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(200, headers).end(answer));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/api/v1`));
process.on("SIGTERM", () => process.exit());
