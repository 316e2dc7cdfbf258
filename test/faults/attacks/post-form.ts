import { createHmac } from 'node:crypto';

interface FormCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The fields of a signed form. */
export const POLICY_FIELDS = ['key', 'policy', 'x-amz-signature', 'file'];

/**
 * A browser form that uploads one object, with a valid signature:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
 *
 * @param now milliseconds since the epoch
 */
export function postForm(
  credentials: FormCredentials,
  bucket: string,
  key: string,
  now: number,
): FormData {
  const time = `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const fields = {
    key,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${day}/us-east-1/s3/aws4_request`,
    'x-amz-date': time,
    'x-amz-security-token': credentials.sessionToken,
  };
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(now + 600_000).toISOString(),
      conditions: [
        { bucket },
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
      ],
    }),
  ).toString('base64');
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('policy', policy);
  form.append('x-amz-signature', sign(credentials.secretAccessKey, day, policy));
  form.append('file', new Blob(['x']), 'film.mp4');
  return form;
}

function sign(secret: string, day: string, text: string): string {
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data);
  const scope = [day, 'us-east-1', 's3', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(
    (from, part) => hmac(from, part).digest(),
    `AWS4${secret}`,
  );
  return hmac(key, text).digest('hex');
}
