import { encodeOwner } from '../../core/uploads/object-keys.ts';

/** The owner that an access token stands for, encoded as in keys. The signature is not checked. */
export function ownerOf(token: string): string {
  const [, payload = ''] = token.split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
  return encodeOwner(sub);
}
