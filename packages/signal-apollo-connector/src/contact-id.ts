import { omitted, taken, type Normaliser } from "@datafly/signal-connector-kit";

const ID = /^[0-9a-f]{24}$/;

/** One of Apollo's ids. Anything else would make Apollo refuse the whole contact. */
export const normaliseContactId: Normaliser<"invalid_id"> = (text) => {
  const value = text.toLowerCase();
  return ID.test(value) ? taken(value) : omitted("invalid_id");
};
