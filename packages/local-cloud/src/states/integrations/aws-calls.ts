import type { Json, JsonObject } from '../language/json.ts';
import type { SdkService } from './sdk-modules.ts';

/** The answer of an AWS call, with what Step Functions adds of its transport. */
export interface AwsResponse {
  readonly output: Readonly<Record<string, unknown>>;
  readonly metadata: JsonObject;
}

/** Signed calls over HTTP as one role. */
export interface AwsCalls {
  /**
   * @param action as in the Resource: `putItem`
   * @param input in the spelling of the SDK for JavaScript
   * @throws the SDK's own errors
   */
  send(service: SdkService, action: string, input: Json): Promise<AwsResponse>;
}
