import type { PageUpdate } from "../page-update.js";

/** How long to wait before a stream that has been refused is asked for again, in milliseconds. */
const retryMs = 2000;

/**
 * Follows the sandbox. A browser connects again by itself when a connection is lost; when it is refused, this does. A page
 * that is hidden lets go, because browsers grant a server few connections and other pages may need them.
 */
export function followSandbox(
  onUpdate: (update: PageUpdate) => void,
  onConnection: (connected: boolean) => void,
): void {
  let source: EventSource | undefined;
  const follow = () => {
    source?.close();
    source = undefined;
    if (document.hidden) return;
    const opened = (source = new EventSource("events"));
    opened.onopen = () => {
      onConnection(true);
    };
    opened.onmessage = ({ data }: MessageEvent<string>) => {
      onUpdate(JSON.parse(data) as PageUpdate);
    };
    opened.onerror = () => {
      onConnection(false);
      if (opened.readyState !== EventSource.CLOSED) return;
      setTimeout(() => {
        if (opened === source) follow();
      }, retryMs);
    };
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}
