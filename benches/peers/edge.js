// An edge node of Eclipse Tahu's JavaScript client, as fast as it goes: one device, so many Float metrics in each DDATA.
// `node edge.js HOST PORT METRICS` publishes until it is ended.
const sparkplug = require('sparkplug-client')

const [host, port, count] = process.argv.slice(2)
const client = sparkplug.newClient({
  serverUrl: `tcp://${host}:${port}`, username: '', password: '',
  groupId: 'peers', edgeNode: 'tahu', clientId: 'peers-tahu', version: 'spBv1.0',
})
const metrics = (value) => Array.from({ length: Number(count) }, (_, n) => ({
  name: `Breaker/Measurement${String(n).padStart(2, '0')}`, type: 'Float', value,
}))
let running = false
client.on('birth', () => {
  client.publishNodeBirth({ timestamp: Date.now(), metrics: [] })
  client.publishDeviceBirth('device', { timestamp: Date.now(), metrics: metrics(0) })
  if (!running) {
    running = true
    turn()
  }
})
let value = 0
// Messages in one turn of the event loop; then the socket gets its turn, or everything would pile up in memory.
function turn() {
  for (let n = 0; n < 20; n++) {
    value = (value + 0.25) % 1000
    client.publishDeviceData('device', { timestamp: Date.now(), metrics: metrics(value) })
  }
  const stream = client.client && client.client.stream
  if (stream && stream.writableLength > 1 << 20) stream.once('drain', turn)
  else setImmediate(turn)
}
