import { type ExecutionListItem, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import type { Hosted } from '../../dev/hosted.ts';

const POLL_MS = 250;

/** The workflow's executions, read by the operator, whose calls are told apart from the pipeline's. */
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

  /** Waits until `count` executions have been started and none runs any more. */
  async settled(count: number, tell: (ended: number) => void): Promise<ExecutionListItem[]> {
    for (;;) {
      const all = await this.all();
      const ended = all.filter(({ status }) => status !== 'RUNNING').length;
      tell(ended);
      if (ended >= count && ended === all.length) return all;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
