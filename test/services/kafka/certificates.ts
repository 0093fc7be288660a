import { execFile } from "node:child_process";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where things for TLS are, as PEM. */
export interface Certificates {
  /** The certificate of the authority that signed the others. */
  readonly caFile: string;
  /** The key and the certificate of the broker, one after the other, as Kafka wants them. */
  readonly brokerFile: string;
  /** The certificate and the key of a client. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** Makes an authority and certificates for a broker at 127.0.0.1 and for a client, with the keytool that comes with Java. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string) => join(folder, name);
  const caFile = file("ca.pem");
  const store = ["-keystore", file("ca.p12"), "-storepass", "changeit", "-alias", "ca"];
  const validity = ["-startdate", "-1d", "-validity", "30"];
  const curve = ["-keyalg", "EC", "-groupname", "secp256r1"];
  await keytool(["-genkeypair", ...store, ...curve, ...validity, "-dname", "CN=Kafka test authority", "-ext", "bc:c"]);

  /** The authority's certificate for a new key. */
  const issue = async (name: string, extension: string) => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const request = file(`${name}.csr`);
    await writeFile(request, certificateRequest(name, publicKey, privateKey));
    const inFile = ["-infile", request];
    const { stdout } = await keytool(["-gencert", ...store, ...validity, ...inFile, "-rfc", "-ext", extension]);
    return { certificate: stdout, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  };
  const [broker, client] = await Promise.all([
    issue("broker", "san=ip:127.0.0.1"),
    issue("client", "eku=clientAuth"),
    keytool(["-exportcert", ...store, "-rfc", "-file", caFile]),
  ]);

  const files = { caFile, brokerFile: file("broker.pem"), certFile: file("client.pem"), keyFile: file("client.key") };
  await Promise.all([
    writeFile(files.brokerFile, broker.key + broker.certificate),
    writeFile(files.certFile, client.certificate),
    writeFile(files.keyFile, client.key),
  ]);
  return files;
}

async function keytool(command: string[]): Promise<{ stdout: string }> {
  return run("keytool", ["-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", ...command]);
}

/** A request for a certificate (PKCS #10). Node makes keys but no requests; keytool makes both, but gives no key away. */
function certificateRequest(name: string, publicKey: KeyObject, privateKey: KeyObject): string {
  const commonName = der(0x30, der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from(name)));
  const subject = der(0x30, der(0x31, commonName));
  const version = der(0x02, Buffer.of(0));
  const noAttributes = der(0xa0);
  const info = der(0x30, version, subject, publicKey.export({ type: "spki", format: "der" }), noAttributes);
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const signature = der(0x03, Buffer.of(0), sign("sha256", info, privateKey));
  const request = der(0x30, info, ecdsaWithSha256, signature).toString("base64");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${request}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** A value of the tag, in DER; of less than 64 KiB. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const header = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), value]);
}
