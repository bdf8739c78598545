// Writes the Parquet files in fixtures/ with two implementations that are not ours, and expected.json, which says what
// is in them. To run it: npm install parquet-wasm@0.8 apache-arrow@21.2 hyparquet-writer@0.17, then
// node make_fixtures.mjs FOLDER, from a folder with their node_modules. It writes the same bytes every time.

import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(path.join(process.cwd(), 'x.js'))
const arrow = require('apache-arrow')
const wasm = require('parquet-wasm')
const { parquetWriteBuffer } = await import(
  pathToFileURL(path.join(process.cwd(), 'node_modules/hyparquet-writer/src/index.js')))
const { Bool, Binary, Field, Float64, Int32, Int64, List, Map_, Struct, Uint8, Utf8, vectorFromArray } = arrow

const out = process.argv[2]
fs.mkdirSync(out, { recursive: true })
const expected = { images: [], files: {} }

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data])
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(zlib.crc32(body))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, body, crc])
}

// A PNG of 4x4 pixels; channel c of pixel p of image i is (37 i + 11 p + 5 c) mod 256.
function png(i) {
  const header = Buffer.from([0, 0, 0, 4, 0, 0, 0, 4, 8, 2, 0, 0, 0])
  const rows = []
  for (let y = 0; y < 4; y++) {
    rows.push(0)
    for (let x = 0; x < 4; x++) for (let c = 0; c < 3; c++) rows.push((37 * i + 11 * (4 * y + x) + 5 * c) % 256)
  }
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', header),
    chunk('IDAT', zlib.deflateSync(Buffer.from(rows))), chunk('IEND', Buffer.alloc(0))])
}

const kRows = 20
const images = Array.from({ length: kRows }, (_, i) => png(i))
expected.images = images.map((bytes) => bytes.toString('hex'))
const names = ['ant', 'bee', 'cat', 'dog']
const labels = images.map((_, i) => (i * 7 + 1) % names.length)

const features = (label) => JSON.stringify({ info: { features: {
  image: { _type: 'Image' }, ...(label && { label: { names, _type: 'ClassLabel' } }) } } })

const imageType = new Struct([new Field('bytes', new Binary(), true), new Field('path', new Utf8(), true)])
const imageColumn = (list = images) =>
  vectorFromArray(list.map((bytes, i) => (bytes === null ? null : { bytes, path: `${i}.png` })), imageType)
const integers = (list, type = new Int64()) =>
  vectorFromArray(list.map((k) => (k === null ? null : type instanceof Int64 ? BigInt(k) : k)), type)

// Arrow's Rust implementation.
function write(name, columns, set, { classes = names, rows, metadata = features(true), ...more } = {}) {
  const table = new arrow.Table(columns)
  const ipc = arrow.tableToIPC(table, 'stream')
  let builder = new wasm.WriterPropertiesBuilder().setCreatedBy('fixture')
  if (metadata) builder = builder.setKeyValueMetadata(new Map([['huggingface', metadata]]))
  const bytes = wasm.writeParquet(wasm.Table.fromIPCStream(ipc), set(builder).build())
  fs.writeFileSync(path.join(out, name), bytes)
  expected.files[name] = { classes, labels: rows ?? labels, ...more }
}

const { Compression, Encoding, WriterVersion } = wasm
const plain = { image: imageColumn(), label: integers(labels) }

write('snappy_v1_groups.parquet', plain, (b) => b.setCompression(Compression.SNAPPY).setMaxRowGroupSize(7))
write('zstd_v2_pages.parquet', plain, (b) => b.setCompression(Compression.ZSTD).setWriterVersion(WriterVersion.V2)
  .setDictionaryEnabled(false).setDataPageSizeLimit(300).setWriteBatchSize(3))
write('gzip_v1_pages.parquet', plain, (b) => b.setCompression(Compression.GZIP).setDictionaryEnabled(false)
  .setDataPageSizeLimit(300).setWriteBatchSize(3))
write('uncompressed_v2.parquet', plain, (b) => b.setCompression(Compression.UNCOMPRESSED)
  .setWriterVersion(WriterVersion.V2))
write('delta.parquet', plain, (b) => b.setCompression(Compression.SNAPPY).setWriterVersion(WriterVersion.V2)
  .setDictionaryEnabled(false))  // labels are then DELTA_BINARY_PACKED, byte arrays DELTA_BYTE_ARRAY
