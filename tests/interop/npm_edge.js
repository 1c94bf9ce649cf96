// An edge node of the npm package sparkplug-client, driven by lines on stdin; what happens to it goes to stdout.
const sparkplug = require('sparkplug-client');
const [port] = process.argv.slice(2);
const client = sparkplug.newClient({
  serverUrl: `mqtt://127.0.0.1:${port}`,
  username: '',
  password: '',
  groupId: 'Foreign',
  edgeNode: 'npm',
  clientId: 'npm-edge',
  version: 'spBv1.0',
  publishDeath: true,
});
const say = (event, more) => console.log(JSON.stringify({ event, ...more }));
const metric = (name, type, value) => ({ name, type, value, timestamp: Date.now() });
const births = () => {
  client.publishNodeBirth({
    timestamp: Date.now(),
    metrics: [
      metric('Node Control/Rebirth', 'Boolean', false),
      metric('Text', 'String', 'grüß dich'),
      metric('Double', 'Double', 2.5),
    ],
  });
  client.publishDeviceBirth('pump', {
    timestamp: Date.now(),
    metrics: [
      metric('Int8', 'Int8', -5),
      metric('Int32', 'Int32', -70000),
      metric('UInt32', 'UInt32', 4294967295),
      metric('Int64', 'Int64', -1),
      metric('Float', 'Float', 1.5),
      metric('Boolean', 'Boolean', true),
      metric('DateTime', 'DateTime', 1700000000000),
      metric('Bytes', 'Bytes', Buffer.from('foobar')),
      metric('Table', 'DataSet', {
        numOfColumns: 2,
        types: ['String', 'Double'],
        columns: ['name', 'value'],
        rows: [['a', 1.25], ['b', -2.5]],
      }),
      metric('Setpoint', 'Double', 10),
    ],
  });
  say('born');
};
client.on('birth', births);
client.on('ncmd', (payload) => {
  for (const m of payload.metrics) {
    say('ncmd', { name: m.name, value: m.value });
    if (m.name === 'Node Control/Rebirth' && m.value) births();
  }
});
client.on('dcmd', (device, payload) => {
  for (const m of payload.metrics) {
    say('dcmd', { device, name: m.name, value: m.value });
    client.publishDeviceData(device, { timestamp: Date.now(), metrics: [metric(m.name, 'Double', m.value)] });
  }
});
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, value] = line.split(' ');
  if (word === 'data') {
    client.publishDeviceData('pump', { timestamp: Date.now(), metrics: [metric('Float', 'Float', Number(value))] });
  } else if (word === 'skip') {
    // As if a message had been lost on its way.
    client.incrementSeqNum();
  } else if (word === 'stop') {
    client.stop();
    process.stdin.destroy();
  }
});
