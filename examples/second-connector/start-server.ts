import { startPelican } from "./server.js";

const { url, token } = await startPelican({ port: 4020 });
console.log(`Pelican for trials. In another terminal:\nexport PELICAN_BASE_URL=${url} PELICAN_TOKEN=${token}`);
