import { settingFields, type ConnectorDefinition, type Planner } from "@datafly/signal-connector-kit";

/** Decides about events as it is done unless set otherwise: by Signal's own blueprint and the defaults of all settings. */
export function defaultPlanner(definition: ConnectorDefinition): Planner {
  const defaults = settingFields(definition.settings).flatMap(({ name, usedFor, default: value }) =>
    usedFor === "planning" && value !== undefined ? [[name, value] as const] : [],
  );
  return definition.plan(Object.fromEntries(defaults), definition.blueprint.default);
}
