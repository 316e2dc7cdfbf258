import {
  type ExecutionListItem,
  ListExecutionsCommand,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn';
import type { Hosted } from '../../cloud/hosted.ts';

const POLL_MS = 250;

/** The workflow's executions, read as the operator, whose calls are not counted. */
export class Executions {
  readonly #client: SFNClient;
  readonly #stateMachineArn: string;

  constructor(hosted: Hosted) {
    this.#client = new SFNClient({
      region: 'us-east-1',
      endpoint: hosted.endpoints.services,
      credentials: hosted.operator,
    });
    this.#stateMachineArn = hosted.stateMachine;
  }

  async all(): Promise<ExecutionListItem[]> {
    const found: ExecutionListItem[] = [];
    const pages = paginateListExecutions(
      { client: this.#client },
      { stateMachineArn: this.#stateMachineArn },
    );
    for await (const page of pages) found.push(...(page.executions ?? []));
    return found;
  }

  /** Waits until `count` executions have started and none is running. */
  async settled(count: number): Promise<ExecutionListItem[]> {
    for (;;) {
      // Read all of them only once none is running: listing hundreds at each poll would add load.
      const all = (await this.#someRun()) ? [] : await this.all();
      if (all.length >= count && all.every(({ status }) => status !== 'RUNNING')) return all;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #someRun(): Promise<boolean> {
    const { executions = [] } = await this.#client.send(
      new ListExecutionsCommand({
        stateMachineArn: this.#stateMachineArn,
        statusFilter: 'RUNNING',
        maxResults: 1,
      }),
    );
    return executions.length > 0;
  }

  close(): void {
    this.#client.destroy();
  }
}
