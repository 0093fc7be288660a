import { freePort } from "../../../packages/signal-delivery/test/support/free-port.js";
import { makeCertificates } from "./certificates.js";

/** Where a broker listens to clients that log in, or speak TLS, and what to connect with. */
export interface SecureListeners {
  /** Wants a password, by PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. */
  readonly sasl: string;
  /** Speaks TLS. */
  readonly tls: string;
  /** Speaks TLS, and wants a certificate of the client. */
  readonly mutualTls: string;
  /** Speaks TLS, and wants a password. */
  readonly saslTls: string;
  readonly username: string;
  readonly password: string;
  /** The certificate of the authority that signed the broker's, as PEM. */
  readonly caFile: string;
  /** A certificate and a key for the client, as PEM. */
  readonly certFile: string;
  readonly keyFile: string;
}

const credentials = { username: "signal", password: "correct-horse" };

/** What each mechanism must be told. The passwords of SCRAM are in the storage instead. */
const LOGIN_MODULES = {
  PLAIN: `plain.PlainLoginModule required user_${credentials.username}="${credentials.password}"`,
  "SCRAM-SHA-256": "scram.ScramLoginModule required",
  "SCRAM-SHA-512": "scram.ScramLoginModule required",
};

/** Arguments for the formatting of the storage, which put the passwords of SCRAM there. */
export const ADD_SCRAM = ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
  "--add-scram",
  `${mechanism}=[name=${credentials.username},password=${credentials.password}]`,
]);

/** Picks the ports, makes the certificates in the folder, and says what the broker must be told. */
export async function secureListeners(
  folder: string,
): Promise<{ secure: SecureListeners; listeners: string[]; settings: Record<string, string> }> {
  const { brokerFile, ...files } = await makeCertificates(folder);
  const address = async () => `127.0.0.1:${await freePort()}`;
  const [sasl, tls, mutualTls, saslTls] = [await address(), await address(), await address(), await address()];
  const logins = ["sasl", "sasl_tls"].flatMap((listener) =>
    Object.entries(LOGIN_MODULES).map(([mechanism, login]) => [
      `listener.name.${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`,
      `org.apache.kafka.common.security.${login};`,
    ]),
  );
  return {
    secure: { sasl, tls, mutualTls, saslTls, ...credentials, ...files },
    listeners: [`SASL://${sasl}`, `TLS://${tls}`, `MUTUAL_TLS://${mutualTls}`, `SASL_TLS://${saslTls}`],
    settings: {
      "listener.security.protocol.map":
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,MUTUAL_TLS:SSL,SASL_TLS:SASL_SSL",
      "sasl.enabled.mechanisms": Object.keys(LOGIN_MODULES).join(","),
      ...(Object.fromEntries(logins) as Record<string, string>),
      "ssl.keystore.type": "PEM",
      "ssl.keystore.location": brokerFile,
      "ssl.truststore.type": "PEM",
      "ssl.truststore.location": files.caFile,
      "listener.name.mutual_tls.ssl.client.auth": "required",
    },
  };
}
