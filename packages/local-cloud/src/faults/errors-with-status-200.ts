import { s3Error } from '../s3/errors.ts';
import { readText } from '../s3/http/payload.ts';
import type { S3Request, S3Response } from '../s3/http/request.ts';
import { bareDocument, xmlDocument } from '../s3/xml.ts';
import { childrenOf, readXml, textOf } from '../s3/xml-reader.ts';
import type { ServiceRequest, ServiceResponse } from '../shared/service.ts';

const MAX_DOCUMENT = 2 * 1024 * 1024;

/**
 * S3's response when it fails after it has sent status 200
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html), or for each key
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html). The operation has no effect.
 */
export async function s3ErrorWithStatus200(
  operation: string,
  request: S3Request,
): Promise<S3Response> {
  const sent = await readText(request, MAX_DOCUMENT);
  const { code, message } = s3Error('InternalError');
  const error = { Code: code, Message: message };
  if (operation !== 'DeleteObjects') return { status: 200, body: bareDocument('Error', error) };
  const errors = childrenOf(readXml(sent, 'Delete'), 'Object').map((each) => ({
    Key: textOf(each, 'Key'),
    VersionId: textOf(each, 'VersionId'),
    ...error,
  }));
  return { status: 200, body: xmlDocument('DeleteResult', { Error: errors }) };
}

/**
 * EventBridge's response when it accepted none of the entries:
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
export function putEventsErrors({ body }: ServiceRequest): ServiceResponse {
  const { Entries = [] } = JSON.parse(body.toString()) as { readonly Entries?: readonly unknown[] };
  const entry = {
    ErrorCode: 'InternalFailure',
    ErrorMessage: 'The request processing has failed because of an unknown error.',
  };
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({
      FailedEntryCount: Entries.length,
      Entries: Entries.map(() => entry),
    }),
  };
}
