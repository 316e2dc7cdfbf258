import { readRequest } from '../requests/read-request.ts';
import { empty } from '../requests/table-requests.ts';
import { REGION } from '../shared.ts';

/** The default quotas: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_ACCOUNT_UNITS = 80_000;
const MAX_TABLE_UNITS = 40_000;

export function describeLimitsOperation(_: unknown, body: unknown): object {
  readRequest(empty, body);
  return {
    AccountMaxReadCapacityUnits: MAX_ACCOUNT_UNITS,
    AccountMaxWriteCapacityUnits: MAX_ACCOUNT_UNITS,
    TableMaxReadCapacityUnits: MAX_TABLE_UNITS,
    TableMaxWriteCapacityUnits: MAX_TABLE_UNITS,
  };
}

export function describeEndpointsOperation(_: unknown, body: unknown): object {
  readRequest(empty, body);
  return {
    Endpoints: [{ Address: `dynamodb.${REGION}.amazonaws.com`, CachePeriodInMinutes: 1440 }],
  };
}
