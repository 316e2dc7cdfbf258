/** A version 7 UUID in lower case: https://www.rfc-editor.org/rfc/rfc9562#section-5.7 */
const UPLOAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether `value` has the form of an upload's id. No other value is the id of an upload. */
export function isUploadId(value: string): boolean {
  return UPLOAD_ID.test(value);
}
