import { createCompanionSession } from '../../../../functions/use-cases/create-companion-session.ts';
import {
  createCompanionForm,
  createCompanionMultipart,
} from '../../../../functions/use-cases/create-companion-upload.ts';
import { createUpload } from '../../../../functions/use-cases/create-upload.ts';
import { signParts, signUpload } from '../../../../functions/use-cases/sign-parts.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { NOW, OWNER, SUBJECT, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

type Ports = ReturnType<typeof inMemoryPorts>['ports'];

const caller = { owner: OWNER, subject: SUBJECT };
const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };
const companion = {
  ...caller,
  request: { filename: 'film.mp4', type: 'video/mp4', metadata: { size: 1 } },
};
const reference = { owner: OWNER, uploadId: UPLOAD_ID };

const GRANTS: readonly (readonly [string, (ports: Ports) => Promise<{ outcome: string }>])[] = [
  ['an upload', (ports) => createUpload(ports, { ...caller, request }, NOW)],
  ['an upload by Companion', (ports) => createCompanionMultipart(ports, companion, NOW)],
  ['a form by Companion', (ports) => createCompanionForm(ports, companion, NOW)],
  ['a Companion session', (ports) => createCompanionSession(ports, caller, NOW)],
  ['a new grant', (ports) => signUpload(ports, reference, NOW)],
  ['parts', (ports) => signParts(ports, reference, NOW)],
];

describe('While the intake is closed', () => {
  it.each(GRANTS)('%s is refused before anything is read or written', async (_, grant) => {
    const { ports, table, calls, signed } = inMemoryPorts();
    table.add(uploadIn('waiting', { s3UploadId: 's3' }));
    table.intakeClosed = true;
    expect(await grant(ports)).toEqual({
      outcome: 'refused',
      code: 'intake_closed',
      retryAfterSeconds: 60,
    });
    expect([calls.made, signed]).toEqual([[], []]);
    table.intakeClosed = false;
    expect((await grant(ports)).outcome).not.toBe('refused');
  });
});
