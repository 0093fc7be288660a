import type { MiddlewareHandler } from "hono";

/**
 * Lets only requests from this machine's own tools and pages through. A page of another site could reach a local server by
 * its address (its Origin gives it away), or by a name that it has turned to that address (the Host gives that away).
 */
export function localOnly(boundHost: string): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    const origin = context.req.header("origin");
    if (!isLocal(host, boundHost) || (origin !== undefined && origin !== `http://${host}`)) {
      return context.json({ error: "The admin API answers only requests from this machine." }, 403);
    }
    await next();
    return undefined;
  };
}

function isLocal(host: string, boundHost: string): boolean {
  const name = host.replace(/:\d*$/, "").toLowerCase();
  const bound = boundHost.includes(":") ? `[${boundHost}]` : boundHost;
  return name === bound.toLowerCase() || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(name);
}
