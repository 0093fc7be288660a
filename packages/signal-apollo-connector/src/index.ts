export {
  CONSENT_PURPOSES,
  consentEvidence,
  ConsentStoreError,
  readConsent,
  SettingsError,
  signalEventSchema,
  type Consent,
  type ConsentPurpose,
  type ConsentStore,
  type DetailedPlace,
  type DropDecision,
  type DropReason,
  type Explanation,
  type FailureClass,
  type FixedText,
  type Issue,
  type NamePart,
  type NearMiss,
  type Path,
  type Place,
  type SignalEvent,
  type Source,
  type StoredConsent,
} from "@datafly/signal-connector-kit";

export { blueprintJsonSchema, type Blueprint } from "./blueprint.js";
export { createApolloConnector, type ApolloConnector } from "./connector.js";
export type { ContactField, RequiredField } from "./contact-fields.js";
export type { Decision, DeliverDecision, RejectDecision, RejectReason } from "./decision.js";
export { defaultBlueprint, OPT_IN_LABEL } from "./default-blueprint.js";
export type { CheckOptions, DeliverOptions } from "./deliver-options.js";
export { FAILURE_CLASSES } from "./failure-class.js";
export type { LeadEvent } from "./lead-event.js";
export {
  REASON_OF_ERROR,
  type CheckOutcome,
  type DeliveredOutcome,
  type DroppedOutcome,
  type FailedCheck,
  type FailedOutcome,
  type FailureReason,
  type ListFailureReason,
  type Outcome,
  type PartialOutcome,
  type PassedCheck,
  type RejectedOutcome,
} from "./outcome.js";
export { personKey } from "./person.js";
export { findNearMiss, planDelivery, traceMapping, type MappedField } from "./plan.js";
export { REASONS } from "./reasons.js";
export {
  checkConnectorSettings,
  checkPlanSettings,
  LABEL_MODES,
  type ConnectorSettings,
  type LabelMode,
  type PlanSettings,
} from "./settings.js";
export { WARNINGS, type Warning, type WarningCode } from "./warning.js";
