export { connectorConformance } from "./connector-conformance.js";
export { ConformanceError, type ConformanceCase } from "./conformance-case.js";
export type {
  ConformanceEvent,
  ConformanceOptions,
  ConformanceTarget,
  ConnectorFactory,
  StatusMeaning,
  VendorAnswer,
  VendorServer,
} from "./conformance-options.js";
export { deliveryConformance } from "./delivery-conformance.js";
export type { DeliveryConformanceOptions, DeliveryRun, Lead } from "./delivery-options.js";
export type { SeenRequest } from "./hostile-server.js";
