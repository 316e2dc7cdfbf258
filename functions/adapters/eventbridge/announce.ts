import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Announcement, EVENT_SOURCE } from '../../../core/uploads/announcement.ts';

const eventBridge = new EventBridgeClient();

/** PutEvents answers 200 with the entries that the bus has not taken. */
class AnnouncementFailed extends Error {
  override readonly name = 'AnnouncementFailed';
  /** EventBridge asks for another try. */
  readonly $retryable = {};
}

/**
 * Puts an event on the default bus.
 * @throws AnnouncementFailed where the bus did not take it
 */
export async function announce({ detailType, detail }: Announcement): Promise<void> {
  const { FailedEntryCount = 0, Entries = [] } = await eventBridge.send(
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
  if (FailedEntryCount > 0) {
    throw new AnnouncementFailed(
      `${detailType} was not taken by the bus: ${Entries[0]?.ErrorCode ?? 'no reason given'}.`,
    );
  }
}
