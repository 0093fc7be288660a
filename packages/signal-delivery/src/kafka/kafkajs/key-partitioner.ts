import type { ICustomPartitioner } from "kafkajs";

/**
 * Chooses the partition of a key as Kafka's own producers do, in a time that grows with the key's length. That of kafkajs grows
 * with its square: a key of a megabyte would keep the process busy for minutes.
 *
 * @param withoutKey chooses for messages that have no key
 */
export function keyPartitioner(withoutKey: ICustomPartitioner): ICustomPartitioner {
  return () => {
    const choose = withoutKey();
    return (args) => {
      const { key, partition } = args.message;
      if (typeof partition === "number" || key === null || key === undefined) return choose(args);
      return (murmur2(Buffer.from(key)) & MAX_INT32) % args.partitionMetadata.length;
    };
  };
}

const MAX_INT32 = 0x7fffffff;
const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** The hash that Kafka's own producers use, a signed number of 32 bits. */
export function murmur2(key: Buffer): number {
  let hash = SEED ^ key.length;
  const whole = key.length - (key.length % 4);
  for (let at = 0; at < whole; at += 4) {
    let part = Math.imul(key.readInt32LE(at), MULTIPLIER);
    part = Math.imul(part ^ (part >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ part;
  }
  if (whole < key.length) {
    hash = Math.imul(hash ^ key.readUIntLE(whole, key.length - whole), MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
