import type {
  CheckResult,
  ConnectorDefinition,
  Finding,
  Planner,
  TroubleshootingRow,
} from "@datafly/signal-connector-kit";

import type { Settings } from "../connector-settings.js";
import type { CommandIo } from "../io.js";
import { reasonExplanations } from "../report/reason-explanations.js";
import { withVendorWords } from "../stream/retry-policy.js";

/** The row of the vendor's troubleshooting table for a check or a reason. */
export function troubleshootingRow({ words }: ConnectorDefinition, name: string): TroubleshootingRow | undefined {
  return words?.troubleshooting?.[name];
}

/** What settings that are right mean for events. */
export function settingsFinding(
  { planner, settings }: { readonly planner: Planner; readonly settings: Settings },
  hasOwnBlueprint: boolean,
  definition: ConnectorDefinition,
): Finding {
  const { events, purpose } = planner;
  const whose = hasOwnBlueprint ? "Your blueprint" : "Signal's own blueprint";
  const note = definition.words?.settingsNote?.(settings);
  return {
    check: "settings",
    result: "ok",
    message: `${whose} delivers ${events.join(", ")}, if ${purpose} consent is granted.${note === undefined ? "" : ` ${note}`}`,
    row: troubleshootingRow(definition, "settings"),
  };
}

/** Where calls go. Shows no more of the address than its origin: the rest may hold a secret. */
export function addressFinding(address: string, io: CommandIo): Finding {
  const { definition, settings } = io;
  const { vendor, address: { url, setting } = {} } = definition;
  const { origin, protocol, hostname } = new URL(address);
  const place = `Calls go to ${withoutSecrets(origin, io)}`;
  if (url !== undefined && origin === new URL(url).origin) {
    return { check: "address", result: "ok", message: `${place}, ${vendor.name}'s own address.` };
  }
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  const isOpen = protocol === "http:" && !isLocal;
  const risk = isOpen ? " It is called without TLS: the API key can be read on the way." : "";
  const row = troubleshootingRow(definition, "address");
  if (url === undefined) return { check: "address", result: isOpen ? "note" : "ok", message: `${place}.${risk}`, row };
  const field = settings.find(({ name }) => name === setting);
  const option = field?.flag?.split(" ", 1)[0];
  const unset = [field?.env, option].filter((name) => name !== undefined).join(" and ");
  return {
    check: "address",
    result: "note",
    message: `${place}, not to ${vendor.name}'s own address.${risk} Unset ${unset} to deliver to ${vendor.name}.`,
    row,
  };
}

/** Whether the vendor answers and accepts the key. */
export function keyFinding(found: CheckResult, definition: ConnectorDefinition): Finding {
  const { vendor } = definition;
  if (found.status === "ok") {
    const message = `${vendor.name} accepts the API key (200).`;
    return { check: "key", result: "ok", message, row: troubleshootingRow(definition, "key") };
  }
  const { reason, httpStatus } = found;
  const row = troubleshootingRow(definition, reason);
  return {
    check: "key",
    result: "failed",
    message: withVendorWords(found, vendor),
    ...(row === undefined ? { fix: reasonExplanations(vendor)[reason]?.whatToDo } : { row }),
    reason,
    httpStatus,
  };
}

function withoutSecrets(text: string, { settings, env }: CommandIo): string {
  return settings.reduce((redacted, { secret, env: variable = "" }) => {
    const value = env[variable] ?? "";
    if (secret !== true || value === "") return redacted;
    return redacted.replaceAll(value, "[key]").replaceAll(value.toLowerCase(), "[key]");
  }, text);
}
