import type { BlueprintOf } from "../blueprint/blueprint.js";
import { compileBlueprint, type CompiledBlueprint, type CompiledField } from "../blueprint/compiled-blueprint.js";
import type { CustomValue, RecordDefinition } from "../blueprint/record-definition.js";
import type { CountryCode } from "../normalise/country-code.js";
import type { NormaliserSettings } from "../normalise/normaliser.js";

/** What events are planned by, beside the record's definition. */
export interface PlanOptions<D extends RecordDefinition = RecordDefinition> {
  /** The mapping. It must have been checked with `blueprintSchema`. */
  readonly blueprint: BlueprintOf<D>;
  /** The country of phone numbers that do not name theirs, in two letters. Without it such numbers are omitted. */
  readonly defaultCountry?: CountryCode | undefined;
  /** Fields that each record has, from settings and not from events: `{ run_dedupe: true }`. */
  readonly constants?: Readonly<Record<string, CustomValue>> | undefined;
}

/** A definition and a blueprint in the form that planning reads. Out of the reach of whoever made them. */
export interface CompiledPlan<D extends RecordDefinition = RecordDefinition> {
  /** The mapping, compiled. */
  readonly blueprint: CompiledBlueprint;
  /** What normalisers read beside a value. */
  readonly settings: NormaliserSettings;
  /** Fields that each record has. */
  readonly constants: readonly (readonly [string, CustomValue])[];
  /** Every warning, in words. */
  readonly warnings: D["warnings"];
  /** The required fields, in the order of the definition. */
  readonly required: readonly CompiledField[];
}

/** Compiles what events are planned by, once for all of them. */
export function compilePlan<D extends RecordDefinition>(
  definition: D,
  { blueprint, defaultCountry, constants = {} }: PlanOptions<D>,
): CompiledPlan<D> {
  const compiled = compileBlueprint(definition, blueprint);
  return {
    blueprint: compiled,
    settings: { defaultCountry, placeholders: compiled.placeholders },
    constants: Object.entries(constants),
    warnings: definition.warnings,
    required: Object.keys(definition.fields).flatMap((field) =>
      compiled.fields.filter((one) => one.field === field && one.rule.required !== undefined),
    ),
  };
}
