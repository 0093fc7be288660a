// zod looks whether it may compile its checks. The policy of the site forbids that, and the browser would report the attempt.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
