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
export {
  checkSettings,
  setting,
  settingFields,
  settingsJsonSchema,
  type SettingField,
  type SettingWords,
} from "./connector/setting.js";
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
export { NAME_PARTS, namePart, type NamePart } from "./blueprint/name-part.js";
export { isCountryCode, type CountryCode } from "./normalise/country-code.js";
export { normaliseEmail } from "./normalise/email.js";
export { normaliseName } from "./normalise/name.js";
export { omitted, taken, type Normalised, type Normaliser, type NormaliserSettings } from "./normalise/normaliser.js";
export { normalisePhone } from "./normalise/phone.js";
export {
  addedWords,
  areNoNames,
  isPlaceholder,
  isWordForNothing,
  type AddedWords,
  type PlaceholderUse,
} from "./normalise/placeholder.js";
export { readText, readTyped } from "./normalise/text.js";
export type { ValueWarning } from "./normalise/value-warning.js";
export { normaliseWebsite } from "./normalise/website.js";
export { withoutSpelling } from "./plan/spelling.js";
export { eventIssues, isSignalEvent, signalEventSchema, type SignalEvent } from "./event/event.js";
export { readPath } from "./event/path.js";
export { deepFreeze } from "./object/deep-freeze.js";
export { isObject } from "./object/is-object.js";
export { ownCopy, withoutInherited } from "./object/own-copy.js";