write('split.parquet', plain, (b) => b.setDictionaryEnabled(false)
  .setColumnEncoding('label', Encoding.BYTE_STREAM_SPLIT), { refused: 'BYTE_STREAM_SPLIT' })
write('brotli.parquet', plain, (b) => b.setCompression(Compression.BROTLI), { refused: 'BROTLI' })
write('lz4.parquet', plain, (b) => b.setCompression(Compression.LZ4_RAW), { refused: 'LZ4_RAW' })

write('nested_beside.parquet', {
  boxes: vectorFromArray(images.map((_, i) => Array.from({ length: i % 4 }, (_, k) => i * k)),
    new List(new Field('item', new Int32(), true))),
  pictures: vectorFromArray(images.map((bytes, i) => (i % 3 ? [{ bytes, path: null }] : [])),
    new List(new Field('item', imageType, true))),
  image: imageColumn(),
  tags: vectorFromArray(images.map((_, i) => ({ [`k${i}`]: i })), new Map_(new Field('entries',
    new Struct([new Field('key', new Utf8(), false), new Field('value', new Int32(), true)]), false))),
  meta: vectorFromArray(images.map((_, i) => ({ width: i, deep: { x: i / 2 } })), new Struct([
    new Field('width', new Int32(), true), new Field('deep', new Struct([new Field('x', new Float64(), true)]), true)])),
  flag: vectorFromArray(images.map((_, i) => i % 2 === 0), new Bool()),
  label: integers(labels),
}, (b) => b.setMaxRowGroupSize(6))

const words = labels.map((k) => ['zebra', 'Ant', 'bee', 'äffchen'][k])
const classes = ['Ant', 'bee', 'zebra', 'äffchen']
write('text_labels.parquet', { img: imageColumn(), label: vectorFromArray(words, new Utf8()) },
  (b) => b.setMaxRowGroupSize(8), { metadata: null, classes, rows: words.map((word) => classes.indexOf(word)) })
write('no_names.parquet', { image: imageColumn(), label: integers(labels, new Uint8()) }, (b) => b,
  { metadata: features(false), classes: ['0', '1', '2', '3'] })
const holes = labels.map((k, i) => (i === 3 ? null : i === 7 ? -1 : k))
write('missing.parquet', { image: imageColumn(images.map((one, i) => (i === 5 ? null : one))), label: integers(holes) },
  (b) => b.setMaxRowGroupSize(6),
  { problems: { 3: 'has no label', 5: 'has no image', 7: 'has the label -1' } })

// hyparquet-writer, which writes columns of plain bytes and pages of the second version.
function writeOther(name, columnData, options, { classes = names, metadata = features(true), ...more } = {}) {
  const buffer = parquetWriteBuffer({ columnData, createdBy: 'fixture', statistics: false,
    kvMetadata: metadata ? [{ key: 'huggingface', value: metadata }] : [], ...options })
  fs.writeFileSync(path.join(out, name), Buffer.from(buffer))
  expected.files[name] = { classes, labels, ...more }
}

const data = images.map((bytes) => new Uint8Array(bytes))
writeOther('other_binary.parquet', [
  { name: 'image', data, type: 'BYTE_ARRAY', nullable: false },
  { name: 'label', data: labels, type: 'INT32', nullable: false }], { rowGroupSize: 9, pageSize: 300 })
writeOther('other_delta.parquet', [
  { name: 'id', data: labels.map(() => 'x'), type: 'STRING' },
  { name: 'image', data, type: 'BYTE_ARRAY', encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
  { name: 'label', data: labels.map(BigInt), type: 'INT64', encoding: 'DELTA_BINARY_PACKED' }],
{ codec: 'UNCOMPRESSED' })

// Rows so alike that dictionaries are worth it, and definition levels that are runs.
const same = data.map((_, i) => (i === 4 ? null : data[i % 3]))
writeOther('other_dictionary.parquet', [
  { name: 'image', data: same, type: 'BYTE_ARRAY', encoding: 'RLE_DICTIONARY' },
  { name: 'label', data: labels, type: 'INT32', encoding: 'RLE_DICTIONARY' }], {},
{ images: data.map((_, i) => i % 3), problems: { 4: 'has no image' } })

fs.writeFileSync(path.join(out, 'expected.json'), JSON.stringify(expected, null, 1) + '\n')
