import type { GlobalIndexRequest, LocalIndexRequest } from '../requests/table-requests.ts';
import type { IndexDefinition } from './definition.ts';

export function indexDefinition(
  id: number,
  kind: 'local' | 'global',
  request: LocalIndexRequest | GlobalIndexRequest,
): IndexDefinition {
  const { IndexName, KeySchema, Projection } = request;
  return {
    id,
    kind,
    name: IndexName,
    keySchema: KeySchema,
    projection: {
      type: Projection.ProjectionType ?? 'ALL',
      attributes: Projection.NonKeyAttributes ?? [],
    },
    ...('ProvisionedThroughput' in request && { throughput: request.ProvisionedThroughput }),
    ...('OnDemandThroughput' in request && { onDemandThroughput: request.OnDemandThroughput }),
  };
}
