import type { DynamoDbEngine } from '../../../../src/dynamodb/engine/index.ts';
import { AwsError } from '../../../../src/dynamodb/engine/shared.ts';
import { RefusedBySubject, type Send } from './subject.ts';

/** Sends requests to an engine as they would come from the wire. */
export function engineSender(engine: DynamoDbEngine): Send {
  return async (operation, body) => {
    try {
      return engine.execute(operation, JSON.parse(JSON.stringify(body))) as Record<string, unknown>;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const reasons = (error.members.CancellationReasons ?? []) as readonly { Code: string }[];
      throw new RefusedBySubject(
        error.code,
        error.message,
        reasons.map(({ Code }) => Code),
      );
    }
  };
}
