import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { TransientError } from '../../../core/transient-error.ts';
import { type Announcement, EVENT_SOURCE } from '../../../core/uploads/announcement.ts';
import { classifyErrors } from '../transient-errors.ts';

export function eventBridgeClient(): EventBridgeClient {
  return classifyErrors(new EventBridgeClient());
}

/**
 * Puts an event on the default bus.
 * @throws TransientError where the bus did not accept it
 */
export async function announce(
  client: Pick<EventBridgeClient, 'send'>,
  { detailType, detail }: Announcement,
): Promise<void> {
  const { FailedEntryCount = 0, Entries = [] } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: EVENT_SOURCE,
          DetailType: detailType,
          EventBusName: 'default',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  // PutEvents responds 200 and lists the entries that the bus did not accept, which are to be sent again.
  if (FailedEntryCount > 0) {
    const code = Entries[0]?.ErrorCode ?? 'no error code';
    throw new TransientError(`The bus did not accept ${detailType}: ${code}.`);
  }
}
