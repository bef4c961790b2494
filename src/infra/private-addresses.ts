import { BlockList, isIP } from 'node:net';

/** Networks that no public server lives in: private, local, reserved, and ways to write an IPv4 address as IPv6. */
const IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
const IPV6 = [
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

const listed = new BlockList();
for (const [family, networks] of [['ipv4', IPV4] as const, ['ipv6', IPV6] as const]) {
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    listed.addSubnet(address, Number(bits), family);
  }
}

/** Whether an IP address is not one of the public internet; text that is no IP address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [plain = ''] = address.split('%');
  const family = isIP(plain);
  // An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is checked as IPv4.
  return family === 0 || listed.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}
