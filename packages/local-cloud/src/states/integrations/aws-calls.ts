import type { Json, JsonObject } from '../language/json.ts';
import type { SdkService } from './sdk-modules.ts';

/** The response of an AWS call, with the metadata that Step Functions adds. */
export interface AwsResponse {
  readonly output: Readonly<Record<string, unknown>>;
  readonly metadata: JsonObject;
}

/** Signed calls over HTTP with one role. */
export interface AwsCalls {
  /**
   * @param action as in the Resource: `putItem`
   * @param input in the form of the SDK for JavaScript
   * @throws the errors of the SDK
   */
  send(service: SdkService, action: string, input: Json): Promise<AwsResponse>;
}
