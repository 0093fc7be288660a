export {
  blueprintSchema,
  type Blueprint,
  type BlueprintOf,
  type DetailedPlace,
  type FixedText,
  type Path,
  type Place,
  type Source,
} from "./blueprint/blueprint.js";
export { blueprintJsonSchema } from "./blueprint/blueprint-json-schema.js";
export type {
  CustomValue,
  FieldOf,
  GroupRule,
  ListRule,
  RecordDefinition,
  RecordOf,
  RejectReasonOf,
  RequiredFieldOf,
} from "./blueprint/record-definition.js";
export type { TypedEvent } from "./blueprint/typed-event.js";
export {
  CONSENT_PURPOSES,
  consentEvidence,
  readConsent,
  type Consent,
  type ConsentPurpose,
} from "./consent/consent.js";
export { ConsentStoreError, type ConsentStore, type StoredConsent } from "./consent/consent-store.js";
export type {
  BlueprintDefinition,
  ConnectorDefinition,
  ConnectorTools,
  VendorWords,
} from "./connector/connector-definition.js";
export { defineConnector, type ConnectorParts, type RecordTables } from "./connector/define-connector.js";
export type { FailureClass } from "./connector/failure-class.js";
export type { Finding, TroubleshootingRow } from "./connector/finding.js";
export {
  checkSettings,
  setting,
  settingFields,
  settingsJsonSchema,
  type SettingField,
  type SettingWords,
} from "./connector/setting.js";
export type { CheckOptions, CheckResult, Connector, Planner, SendOptions } from "./connector/connector.js";
export type {
  QuotaState,
  QuotaUse,
  SendDelivered,
  SendFailed,
  SendPartial,
  SendResult,
} from "./connector/send-result.js";
export { SettingsError } from "./connector/settings-error.js";
export type { FailureExplanation, QuotaDefinition, Vendor } from "./connector/vendor.js";
export {
  DROP_REASONS,
  type Decision,
  type DeliverDecision,
  type DropDecision,
  type DropReason,
  type RejectDecision,
} from "./decision/decision.js";
export type { Explanation } from "./decision/explanation.js";
export { checkValue, type Issue } from "./decision/issue.js";
export type { MappedField } from "./decision/mapped-field.js";
export type { Remark } from "./decision/remark.js";
export type { Warning } from "./decision/warning.js";
export {
  MAX_LENGTHS,
  emailField,
  firstNameField,
  lastNameField,
  nameField,
  phoneField,
  textField,
  websiteField,
  type FieldRule,
} from "./normalise/field-rule.js";
export { isCountryCode, type CountryCode } from "./normalise/country-code.js";
export type { NamePart } from "./normalise/name-part.js";
export { omitted, taken, type Normalised, type Normaliser, type NormaliserSettings } from "./normalise/normaliser.js";
export type { PlaceholderUse } from "./normalise/placeholder.js";
export type { ValueWarning } from "./normalise/value-warning.js";
export { compilePlan, type CompiledPlan, type PlanOptions } from "./plan/compiled-plan.js";
export { findNearMiss, type NearMiss } from "./plan/near-miss.js";
export { personKey, type PersonTraits } from "./plan/person-key.js";
export { planEvent, traceEvent, type DecisionOf } from "./plan/plan-event.js";
export { valueWarnings } from "./plan/value-warnings.js";
export { warningOf } from "./plan/warning-of.js";
export { eventIssues, isSignalEvent, signalEventSchema, type SignalEvent } from "./event/event.js";
export { readPath } from "./event/path.js";
export { deepFreeze } from "./object/deep-freeze.js";
export { isObject } from "./object/is-object.js";
export { ownCopy, withoutInherited } from "./object/own-copy.js";
