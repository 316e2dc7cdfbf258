/**
 * Replaces the SDK's event streams in bundles (lib/bundle-functions.ts): no call here has one. The
 * SDK imports them while it runs, and for that esbuild would keep all that they share with the rest of the SDK
 * whole and put each of its modules into a function of its own, which is then read twice.
 */
export class EventStreamSerde {
  constructor() {
    throw new TypeError(
      'A call with an event stream needs the SDK’s own: see lib/bundle-functions.ts.',
    );
  }
}

export function eventStreamSerdeProvider(): undefined {
  return undefined;
}

export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}
