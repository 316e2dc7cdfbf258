import type { Server } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../../shared/aws-error.ts';
import { listenOnLoopback } from '../../shared/loopback.ts';
import type { ResourceProvider } from '../../shared/resource.ts';
import { distributionServer, type ServerTools } from './distribution-server.ts';
import {
  type DistributionParts,
  distributionId,
  type HostedDistribution,
  hostDistribution,
} from './hosted-distribution.ts';
import { type DistributionProperties, distributionProperties } from './properties.ts';
import type { TrafficReport } from './traffic.ts';

export const DISTRIBUTIONS_SCHEMA =
  'CREATE TABLE IF NOT EXISTS ports (distribution TEXT PRIMARY KEY, port INTEGER NOT NULL) STRICT;';

export interface DistributionReport extends TrafficReport {
  readonly id: string;
  readonly domainName: string;
}

export interface HostedDistributions {
  readonly provider: ResourceProvider<DistributionProperties>;
  /** Throws NoSuchDistribution. */
  find(id: string): HostedDistribution;
  reports(): DistributionReport[];
  close(): Promise<void>;
}

/** Hosts each distribution on a port of its own, which it keeps after a restart. `port` is for the first one. */
export function hostDistributions(
  database: DatabaseSync,
  port: number,
  tools: ServerTools,
  parts: DistributionParts,
): HostedDistributions {
  const hosted = new Map<string, HostedDistribution>();
  const servers = new Map<string, { server: Server; port: Promise<number> }>();

  function find(id: string): HostedDistribution {
    const distribution = hosted.get(id);
    if (distribution) return distribution;
    throw new AwsError('NoSuchDistribution', `The distribution ${id} does not exist.`, 404);
  }

  function listen(id: string): Promise<number> {
    const running = servers.get(id);
    if (running !== undefined) return running.port;
    const server = distributionServer(tools, () => find(id));
    const wanted = servers.size === 0 ? port : 0;
    const kept = database.prepare('SELECT port FROM ports WHERE distribution = ?').get(id)?.port;
    const listening = listenOnLoopback(server, wanted, Number(kept ?? 0));
    servers.set(id, { server, port: listening });
    return listening;
  }

  return {
    find,
    provider: {
      type: 'AWS::CloudFront::Distribution',
      properties: distributionProperties,
      provide: async ({ physicalName, properties }) => {
        const id = distributionId(physicalName);
        // Refuses what does not exist before anything listens.
        hostDistribution(id, '', properties.DistributionConfig, parts);
        const used = await listen(id);
        database.prepare('INSERT OR REPLACE INTO ports VALUES (?, ?)').run(id, used);
        const domainName = `127.0.0.1:${used}`;
        hosted.set(id, hostDistribution(id, domainName, properties.DistributionConfig, parts));
        return { ref: id, attributes: { Id: id, DomainName: domainName } };
      },
    },
    reports: () =>
      [...hosted.values()].map(({ id, domainName, traffic }) => ({
        id,
        domainName,
        ...traffic.report(),
      })),
    close: async () => {
      await Promise.all([...servers.values()].map(({ server }) => closeServer(server)));
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
