import { hmacSha256 } from '../grants/hashing.ts';
import type { SigningKey } from './signing-keys.ts';
import type { PlaybackScope } from './token-life.ts';

/** What a playback token allows: one viewer to read the files of one video until a time. */
export interface PlaybackClaims {
  /** The upload whose files may be read. */
  readonly vid: string;
  /** Who watches: a subject of the issuer, or the name that a backend gives its viewer. */
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly scope: PlaybackScope;
}

/** The first path segment of every request to the media's host. */
export const TOKEN_PATH = '/v/';

/**
 * A JWT signed with HS256, the only algorithm of a token that a CloudFront Function can verify with its `crypto` module:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export function mintPlaybackToken(claims: PlaybackClaims, key: SigningKey): string {
  const header = { alg: 'HS256', typ: 'JWT', kid: key.kid };
  const signed = `${encoded(header)}.${encoded({ ...claims, kid: key.kid })}`;
  return `${signed}.${hmacSha256(key.secret, signed).toString('base64url')}`;
}

/**
 * The address of a file of a video. Relative addresses in manifests inherit host and token, so a player needs neither
 * headers nor cookies.
 *
 * @param host of the media, with its scheme: `https://media.example.com`
 * @param file below the video's prefix: `index.m3u8`
 */
export function playbackUrl(host: string, token: string, uploadId: string, file: string): string {
  return `${host}${TOKEN_PATH}${token}/${uploadId}/${file}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
