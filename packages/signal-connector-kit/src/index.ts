export {
  CONSENT_PURPOSES,
  consentEvidence,
  readConsent,
  type Consent,
  type ConsentPurpose,
} from "./consent/consent.js";
export { ConsentStoreError, type ConsentStore, type StoredConsent } from "./consent/consent-store.js";
export type { CheckResult, Connector, Planner, SendOptions } from "./connector/connector.js";
export type {
  BlueprintDefinition,
  ConnectorDefinition,
  ConnectorTools,
  VendorWords,
} from "./connector/connector-definition.js";
export type { FailureClass } from "./connector/failure-class.js";
export type { Finding, TroubleshootingRow } from "./connector/finding.js";
export type { QuotaState, QuotaUse, SendDelivered, SendFailed, SendResult } from "./connector/send-result.js";
export { setting, settingFields, type SettingField, type SettingWords } from "./connector/setting.js";
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
export type { NearMiss } from "./decision/near-miss.js";
export type { Remark } from "./decision/remark.js";
export type { Warning } from "./decision/warning.js";
export { eventIssues, isSignalEvent, signalEventSchema, type SignalEvent } from "./event/event.js";
export { readPath } from "./event/path.js";
export { deepFreeze } from "./object/deep-freeze.js";
export { isObject } from "./object/is-object.js";
export { ownCopy, withoutInherited } from "./object/own-copy.js";
