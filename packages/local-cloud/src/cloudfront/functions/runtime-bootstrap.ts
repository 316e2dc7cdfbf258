/**
 * Runs inside the context of a function, before its code: removes the globals that the runtime does not have, stops
 * the clock during a run, and makes the modules. It is an expression: a function of the host's functions.
 */
export const BOOTSTRAP = `(function (host) {
  'use strict';
  const RealDate = Date;
  let now = 0;
  function FixedDate(...given) {
    if (new.target === undefined) return new RealDate(now).toString();
    return given.length === 0 ? new RealDate(now) : new RealDate(...given);
  }
  FixedDate.prototype = RealDate.prototype;
  FixedDate.prototype.constructor = FixedDate;
  Object.assign(FixedDate, { now: () => now, parse: RealDate.parse, UTC: RealDate.UTC });

  for (const name of Object.getOwnPropertyNames(globalThis))
    if (!host.globals.includes(name)) delete globalThis[name];
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  define('Date', FixedDate);
  define('InternalError', class InternalError extends Error {});
  define('console', { log: (value) => host.log(String(value)) });
  for (const name of ['Buffer', 'Uint8Array', 'ArrayBuffer', 'TextDecoder', 'TextEncoder', 'atob', 'btoa'])
    define(name, host[name]);

  const digester = (algorithm, key) => {
    if (!['md5', 'sha1', 'sha256'].includes(algorithm))
      throw new TypeError('not supported algorithm: "' + algorithm + '"');
    const hash = host.digester(algorithm, key);
    const made = {
      update(data) {
        hash.update(data);
        return made;
      },
      digest(encoding) {
        if (encoding !== undefined && !['hex', 'base64', 'base64url'].includes(encoding))
          throw new TypeError('Unknown digest encoding: "' + encoding + '"');
        return hash.digest(encoding);
      },
    };
    return made;
  };
  const modules = {
    buffer: { Buffer: host.Buffer },
    crypto: {
      createHash: (algorithm) => digester(algorithm),
      createHmac: (algorithm, key) => {
        if (key === undefined) throw new TypeError('key is missing');
        return digester(algorithm, key);
      },
    },
    querystring: host.querystring,
  };
  const require = (name) => modules[name];

  const cloudfront = {
    kvs(id) {
      const refusal = host.refusalOfStore(id);
      if (refusal !== undefined) throw new Error(refusal);
      const read = (key) => {
        if (typeof key !== 'string') throw new TypeError('the key must be a string');
        return host.value(key);
      };
      return {
        async get(key, options) {
          const value = read(key);
          if (value === undefined) throw new Error('KeyNotFound');
          const format = options === undefined ? 'string' : options.format;
          if (format === 'json') return JSON.parse(value);
          if (format === 'bytes') return host.Buffer.from(value);
          if (format === undefined || format === 'string') return value;
          throw new TypeError('unknown format: ' + format);
        },
        exists: async (key) => read(key) !== undefined,
        meta: async () => JSON.parse(host.meta()),
      };
    },
  };

  const failed = (error) =>
    host.failed(error instanceof Error ? error.name + ': ' + error.message : String(error));
  return (make) => () => {
    now = host.now();
    try {
      const handler = make(require, cloudfront);
      const result = handler(JSON.parse(host.event()));
      Promise.resolve(result).then((value) => host.done(JSON.stringify(value)), failed);
    } catch (error) {
      failed(error);
    }
  };
})`;
