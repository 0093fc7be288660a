import type { QuotaState, QuotaUse } from "../connector/send-result.js";

/** The headers in which a vendor reports one of its quotas. One of `used` and `left` is enough. */
export interface QuotaHeaders {
  /** The header with the number of calls that a window allows; or that number itself, if the vendor only documents it. */
  readonly limit: string | number;
  /** The header with the number of calls that have been counted. */
  readonly used?: string | undefined;
  /** The header with the number of calls that are left. */
  readonly left?: string | undefined;
}

/** Reads the quotas, by the names of their windows. `null` where the headers are missing or cannot be read. */
export function readQuotas(headers: Headers, quotas: Readonly<Record<string, QuotaHeaders>>): QuotaState {
  return Object.fromEntries(Object.entries(quotas).map(([name, names]) => [name, readQuota(headers, names)]));
}

function readQuota(headers: Headers, names: QuotaHeaders): QuotaUse | null {
  const limit = typeof names.limit === "number" ? names.limit : readCount(headers, names.limit);
  if (limit === undefined) return null;
  const used = readCount(headers, names.used);
  const left = readCount(headers, names.left);
  if (used !== undefined) return { limit, used, left: left ?? Math.max(0, limit - used) };
  return left === undefined ? null : { limit, used: Math.max(0, limit - left), left };
}

/** A whole number. Anything else says nothing. */
function readCount(headers: Headers, name: string | undefined): number | undefined {
  const value = name === undefined ? undefined : headers.get(name)?.trim();
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
