import type { SettingField } from "@datafly/signal-connector-kit";

import type { CommandIo } from "../io.js";
import { rowOfSetting, type OptionRow } from "../options.js";

/** The setting that a person decides now, if there is one. */
export function askedSetting({ definition, settings }: CommandIo): SettingField | undefined {
  return settings.find(({ name }) => name === definition.words?.question?.setting);
}

/** The options of the setting that `init` asks for. */
export function initOptions(io: CommandIo): readonly OptionRow[] {
  const field = askedSetting(io);
  // Without a default: what is not given is asked for.
  return field === undefined ? [] : rowOfSetting(field).map((row) => ({ ...row, default: undefined }));
}
