// Files of NumPy, made by hand.
import { deflateRawSync } from 'node:zlib'

/** An .npy file as NumPy writes it. */
export function npyBytes(descr, shape, data, { fortran = false, version = 1 } = {}) {
  const dict =
    `{'descr': ${descr.startsWith('[') ? descr : `'${descr}'`}, 'fortran_order': ${fortran ? 'True' : 'False'}, ` +
    `'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const lead = version === 1 ? 10 : 12
  const length = Math.ceil((lead + dict.length + 1) / 64) * 64 - lead
  const header = Buffer.alloc(lead)
  header.write('\x93NUMPY', 'latin1')
  header[6] = version
  if (version === 1) header.writeUInt16LE(length, 8)
  else header.writeUInt32LE(length, 8)
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.concat([header, Buffer.from(`${dict.padEnd(length - 1)}\n`), bytes])
}

function crc32(bytes) {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1))
  }
  return ~crc >>> 0
}

/** A zip archive: { name: bytes }, deflated where asked for. */
export function zip(files, deflate = false) {
  const locals = []
  const central = []
  let offset = 0
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflate ? deflateRawSync(bytes) : bytes
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(deflate ? 8 : 0, 4)
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(locals.length, 4)
  end.writeUInt16LE(locals.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}
