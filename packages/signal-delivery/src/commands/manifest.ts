import type { ConnectorDefinition, ConsentPurpose, SettingField } from "@datafly/signal-connector-kit";

import { defaultPlanner } from "../default-planner.js";
import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { Output } from "../report/output.js";

/** A connector's entry in Signal's catalogue. */
export interface Manifest {
  /** The connector's id: `acme`. */
  readonly id: string;
  /** The vendor's name in full. */
  readonly name: string;
  /** What the management UI asks for, in this order. */
  readonly fields: readonly ManifestField[];
  /** The events that become records by Signal's own blueprint. */
  readonly events: readonly string[];
  /** The purpose without whose consent nothing is delivered. */
  readonly consent: ConsentPurpose;
}

/** A field of a form. */
export interface ManifestField {
  /** The name of the setting. */
  readonly name: string;
  readonly label: string;
  readonly type: SettingField["type"];
  readonly help: string;
  readonly required: boolean;
  /** Whether the UI must not show what was entered. */
  readonly secret: boolean;
  /** Absent if it has none. */
  readonly default?: unknown;
  /** The values to choose from. Absent if there are others. */
  readonly choices?: readonly string[] | undefined;
}

/** Makes the entry in Signal's catalogue from a connector's definition. */
function manifestOf(definition: ConnectorDefinition, settings: readonly SettingField[]): Manifest {
  const { vendor, title = vendor.name } = definition;
  const { events, purpose } = defaultPlanner(definition);
  return {
    id: vendor.connector,
    name: title,
    fields: settings
      .filter(({ inCatalogue }) => inCatalogue !== false)
      .map(({ name, title: label, type, description: help, required, secret = false, default: value, choices }) => {
        const field = { name, label, type, help, required, secret };
        return { ...field, ...(value !== undefined && { default: value }), ...(choices !== undefined && { choices }) };
      }),
    events,
    consent: purpose,
  };
}

/** Prints the connector's entry in Signal's catalogue as JSON. */
export async function manifest({ definition, settings, stdout }: CommandIo): Promise<ExitCode> {
  await new Output(stdout).line(JSON.stringify(manifestOf(definition, settings), undefined, 2));
  return ExitCode.done;
}
