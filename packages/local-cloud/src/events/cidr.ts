import { BlockList, isIP } from 'node:net';
import { InvalidPattern } from './invalid-pattern.ts';

/** `10.0.0.0/24`, an IPv6 range, or one address. */
export function compileCidr(operand: unknown, path: string): (value: unknown) => boolean {
  const [address = '', bits] = typeof operand === 'string' ? operand.split('/') : [];
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  const prefix = bits === undefined ? longest : Number(bits);
  if (version === 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > longest)
    throw new InvalidPattern(path, 'cidr takes an address range as 10.0.0.0/24', operand);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, prefix, family);
  return (value) =>
    typeof value === 'string' && isIP(value) === version && block.check(value, family);
}
