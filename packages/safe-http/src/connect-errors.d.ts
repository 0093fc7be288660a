/**
 * Remembers from now on which errors are from connecting, TLS handshake included. The errors themselves do not say so: a wrong
 * version of TLS, or a connection that was reset, looks the same after the request was sent. Does nothing on other platforms.
 */
export declare function watchConnecting(): void;
/** Whether an error was reported as one of connecting, so that the request was not sent. */
export declare function isConnectError(error: object): boolean;
//# sourceMappingURL=connect-errors.d.ts.map
